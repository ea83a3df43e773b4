// What is asked of control planes: the aggregated stream, and the streams of those sources that
// have one for themselves.
//
// Over a stream of its own goes one type of resources; of secrets one each, since that is how the
// agents beside a proxy serve them. One is there as long as something is wanted over it.
//
// Owned by the server; costs nothing until a control plane is named. Thread: control.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/random.h"
#include "base/resource_source.h"
#include "compiler/configuration.h"
#include "event/event_loop.h"
#include "event/timer.h"
#include "grpc_link/completion_thread.h"
#include "server/bootstrap.h"
#include "server/discovery_stream.h"
#include "server/last_good.h"
#include "server/runtime_wait.h"
#include "server/server_gauges.h"
#include "server/service.h"

namespace outrigger {

class Subscriptions final : private EventLoop::TurnEndHandler {
 public:
  // Further ones are not opened: what they would bring is waited for.
  static constexpr size_t kStreamsMax = 512;

  // Everything outlives this.
  Subscriptions(EventLoop& control, Service& service, compiler::Configuration& configuration,
                const Bootstrap& bootstrap);
  // Requires: the service loop has ended.
  ~Subscriptions() override;

  // Once, before the loop runs: opens what the bootstrap names, first what the runtime takes from
  // control planes, and keeps the last good configuration if `options` say where.
  void Start(const SavedConfigOptions& options);
  // Where control planes are may have changed.
  void OnPublish();
  // All wanted of that type; those that come from files are left alone. Clusters: those that are
  // fetched on demand.
  void SetWanted(std::string_view type_url, const SourcesByKey& wanted);
  // These of that type, too, over the aggregated stream.
  void AddWanted(std::string_view type_url, const SourcesByKey& added);
  // What was asked for may have come. `is_live`: the process has come to serve.
  void OnSettled(bool is_live);

  // Every type taken whole (clusters, listeners) has come once, accepted or not, or is overdue, or
  // is there as it was saved.
  bool HasFirstAnswers() const;
  bool has_streams() const { return !streams_.empty(); }
  // For all gRPC calls of the process; begins with the first.
  CompletionThread& completions();

  // Of all streams together.
  void Show(ServerFigures& figures) const;
  // Counts of the last good configuration. Returns when the one was saved that is in use, in
  // seconds since 1970; 0: none is.
  int64_t ShowLastGood(stats::Registry& stats);

 private:
  // Its source as it stands in keys, its type, and the name of its secret. All empty: the
  // aggregated one.
  using StreamId = std::tuple<std::string, std::string, std::string>;
  // What is wanted over it.
  struct Wish {
    SourcePointer source;
    std::set<std::string> names;
  };
  using Wishes = std::map<StreamId, Wish>;

  // Goes on without the first answer of a type when its initial_fetch_timeout ends.
  struct FirstAnswer {
    FirstAnswer(EventLoop& control, Subscriptions& owner, std::string_view type);
    void Await(bool is_taken, std::optional<Duration> wait_max);

    const std::string_view type_url;
    bool is_overdue = false;
    Timer timer;
  };

  static StreamId IdFor(std::string_view type_url, std::string_view key);
  static bool IsWhole(const StreamId& id);
  DiscoveryStream* Open(const StreamId& id, compiler::AdsSource source,
                        std::vector<xds::AdsClient::Type> types);
  DiscoveryStream* OpenFor(const StreamId& id, const StreamSource& source);
  void AskForWholeTypes();
  void EndUnwanted(std::string_view type_url, const Wishes& wishes);
  void KeepLastGood(const SavedConfigOptions& options);
  void Claim(std::string_view type_url, const LastGood::Versions& versions);
  // The one over which all of that type comes; null: none.
  const DiscoveryStream* WholeStream(std::string_view type_url) const;
  bool HasFirstAnswer(std::string_view type_url) const;
  bool HasAllAnswers() const;
  void OnTurnEnd() override { ended_.clear(); }

  EventLoop& control_;
  Service& service_;
  compiler::Configuration& configuration_;
  const Bootstrap& bootstrap_;
  FastRandom random_;
  std::optional<CompletionThread> completions_;  // from the first stream on
  std::map<StreamId, std::unique_ptr<DiscoveryStream>> streams_;
  std::vector<std::unique_ptr<DiscoveryStream>> ended_;  // until the turn is over
  uint64_t ended_rate_limit_enforced_ = 0;               // of streams that are gone
  RuntimeWait runtime_wait_;
  FirstAnswer clusters_;
  FirstAnswer listeners_;
  std::optional<LastGood> last_good_;
};

}  // namespace outrigger
