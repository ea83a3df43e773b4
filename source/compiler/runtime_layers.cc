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

bool IsFraction(const Struct& map) {
  return map.fields().contains("numerator") || map.fields().contains("denominator");
}

std::string TextOf(const Value& value) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      return value.string_value();
    case Value::kNumberValue:
      return fmt::format("{}", value.number_value());
    case Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case Value::kStructValue: {
      const auto& fields = value.struct_value().fields();
      const auto denominator = fields.find("denominator");
      const auto numerator = fields.find("numerator");
      return fmt::format("{}/{}", numerator == fields.end() ? "0" : TextOf(numerator->second),
                         denominator == fields.end() ? "HUNDRED" : TextOf(denominator->second));
    }
    case Value::kNullValue:
    case Value::kListValue:
    case Value::KIND_NOT_SET:
      break;
  }
  return "";
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
      if (value.kind_case() == Value::kStructValue && !IsFraction(value.struct_value())) {
        Read(value.struct_value(), key + ".", depth + 1);
        continue;
      }
      values_.layers.back().texts[key] = TextOf(value);
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
    values.layers.push_back({proto.layers(i).name(), {}});
    if (!proto.layers(i).has_static_layer()) continue;  // the field table has said so
    const ValidationErrors::ScopedField layer(errors, "layers", static_cast<size_t>(i));
    const ValidationErrors::ScopedField scope(errors, "static_layer");
    LayerReader(values, errors).Read(proto.layers(i).static_layer(), "", 1);
  }
  return values;
}

}  // namespace outrigger::compiler
