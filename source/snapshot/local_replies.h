// What a connection manager makes of the answers that the proxy gives itself: local_reply_config,
// compiled.
//
// Thread: any (const after compile).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "logging/body_format.h"
#include "routing/route_action.h"
#include "snapshot/access_log_filter.h"

namespace outrigger {

// For those answers that the filter lets through.
struct LocalReplyRule {
  AccessLogFilter filter;
  std::optional<uint16_t> status;
  std::optional<std::string> body;
  std::optional<logging::BodyFormat> format;  // instead of the one for all
  routing::HeaderOperations headers;
};

struct LocalReplies {
  std::vector<LocalReplyRule> rules;  // the first one that lets it through counts
  std::optional<logging::BodyFormat> format;
};

}  // namespace outrigger
