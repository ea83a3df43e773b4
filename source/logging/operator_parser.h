// Reads one operator of a format string: its name, which decides what may stand in parentheses and
// behind a colon.
//
// Thread: any (pure).
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "logging/format_operator.h"

namespace outrigger::logging {

struct FormatEnvironment;

// `text` begins with the operator's percent sign, and behind it when this returns. Unknown
// operators are an error: what they stand for would be missing in every line.
absl::StatusOr<Operator> ParseOperator(std::string_view& text,
                                       const FormatEnvironment& environment);

}  // namespace outrigger::logging
