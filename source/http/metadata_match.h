// One condition on what filters have noted: envoy.type.matcher.v3.MetadataMatcher, compiled.
//
// Thread: any (a value).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/string_match.h"
#include "http/metadata.h"

namespace outrigger::http {

struct ValueMatch {
  enum class Kind : uint8_t {
    kNull,
    kNumber,  // from `first` on, before `end`; `first` itself where both are the same
    kString,
    kBool,     // as `is_true`
    kPresent,  // or not, as `is_true`
    kAnyItem,  // of a list: the one child
    kAnyOf,
  };
  Kind kind = Kind::kNull;
  double first = 0;
  double end = 0;
  bool is_true = false;
  StringMatch string = {};
  std::vector<ValueMatch> children = {};

  // Null: there is no such value.
  bool Matches(const MetadataValue* value) const;
  bool operator==(const ValueMatch&) const = default;
};

struct MetadataMatch {
  std::string space;
  std::vector<std::string> path;
  ValueMatch value;
  bool is_inverted = false;

  // Null: nothing was noted.
  bool Matches(const Metadata* metadata) const;
  bool operator==(const MetadataMatch&) const = default;
};

}  // namespace outrigger::http
