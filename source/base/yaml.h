// YAML (and so JSON) text as a plain tree of values with the place each came from.
//
// Nothing is typed here: a scalar is text and whether it was quoted; whoever knows the schema
// decides. Hostile text is bounded: by depth, by the number of nodes (aliases count as what they
// stand for, so "billion laughs" ends at the limit), and duplicate keys are refused.
//
// Thread: any (no state).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace outrigger {

struct YamlEntry;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  bool was_quoted = false;  // "80" and !!str 80 are quoted, 80 is not
  int line = 0;             // from 1
  int column = 0;           // from 1
  std::string scalar;
  std::vector<YamlNode> list;
  std::vector<YamlEntry> map;  // in the order written

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_map() const { return kind == Kind::kMap; }
  // The value under `key`, or null.
  const YamlNode* Find(std::string_view key) const;
  // The scalar under `key`; empty when there is none.
  std::string_view FindText(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  int line = 0;  // of the key
  YamlNode value;
};

struct YamlLimits {
  static constexpr size_t kDepthMax = 64;
  static constexpr size_t kNodesMax = 1'000'000;
};

// One document (an empty text is a null node). Errors: "line 3, column 7: what".
absl::StatusOr<YamlNode> ParseYaml(std::string_view text);

}  // namespace outrigger
