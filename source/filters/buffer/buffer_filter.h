// Sends a request on only when it is complete; one that is longer than allowed is answered 413.
//
// Thread: worker. Source: envoy/extensions/filters/http/buffer/v3.
#pragma once

#include <cstdint>
#include <optional>

#include "http/http_filter.h"

namespace outrigger {

struct BufferRules final : RouteFilterConfig {
  explicit BufferRules(std::optional<uint32_t> most) : request_bytes_max(most) {}
  std::optional<uint32_t> request_bytes_max;  // unset: requests pass as they come
};

class BufferConfig final : public HttpFilterConfig {
 public:
  explicit BufferConfig(uint32_t request_bytes_max) : own_(request_bytes_max) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const BufferRules own_;
};

}  // namespace outrigger
