#include "compiler/connection_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "compiler/any_content.h"
#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

constexpr std::string_view kHarmlessNetworkFilters[] = {
    "envoy.tcp.metadataexchange.config.MetadataExchange",
    "stats.PluginConfig",
};
// Nothing looks at what they find out, unless filter chains match it (chain_match_compiler.cc).
constexpr std::string_view kHarmlessListenerFilters[] = {
    "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector",
    "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
};

template <typename Types>
bool HoldsAny(const Types& types, std::string_view type) {
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

}  // namespace

void CheckNetworkFilter(const envoy::config::listener::v3::Filter& proto,
                        ValidationErrors& errors) {
  if (HoldsAny(kHarmlessNetworkFilters, InnerTypeName(proto.typed_config()))) return;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  errors.Add(fmt::format("{} is not supported yet, and connections must not pass without it",
                         DescribeAny(proto.typed_config())));
}

void CheckListenerFilter(const envoy::config::listener::v3::ListenerFilter& proto,
                         ValidationErrors& errors) {
  if (proto.has_config_discovery()) return;  // the field table refuses it
  if (HoldsAny(kHarmlessListenerFilters, InnerTypeName(proto.typed_config()))) return;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  errors.Add(fmt::format("{} is not supported yet, and connections must not pass without it",
                         DescribeAny(proto.typed_config())));
}

}  // namespace outrigger::compiler
