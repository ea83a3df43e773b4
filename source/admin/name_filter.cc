#include "admin/name_filter.h"

#include <re2/re2.h>

namespace outrigger::admin {

absl::StatusOr<std::function<bool(std::string_view)>> CompileNameFilter(std::string_view pattern,
                                                                        Anchor anchor) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto regex =
      std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!regex->ok()) return absl::InvalidArgumentError("Invalid re2 regex: " + regex->error());
  return [regex, anchor](std::string_view name) {
    const re2::StringPiece piece(name.data(), name.size());
    return anchor == Anchor::kWhole ? re2::RE2::FullMatch(piece, *regex)
                                    : re2::RE2::PartialMatch(piece, *regex);
  };
}

}  // namespace outrigger::admin
