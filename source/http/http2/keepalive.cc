#include "http/http2/keepalive.h"

#include <utility>

#include "http/http2/session.h"

namespace outrigger::http::http2 {

Keepalive::Keepalive(const KeepaliveOptions& options, EventLoop& loop, Session& session)
    : options_(options),
      loop_(loop),
      session_(session),
      timer_(loop, [this] { OnTimer(); }),
      heard_at_(loop.now()) {
  WaitForNext();
}

void Keepalive::OnFrame() {
  heard_at_ = loop_.now();
  if (is_answer_awaited_) timer_.Arm(options_.timeout);
}

bool Keepalive::TakeAnswer() {
  if (!std::exchange(is_answer_awaited_, false)) return false;
  WaitForNext();
  return true;
}

void Keepalive::OnStreamOpening() {
  if (options_.idle_interval == Duration::zero() || is_answer_awaited_) return;
  if (loop_.now() - heard_at_ > options_.idle_interval) Ping();
}

void Keepalive::OnTimer() {
  if (session_.is_dead()) return;
  is_answer_awaited_ ? session_.OnPeerSilent() : Ping();
}

void Keepalive::Ping() {
  is_answer_awaited_ = true;
  timer_.Arm(options_.timeout);
  session_.SendPing();
}

void Keepalive::WaitForNext() {
  timer_.Disarm();
  if (options_.interval == Duration::zero()) return;
  const auto jitter_max = static_cast<uint64_t>(options_.interval_jitter.count());
  const uint64_t jitter = jitter_max == 0 ? 0 : random_.Below(jitter_max);
  timer_.Arm(options_.interval + Duration(jitter));
}

}  // namespace outrigger::http::http2
