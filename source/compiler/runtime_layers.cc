#include "compiler/runtime_layers.h"

#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "absl/strings/numbers.h"
#include "compiler/config_source.h"
#include "compiler/runtime_keys.h"
#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "envoy/service/runtime/v3/rtds.pb.h"

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

// One layer, from wherever it comes. A mistake is at the field path of its struct.
class LayerReader {
 public:
  LayerReader(RuntimeContent& content, ValidationErrors& errors)
      : content_(content), errors_(errors) {}

  void Read(const Struct& map, const std::string& prefix, int depth) {
    if (depth > kMapsMax) {
      errors_.Add(fmt::format("has more than {} maps in each other", kMapsMax));
      return;
    }
    for (const auto& [name, value] : map.fields()) {
      const std::string key = prefix + name;
      if (value.kind_case() == Value::kStructValue && !IsFraction(value.struct_value())) {
        Read(value.struct_value(), key + ".", depth + 1);
      } else {
        Take(key, value);
      }
    }
  }

 private:
  void Take(const std::string& key, const Value& value) {
    const ValidationErrors::ScopedField field(errors_, key);
    if (value.kind_case() == Value::kNullValue || value.kind_case() == Value::kListValue ||
        value.kind_case() == Value::KIND_NOT_SET) {
      errors_.Add("must be a text, a number, a bool or a map");
      return;
    }
    const std::optional<uint64_t> number = WholeNumber(value);
    if (IsConnectionLimit(key) && !number.has_value()) {
      errors_.Add("must be a whole number, at least 0");
      return;
    }
    content_.texts[key] = TextOf(value);
    if (number.has_value()) content_.numbers[key] = *number;
  }

  RuntimeContent& content_;
  ValidationErrors& errors_;
};

using RtdsLayer = envoy::config::bootstrap::v3::RuntimeLayer::RtdsLayer;

void ReadRtdsLayer(const RtdsLayer& proto, const StreamClusters& clusters, RuntimeValues& values,
                   ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "rtds_layer");
  if (proto.name().empty()) {
    const ValidationErrors::ScopedField field(errors, "name");
    errors.Add("must not be empty");
    return;
  }
  const ValidationErrors::ScopedField field(errors, "rtds_config");
  const SourcePointer source = CompileConfigSource(proto.rtds_config(), clusters, errors);
  std::string& key = values.layers.back().resource_key;
  key = ResourceKey(proto.name(), source);
  values.requests[key] = {source, FetchTimeoutOf(proto.rtds_config())};
}

}  // namespace

RuntimeValues ReadRuntimeLayers(const envoy::config::bootstrap::v3::LayeredRuntime& proto,
                                const StreamClusters& clusters, ValidationErrors& errors) {
  RuntimeValues values;
  for (int i = 0; i < proto.layers_size(); ++i) {
    RuntimeLayer& layer = values.layers.emplace_back();
    layer.name = proto.layers(i).name();
    const ValidationErrors::ScopedField scope(errors, "layers", static_cast<size_t>(i));
    if (proto.layers(i).has_rtds_layer()) {
      ReadRtdsLayer(proto.layers(i).rtds_layer(), clusters, values, errors);
    }
    if (!proto.layers(i).has_static_layer()) continue;  // the field table has said so
    const ValidationErrors::ScopedField field(errors, "static_layer");
    LayerReader(layer.content, errors).Read(proto.layers(i).static_layer(), "", 1);
    for (const auto& [key, text] : layer.content.texts) {
      values.fields[key] = fmt::format("{}.{}", errors.path(), key);
    }
  }
  values.numbers = MergeRuntime(values.layers);
  return values;
}

SourcesByKey SourcesOf(const RuntimeValues& runtime) {
  SourcesByKey sources;
  for (const auto& [key, request] : runtime.requests) sources[key] = request.source;
  return sources;
}

bool AsksAds(const RuntimeValues& runtime) {
  return std::ranges::any_of(runtime.requests,
                             [](const auto& entry) { return entry.second.source == nullptr; });
}

std::shared_ptr<const RuntimeContent> CompileRuntime(
    const envoy::service::runtime::v3::Runtime& proto, ValidationErrors& errors) {
  auto content = std::make_shared<RuntimeContent>();
  const ValidationErrors::ScopedField scope(errors, "layer");
  LayerReader(*content, errors).Read(proto.layer(), "", 1);
  if (!errors.ok()) return nullptr;
  return content;
}

RuntimeNumbers MergeRuntime(const std::vector<RuntimeLayer>& layers) {
  RuntimeNumbers numbers;
  for (const RuntimeLayer& layer : layers) {
    for (const auto& [key, text] : layer.content.texts) numbers.erase(key);
    for (const auto& [key, number] : layer.content.numbers) numbers[key] = number;
  }
  return numbers;
}

}  // namespace outrigger::compiler
