// Keeps one aggregated xDS stream alive and in step: sends subscriptions, ACKs and NACKs, hands
// responses to the sink, reconnects with back-off and keeps everything meanwhile. Where there is a
// failover, goes to it while the primary does not answer, and back when it does.
//
// Owned by the server. Knows types by URL only; the types and their wildcard-ness are given in the
// order in which first requests are sent.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "event/event_loop.h"
#include "event/timer.h"
#include "xds/ads_transport.h"
#include "xds/answer_queue.h"
#include "xds/message.h"
#include "xds/request_pace.h"
#include "xds/resource.h"
#include "xds/resource_times.h"
#include "xds/server_pair.h"
#include "xds/subscription_state.h"

namespace outrigger::xds {

struct AdsOptions {
  Protocol protocol = Protocol::kDelta;
  std::string serialized_node;  // envoy.config.core.v3.Node
  Duration back_off_base = std::chrono::milliseconds(500);
  Duration back_off_max = std::chrono::seconds(30);
  std::optional<RequestRate> rate;  // of requests; unset: no limit
  std::optional<AdsPeer> failover;  // of the same resources (X47)
  bool holds_whole_types = false;   // wildcard types are not asked for before AskForWholeTypes
  // One line for the log about a response that is wrong as such, or a bad stream; may be empty. Of
  // resources the sink tells.
  std::function<void(std::string_view line)> on_problem;
  // The stream has ended and is opened again after a while: the server may have moved. May be
  // empty.
  std::function<void()> on_stream_end;
};

// What is counted of one type; read by admin through the server's stats.
struct AdsTypeCounters {
  uint64_t attempts = 0;  // every request for names, and every stream that failed to answer one
  uint64_t successes = 0;
  uint64_t rejected = 0;
  uint64_t failures = 0;  // stream ended without an answer
};

// What is counted of the stream as such.
struct AdsStreamCounters {
  uint64_t streams_opened = 0;
  uint64_t connect_failures = 0;  // streams that ended without any message (X41)
  uint64_t messages = 0;
  uint64_t unparsable = 0;
  uint64_t unrequested_types = 0;  // unknown, or not asked for on this stream (X12)
  uint64_t rate_limit_enforced = 0;
};

// STYLE: one class for the life of a stream; what can be told apart is in the classes it owns.
class AdsClient final : public AdsStreamEvents, private EventLoop::TurnEndHandler {
 public:
  struct Type {
    std::string type_url;
    bool is_wildcard;
    bool at_once = true;  // else a wildcard type is asked for when it is wanted
  };
  // Answers that wait for tokens; beyond, the stream begins anew.
  static constexpr size_t kAnswersMax = 10'000;

  AdsClient(EventLoop& control, AdsTransport& transport, ResourceSink& sink, Random& random,
            AdsOptions options, std::vector<Type> types);
  ~AdsClient() override;

  void Start();
  // The whole set of names wanted of a type (of a wildcard type: beside all that the server sends
  // of itself; the empty name stands for that alone); merged into one request per turn (X16). May
  // be called while a response is being applied. Requires: one of the types given.
  void SetWanted(std::string_view type_url, std::set<std::string> names);
  // These, too; asked for at once, if a response of another type is being applied. Requires: the
  // type is not a wildcard one.
  void AddWanted(std::string_view type_url, const std::set<std::string>& names);

  // Ends AdsOptions::holds_whole_types.
  void AskForWholeTypes();
  // Resources that run and were sent by an earlier process' streams: the server is told their
  // versions, from the next stream on; with a failover their names alone, since nobody knows whose
  // versions they are.
  void Claim(std::string_view type_url,
             const std::vector<std::pair<std::string, std::string>>& versions_by_name);
  // A stream that was opened before begins anew; one that waits to be opened goes on waiting.
  void Restart();

  bool is_connected() const { return is_ready_; }
  // Which one the stream goes to, or will.
  ServerRole server() const { return servers_.current(); }
  // Requests that wait for tokens.
  size_t pending_requests() const;
  // Requires: one of the types given.
  const AdsTypeCounters& counters(std::string_view type_url) const;
  const AdsStreamCounters& stream_counters() const { return stream_counters_; }
  // What the server of the current stream calls itself (X57).
  const std::string& control_plane_identifier() const { return control_plane_identifier_; }
  // Of any stream; never, if not set.
  std::optional<MonotonicTime> last_message_at() const { return last_message_at_; }

  void OnStreamReady() override;
  void OnStreamMessage(std::string_view message) override;
  void OnPollEnd(const absl::Status& status) override;
  void OnStreamClosed(const absl::Status& status) override;

 private:
  struct Subscription {
    SubscriptionState state;
    AdsTypeCounters counters;
    ResourceTimes times;
    std::string last_errors;  // of its last response, as the log was told; empty: none
  };

  void OpenStream();
  void EndStream();
  void NoteAnswer();
  void ChooseServer();
  void ReturnToPrimary();
  std::string ProbeRequest() const;
  void SendSubscriptions();
  bool SendAnswers();
  void Answer(const Message& message, Request answer);
  void SendNews(Subscription& subscription);
  bool MaySend();
  void Send(Request request);
  void ArmTimes();
  void OnTime();
  void NoteMissed(Subscription& subscription);
  void NoteExpired(Subscription& subscription);
  void Apply(const Message& message, Subscription& subscription);
  void ReportErrors(Subscription& subscription, std::vector<ResourceError> errors);
  void NoteUnrequested(std::string_view type_url);
  void CountFailure();
  void OnServerGone();
  void ReconnectLater();
  void Report(std::string_view line) const;
  Subscription* Find(std::string_view type_url);
  void OnTurnEnd() override;

  EventLoop& control_;
  ResourceSink& sink_;
  const AdsOptions options_;
  std::vector<Subscription> subscriptions_;  // in the order of first requests
  std::unique_ptr<AdsStream> stream_;
  Timer retry_timer_;
  Timer pace_timer_;
  Timer times_timer_;
  RequestPace pace_;
  ServerPair servers_;
  bool holds_whole_types_;
  AdsStreamCounters stream_counters_;
  std::string control_plane_identifier_;
  std::optional<MonotonicTime> last_message_at_;
  // Of the current stream:
  AnswerQueue answers_;
  const Subscription* applying_ = nullptr;  // whose response the sink is looking at
  bool is_ready_ = false;
  bool has_sent_node_ = false;
  bool has_message_ = false;
  bool has_reported_unrequested_ = false;
  bool has_reported_poll_ = false;  // that failed, as those after it did
};

}  // namespace outrigger::xds
