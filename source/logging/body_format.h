// How the body of an answer of our own is written, and what its content-type says.
//
// Thread: any (const after compile).
#pragma once

#include <string>

#include "logging/log_format.h"

namespace outrigger::logging {

struct BodyFormat {
  LogFormat format;
  std::string content_type;
  bool operator==(const BodyFormat&) const = default;
};

}  // namespace outrigger::logging
