// How fast requests may be sent: tokens that come back at a steady rate (X45).
//
// Thread: any (a value). Source: config_source.proto, RateLimitSettings.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/clock.h"

namespace outrigger::xds {

struct RequestRate {
  double tokens_max = 100;
  double tokens_per_second = 10;  // above 0
};

class RequestPace {
 public:
  // Without a rate there is always a token.
  RequestPace(std::optional<RequestRate> rate, MonotonicTime now)
      : rate_(rate), tokens_(rate.has_value() ? rate->tokens_max : 0), counted_at_(now) {}

  bool HasToken(MonotonicTime now) {
    Count(now);
    return !rate_.has_value() || tokens_ >= 1;
  }
  // Requires: HasToken.
  void Take() {
    if (rate_.has_value()) tokens_ -= 1;
  }
  // Until there is one. Requires: !HasToken.
  Duration Wait() const {
    constexpr double kSecondsMax = 3600;  // of a rate that is next to nothing
    const double seconds = std::min((1 - tokens_) / rate_->tokens_per_second, kSecondsMax);
    return std::chrono::ceil<Duration>(std::chrono::duration<double>(seconds));
  }

 private:
  void Count(MonotonicTime now) {
    if (!rate_.has_value()) return;
    const std::chrono::duration<double> elapsed = now - counted_at_;
    tokens_ = std::min(rate_->tokens_max, tokens_ + elapsed.count() * rate_->tokens_per_second);
    counted_at_ = now;
  }

  std::optional<RequestRate> rate_;
  double tokens_;
  MonotonicTime counted_at_;
};

}  // namespace outrigger::xds
