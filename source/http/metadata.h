// What filters note of an exchange for others to read: policies, access logs, filters behind them.
//
// By namespace, each a struct of values as google.protobuf.Struct has them. Only what filters note
// is there, up to kBytesMax of an exchange: what would go beyond is not kept.
//
// Thread: worker (of an exchange); any (values of the configuration).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outrigger::http {

struct MetadataValue {
  enum class Kind : uint8_t { kNull, kNumber, kString, kBool, kList, kStruct };
  Kind kind = Kind::kNull;
  bool is_true = false;                   // kBool
  double number = 0;                      // kNumber
  std::string text = {};                  // kString
  std::vector<MetadataValue> items = {};  // kList, kStruct
  std::vector<std::string> keys = {};     // kStruct: of its items; in order, each of them once

  static MetadataValue Of(std::string_view text);
  static MetadataValue Of(double number);
  static MetadataValue OfBool(bool value);
  static MetadataValue Struct() { return {.kind = Kind::kStruct}; }

  // Requires: kStruct. Null: there is no such key.
  const MetadataValue* Find(std::string_view key) const;
  MetadataValue* Find(std::string_view key);
  // Requires: kStruct. A key that is there gets the new value.
  void Set(std::string_view key, MetadataValue value);
  // Requires: both are kStruct. Structs are joined, lists appended, anything else is replaced.
  void Update(const MetadataValue& with);
  size_t bytes() const;  // about

  bool operator==(const MetadataValue&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const MetadataValue& value) {  // STYLE: Abseil's protocol
    return H::combine(std::move(state), value.kind, value.is_true, value.number, value.text,
                      value.items, value.keys);
  }
};

// `base` with the keys of `over`, whose values count where both have one. Requires: both are
// kStruct.
MetadataValue Overlay(MetadataValue base, const MetadataValue& over);

// The namespace of what balancers read.
inline constexpr std::string_view kBalancerSpace = "envoy.lb";

class Metadata {
 public:
  static constexpr size_t kBytesMax = 64 * 1024;

  bool empty() const { return spaces_.empty(); }
  // Null: there is none. An empty path: the whole namespace.
  const MetadataValue* Find(std::string_view space, std::span<const std::string> path) const;
  bool Has(std::string_view space) const { return Find(space, {}) != nullptr; }
  // Each namespace, which is a struct.
  template <typename OnSpace>
  void ForEach(OnSpace on_space) const {
    for (const Space& space : spaces_) on_space(space.name, space.value);
  }
  // One key of a namespace, which is made when missing.
  void Set(std::string_view space, std::string_view key, MetadataValue value);
  // Requires: `with` is a struct.
  void Update(std::string_view space, const MetadataValue& with);
  void Clear() {
    spaces_.clear();
    bytes_ = 0;
  }

 private:
  struct Space {
    std::string name;
    MetadataValue value;
  };
  MetadataValue& At(std::string_view space);
  bool TakesMore(size_t bytes);

  std::vector<Space> spaces_;  // few
  size_t bytes_ = 0;           // of all that was ever noted
};

}  // namespace outrigger::http
