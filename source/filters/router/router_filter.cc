#include "filters/router/router_filter.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace outrigger {

namespace {

// RFC 9110 9.2.2: sending these twice has the effect of sending them once.
bool IsIdempotent(std::string_view method) {
  static constexpr std::string_view kMethods[] = {"GET",    "HEAD",    "PUT",
                                                  "DELETE", "OPTIONS", "TRACE"};
  return std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods);
}

}  // namespace

RouterFilter::RouterFilter(Pools& pools, SnapshotSlot& slot, SlabPool& slabs, RouterEvents& events)
    : pools_(pools), slot_(slot), events_(events), attempt_(*this), replay_(slabs) {}

void RouterFilter::Start(const Destination& destination, const http::RequestHead& head) {
  OUTRIGGER_CHECK(!is_active_);
  destination_ = destination;
  head_ = &head;
  is_active_ = true;
  is_replayable_ = true;
  has_tried_again_ = is_body_paused_ = has_response_head_ = false;
  is_request_ended_ = head.body.kind == http::BodyLength::Kind::kNone;
  StartAttempt();
}

void RouterFilter::StartAttempt() {
  const ConfigSnapshot& snapshot = *slot_.current();
  if (snapshot.clusters.Get(destination_.cluster) == nullptr) {
    OnAttemptError(
        {http::ErrorKind::kClusterNotFound, http::Side::kLocal, "unknown cluster", true});
    return;
  }
  attempt_.needs_new_connection = has_tried_again_;
  const Pools::Acquired acquired = pools_.Acquire(
      {destination_.cluster, destination_.criteria, head_->version}, snapshot, attempt_);
  if (acquired.error != nullptr) {
    OnAttemptError(*acquired.error);
    return;
  }
  events_.OnEndpointChosen(*acquired.pool, !has_tried_again_);
  if (acquired.stream != nullptr) {
    attempt_.StartOn(*acquired.stream);
    OnAttemptConnected();
  } else {
    attempt_.StartWaiting(*acquired.pool);
    // The body stays with the client until there is somewhere to send it (P30).
    UpdateBodyPause();
  }
}

void RouterFilter::OnAttemptConnected() {
  events_.OnUpstreamConnected(attempt_.stream());
  attempt_.SendHead(*head_);
  if (!replay_.empty()) attempt_.SendBody(replay_.Linearize());
  if (is_request_ended_ && head_->body.kind != http::BodyLength::Kind::kNone) {
    attempt_.SendEnd(nullptr);
  }
  // A fresh HTTP/1 connection has no keep-alive race to lose: nothing is kept for it.
  if (!attempt_.may_be_refused()) {
    is_replayable_ = false;
    replay_.Clear();
  }
  UpdateBodyPause();
}

void RouterFilter::OnRequestBody(std::string_view bytes) {
  if (!is_active_) return;
  if (is_replayable_) {
    if (replay_.size() + bytes.size() > kReplayBytesMax) {
      is_replayable_ = false;
      replay_.Clear();
    } else {
      replay_.Append(bytes);
    }
  }
  attempt_.SendBody(bytes);
  UpdateBodyPause();
}

void RouterFilter::OnRequestEnd(const http::HeaderMap* trailers) {
  if (!is_active_) return;
  is_request_ended_ = true;
  // Trailers are not kept for another try.
  if (trailers != nullptr) is_replayable_ = false;
  attempt_.SendEnd(trailers);
}

void RouterFilter::UpdateBodyPause() {
  const bool should_pause =
      !is_request_ended_ && (!attempt_.is_connected() || attempt_.is_above_high_water());
  if (should_pause == is_body_paused_) return;
  is_body_paused_ = should_pause;
  should_pause ? events_.PauseRequestBody() : events_.ResumeRequestBody();
}

void RouterFilter::OnAttemptBelowLowWater() { UpdateBodyPause(); }

void RouterFilter::OnAttemptInformational(const http::ResponseHead& head) {
  is_replayable_ = false;
  events_.OnUpstreamInformational(head);
}

void RouterFilter::OnAttemptHead(const http::ResponseHead& head) {
  is_replayable_ = false;
  has_response_head_ = true;
  replay_.Clear();
  events_.OnUpstreamHead(head);
}

void RouterFilter::OnAttemptBody(std::string_view bytes) { events_.OnUpstreamBody(bytes); }

void RouterFilter::OnAttemptEnd(const http::HeaderMap* trailers) {
  Finish();
  events_.OnUpstreamEnd(trailers);
}

void RouterFilter::OnAttemptError(const http::Error& error) {
  if (MayTryAgain(error)) {
    has_tried_again_ = true;
    StartAttempt();
    return;
  }
  http::Error last = error;
  if (has_response_head_) last.kind = http::ErrorKind::kUpstreamTruncated;
  Finish();
  events_.OnUpstreamError(last);
}

bool RouterFilter::MayTryAgain(const http::Error& error) const {
  if (has_tried_again_ || !is_replayable_ || attempt_.had_response_bytes()) return false;
  if (error.kind != http::ErrorKind::kUpstreamReset || !attempt_.may_be_refused()) return false;
  return error.is_unprocessed || (attempt_.may_race_with_close() && IsIdempotent(head_->method));
}

void RouterFilter::Cancel() {
  if (!is_active_) return;
  Finish();
  attempt_.Abort();
}

void RouterFilter::Finish() {
  is_active_ = false;
  replay_.Clear();
}

void RouterFilter::PauseResponseBody() { attempt_.PauseResponse(); }
void RouterFilter::ResumeResponseBody() { attempt_.ResumeResponse(); }

}  // namespace outrigger
