#include "compiler/runtime_layers.h"

#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>

#include <cmath>
#include <optional>
#include <string_view>

#include "absl/strings/numbers.h"
#include "envoy/config/bootstrap/v3/bootstrap.pb.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

constexpr int kMapsMax = 16;  // in each other

std::optional<uint64_t> WholeNumber(const Value& value) {
  double number = value.number_value();
  if (value.kind_case() == Value::kStringValue) {
    if (!absl::SimpleAtod(value.string_value(), &number)) return std::nullopt;
  } else if (value.kind_case() != Value::kNumberValue) {
    return std::nullopt;
  }
  constexpr double kEnd = 18446744073709551616.0;  // 2^64
  if (!(number >= 0 && number < kEnd) || number != std::floor(number)) return std::nullopt;
  return static_cast<uint64_t>(number);
}

class LayerReader {
 public:
  LayerReader(RuntimeValues& values, ValidationErrors& errors) : values_(values), errors_(errors) {}

  void Read(const Struct& map, const std::string& prefix, int depth) {
    if (depth > kMapsMax) {
      errors_.Add(fmt::format("has more than {} maps in each other", kMapsMax));
      return;
    }
    for (const auto& [name, value] : map.fields()) {
      const std::string key = prefix + name;
      if (value.kind_case() == Value::kStructValue) {
        Read(value.struct_value(), key + ".", depth + 1);
        continue;
      }
      values_.fields[key] = fmt::format("{}.{}", errors_.path(), key);
      values_.numbers.erase(key);
      if (const auto number = WholeNumber(value)) values_.numbers[key] = *number;
    }
  }

 private:
  RuntimeValues& values_;
  ValidationErrors& errors_;
};

}  // namespace

RuntimeValues ReadRuntimeLayers(const envoy::config::bootstrap::v3::LayeredRuntime& proto,
                                ValidationErrors& errors) {
  RuntimeValues values;
  for (int i = 0; i < proto.layers_size(); ++i) {
    if (!proto.layers(i).has_static_layer()) continue;  // the field table has said so
    const ValidationErrors::ScopedField layer(errors, "layers", static_cast<size_t>(i));
    const ValidationErrors::ScopedField scope(errors, "static_layer");
    LayerReader(values, errors).Read(proto.layers(i).static_layer(), "", 1);
  }
  return values;
}

}  // namespace outrigger::compiler
