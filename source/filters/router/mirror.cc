#include "filters/router/mirror.h"

#include "cluster/cluster_stats.h"
#include "cluster/response_codes.h"
#include "filters/router/mirror_list.h"

namespace outrigger {

Mirror::Mirror(MirrorList& list)
    : list_(list),
      arena_(list.net().slabs),
      waiting_(list.net().slabs),
      timer_(list.net().loop, [this] { OnTimeout(); }) {}

void Mirror::Start(const Order& order, Mirror*& holder) {
  scope_ = order.cluster.stats;
  timeout_ = order.timeout > Duration::zero() ? order.timeout : kTimeMax;
  started_at_ = list_.net().loop.now();
  is_request_ended_ = head_.body.kind == http::BodyLength::Kind::kNone;
  holder_ = &holder;
  holder = this;
  const Pools::Acquired acquired =
      list_.Acquire({order.id, order.criteria, head_.version}, attempt_);
  if (acquired.error != nullptr) {
    OnAttemptError(*acquired.error);
    return;
  }
  if (is_request_ended_) timer_.Arm(timeout_);
  if (acquired.stream != nullptr) {
    attempt_.StartOn(*acquired.stream);
    OnAttemptConnected();
  } else {
    attempt_.StartWaiting(*acquired.pool);
  }
}

void Mirror::OnAttemptConnected() {
  attempt_.SendHead(head_);
  if (!waiting_.empty()) attempt_.SendBody(waiting_.Linearize());
  waiting_.Clear();
  if (is_request_ended_) attempt_.SendEnd(nullptr);
}

void Mirror::SendBody(std::string_view bytes) {
  const size_t queued = attempt_.is_connected() ? attempt_.queued_bytes() : waiting_.size();
  if (queued + bytes.size() > kQueuedBytesMax) {
    GiveUp();
  } else if (attempt_.is_connected()) {
    attempt_.SendBody(bytes);
  } else {
    waiting_.Append(bytes);
  }
}

// Trailers are not kept for a connection that is still to come.
void Mirror::SendEnd(const http::HeaderMap* trailers) {
  is_request_ended_ = true;
  timer_.Arm(timeout_);
  attempt_.SendEnd(trailers);
}

void Mirror::LetGo() {
  holder_ = nullptr;
  if (!is_request_ended_) GiveUp();
}

void Mirror::GiveUp() {
  if (is_finished_) return;
  attempt_.Abort();
  Finish();
}

void Mirror::OnAttemptHead(const http::ResponseHead& head) {
  CountStatus(head.status);
  const Duration took = list_.net().loop.now() - started_at_;
  scope_->ForWriter(list_.writer())
      .Record(kUpstreamRqTime, std::chrono::duration<double, std::milli>(took).count());
}

void Mirror::OnAttemptError(const http::Error& error) {
  const uint16_t status = http::RowFor(error.kind).status;
  if (status != 0) CountStatus(status);
  Finish();
}

void Mirror::OnTimeout() {
  scope_->ForWriter(list_.writer()).Add(kUpstreamRqTimeout);
  attempt_.Abort();
  OnAttemptError({http::ErrorKind::kRouteTimeout, http::Side::kUpstream, "mirror", false});
}

void Mirror::CountStatus(uint16_t status) {
  if (has_status_) return;
  has_status_ = true;
  CountResponse(*scope_, list_.writer(), status);
}

void Mirror::Finish() {
  is_finished_ = true;
  timer_.Disarm();
  if (holder_ != nullptr) *holder_ = nullptr;
  list_.Finish(*this);
}

}  // namespace outrigger
