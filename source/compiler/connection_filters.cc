#include "compiler/connection_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "compiler/http_filters.h"
#include "compiler/network_rbac_compiler.h"
#include "compiler/tcp_proxy_compiler.h"
#include "envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h"

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

bool IsHarmlessConnectionFilter(std::string_view type) {
  return HoldsAny(kHarmlessNetworkFilters, type) || IsListenerFilter(type);
}

bool IsNetworkFilter(std::string_view type) {
  return HoldsAny(kHarmlessNetworkFilters, type) ||
         type == NetworkRbacProto::descriptor()->full_name() || EndsChain(type);
}

bool EndsChain(std::string_view type) {
  return type == HttpConnectionManagerProto::descriptor()->full_name() ||
         type == TcpProxyProto::descriptor()->full_name();
}

bool IsListenerFilter(std::string_view type) { return HoldsAny(kHarmlessListenerFilters, type); }

std::optional<ConnectionPolicy> CompileNetworkFilter(
    const envoy::config::listener::v3::Filter& proto, stats::Registry& stats,
    ValidationErrors& errors) {
  const std::string type_name = InnerTypeName(proto.typed_config());
  if (HoldsAny(kHarmlessNetworkFilters, type_name)) return std::nullopt;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  if (type_name != NetworkRbacProto::descriptor()->full_name()) {
    errors.Add(fmt::format("{} is not supported yet, and connections must not pass without it",
                           DescribeAny(proto.typed_config())));
    return std::nullopt;
  }
  const auto content = UnpackAny(proto.typed_config());
  const auto* rbac = dynamic_cast<const NetworkRbacProto*>(content.get());
  if (rbac == nullptr) {
    errors.Add(fmt::format("{} cannot be read", DescribeAny(proto.typed_config())));
    return std::nullopt;
  }
  const ValidationErrors::ScopedField inner(errors, fmt::format("{{{}}}", type_name));
  return CompileNetworkRbac(*rbac, stats, errors);
}

void CheckListenerFilter(const envoy::config::listener::v3::ListenerFilter& proto,
                         ValidationErrors& errors) {
  if (IsListenerFilter(InnerTypeName(proto.typed_config()))) return;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  errors.Add(fmt::format("{} is not supported yet, and connections must not pass without it",
                         DescribeAny(proto.typed_config())));
}

}  // namespace outrigger::compiler
