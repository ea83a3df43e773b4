// A copy of a request on its way to another cluster: fire and forget. Its answer is read and thrown
// away.
//
// It never slows the request down. What its cluster does not take in time waits in memory up to
// kQueuedBytesMax, then the copy is given up; so it is when its exchange ends before the request
// was complete, and when its answer does not come in time. There is no second try.
//
// Owned by the worker's MirrorList, since it outlives its exchange; all it knows of the request
// lies in an arena of its own. Thread: worker.
#pragma once

#include <memory>

#include "base/arena.h"
#include "base/byte_buffer.h"
#include "base/intrusive_list.h"
#include "event/timer.h"
#include "filters/router/upstream_attempt.h"
#include "stats/scope.h"
#include "upstream/pools.h"

namespace outrigger {

class MirrorList;

class Mirror final : public IntrusiveHook<Mirror>, public AttemptEvents {
 public:
  static constexpr size_t kQueuedBytesMax = 256 * 1024;
  // Where the route has no timeout.
  static constexpr Duration kTimeMax = std::chrono::minutes(5);

  explicit Mirror(MirrorList& list);

  // For the head, which the caller fills in before Start.
  http::RequestHead& head() { return head_; }
  Arena& arena() { return arena_; }
  // Where it goes; the version is its head's.
  struct Order {
    ClusterId id;
    EndpointCriteria criteria = {};  // until this returns
    const Cluster& cluster;
    Duration timeout{};  // from the request's end
  };
  // `holder` is set to null when it needs no more of the request.
  void Start(const Order& order, Mirror*& holder);
  void SendBody(std::string_view bytes);
  void SendEnd(const http::HeaderMap* trailers);
  // Its exchange is over.
  void LetGo();
  // No more of it is wanted.
  void GiveUp();

  void OnAttemptConnected() override;
  void OnAttemptInformational(const http::ResponseHead&) override {}
  void OnAttemptHead(const http::ResponseHead& head) override;
  void OnAttemptBody(std::string_view) override {}
  void OnAttemptEnd(const http::HeaderMap*) override { Finish(); }
  void OnAttemptError(const http::Error& error) override;
  void OnAttemptBelowLowWater() override {}

 private:
  void CountStatus(uint16_t status);
  void OnTimeout();
  void Finish();

  MirrorList& list_;
  Arena arena_;
  http::RequestHead head_;
  UpstreamAttempt attempt_{*this};
  ByteBuffer waiting_;  // the body so far, while there is no connection
  Timer timer_;
  Mirror** holder_ = nullptr;
  std::shared_ptr<stats::Scope> scope_;  // of its cluster, which may go meanwhile
  MonotonicTime started_at_{};
  Duration timeout_{};
  bool is_request_ended_ = false;
  bool has_status_ = false;
  bool is_finished_ = false;
};

}  // namespace outrigger
