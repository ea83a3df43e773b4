// The query of an admin request's target.
//
// Agents send regular expressions unescaped (`?filter=^a|b$`) or percent-encoded: what is no valid
// escape stays as it is, and '+' is a plus.
//
// Thread: any (values).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outrigger::admin {

class Query {
 public:
  // More parameters than any page has; the rest is dropped.
  static constexpr size_t kParametersMax = 64;

  Query() = default;
  // `text` is what follows the first '?'.
  explicit Query(std::string_view text);

  bool Has(std::string_view name) const;
  // First value, decoded; empty when absent or without one.
  std::string_view Get(std::string_view name) const;

  using Parameters = std::vector<std::pair<std::string, std::string>>;
  // In the order of the target.
  const Parameters& parameters() const { return parameters_; }

 private:
  Parameters parameters_;
};

}  // namespace outrigger::admin
