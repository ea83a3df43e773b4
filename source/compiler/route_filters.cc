#include "compiler/route_filters.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "compiler/any_content.h"
#include "compiler/filters/filter_types.h"
#include "compiler/fragments.h"
#include "envoy/config/route/v3/route_components.pb.h"

namespace outrigger::compiler {

namespace {

using Any = google::protobuf::Any;
using WrapperProto = envoy::config::route::v3::FilterConfig;

// For filters that are left out themselves.
constexpr std::string_view kHarmlessType =
    "envoy.extensions.filters.http.compressor.v3.CompressorPerRoute";

// One entry being compiled. Nothing when it is left out, or wrong.
class EntryCompiler {
 public:
  EntryCompiler(const CompileEnvironment& environment, ValidationErrors& errors)
      : environment_(environment), errors_(errors) {}

  std::optional<http::RouteFilter> Compile(const Any& any) {
    const bool is_wrapped = InnerTypeName(any) == WrapperProto::descriptor()->full_name();
    return is_wrapped ? CompileWrapped(any) : CompileConfig(any, false);
  }

 private:
  std::optional<http::RouteFilter> CompileConfig(const Any& any, bool is_optional);
  std::optional<http::RouteFilter> CompileWrapped(const Any& any);

  const CompileEnvironment& environment_;
  ValidationErrors& errors_;
};

std::optional<http::RouteFilter> EntryCompiler::CompileConfig(const Any& any, bool is_optional) {
  const std::string type_name = InnerTypeName(any);
  if (type_name == kHarmlessType) return std::nullopt;
  const HttpFilterType* type = FindRouteFilterType(type_name);
  if (type == nullptr) {
    if (is_optional) return std::nullopt;
    errors_.Add(fmt::format("{} is not supported yet, and requests must not pass without it",
                            DescribeAny(any)));
    return std::nullopt;
  }
  const auto content = UnpackAny(any);
  if (content == nullptr) {
    errors_.Add(fmt::format("{} cannot be read", DescribeAny(any)));
    return std::nullopt;
  }
  const ValidationErrors::ScopedField scope(errors_, fmt::format("{{{}}}", type_name));
  http::RouteFilter filter;
  filter.kind = type->kind;
  filter.config = type->compile_route(*content, environment_, errors_);
  return filter;
}

// A configuration with words about it: that it is optional, or that the filter is off.
std::optional<http::RouteFilter> EntryCompiler::CompileWrapped(const Any& any) {
  const auto content = UnpackAny(any);
  const auto* wrapper = dynamic_cast<const WrapperProto*>(content.get());
  if (wrapper == nullptr) {
    errors_.Add(fmt::format("{} cannot be read", DescribeAny(any)));
    return std::nullopt;
  }
  const ValidationErrors::ScopedField scope(errors_, fmt::format("{{{}}}", wrapper->GetTypeName()));
  if (wrapper->disabled()) {
    http::RouteFilter off;
    off.is_disabled = true;
    return off;
  }
  const ValidationErrors::ScopedField field(errors_, "config");
  if (wrapper->has_config()) {
    return CompileConfig(wrapper->config(), wrapper->is_optional());
  }
  errors_.Add("is required where the filter is not disabled");
  return std::nullopt;
}

}  // namespace

http::RouteFilters CompileRouteFilters(const FilterConfigs& protos,
                                       const CompileEnvironment& environment,
                                       ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "typed_per_filter_config");
  http::RouteFilters filters;
  for (const auto& [name, any] : protos) {
    const ValidationErrors::ScopedField entry(errors, fmt::format("[{}]", name));
    std::optional<http::RouteFilter> filter = EntryCompiler(environment, errors).Compile(any);
    if (!filter.has_value()) continue;
    filter->name = name;
    filters.push_back(*std::move(filter));
  }
  std::sort(filters.begin(), filters.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return filters;
}

}  // namespace outrigger::compiler
