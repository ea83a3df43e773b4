#include "compiler/network_filters.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <utility>

#include "compiler/access_log_compiler.h"
#include "compiler/any_content.h"
#include "compiler/connection_filters.h"
#include "compiler/discovery_compiler.h"
#include "compiler/fragments.h"
#include "compiler/hcm_compiler.h"
#include "compiler/network_rbac_compiler.h"
#include "compiler/tcp_proxy_compiler.h"
#include "envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::Message;
using ChainProto = envoy::config::listener::v3::FilterChain;
using NetworkFilterProto = envoy::config::listener::v3::Filter;
using Hcm = HttpConnectionManagerProto;

// What the chain ends in. Requires: the content is of such a type.
void CompileEnd(const Message& content, const NetworkFilterContext& context, FilterChain& chain,
                ValidationErrors& errors) {
  if (const auto* tcp = dynamic_cast<const TcpProxyProto*>(&content)) {
    chain.terminal = CompileTcpProxy(*tcp, context.environment.stream_clusters, errors);
    chain.tcp().access_logs = std::make_shared<const AccessLogs>(
        CompileAccessLogs(tcp->access_log(), context.environment, errors));
  } else if (const auto* hcm = dynamic_cast<const Hcm*>(&content)) {
    chain.terminal = CompileHcm(
        *hcm, {context.stats, context.environment, context.discovered, context.is_edge}, errors);
    chain.http().access_logs = CompileAccessLogs(hcm->access_log(), context.environment, errors);
  }
}

void CompileEnd(const google::protobuf::Any& any, const NetworkFilterContext& context,
                FilterChain& chain, ValidationErrors& errors) {
  const ValidationErrors::ScopedField field(errors, "typed_config");
  const std::string type_name = InnerTypeName(any);
  if (!EndsChain(type_name)) {
    errors.Add(fmt::format("{} is not supported yet: must be HttpConnectionManager or TcpProxy",
                           DescribeAny(any)));
    return;
  }
  const auto content = UnpackAny(any);
  if (content == nullptr) {
    errors.Add(fmt::format("{} cannot be read", DescribeAny(any)));
    return;
  }
  const ValidationErrors::ScopedField type(errors, fmt::format("{{{}}}", type_name));
  CompileEnd(*content, context, chain, errors);
}

// False: with a mistake.
bool FitsChain(const ExtensionConfig& config, const ExtensionDiscovery& discovery,
               ValidationErrors& errors) {
  if (!TakesType(discovery, config.type, errors)) return false;
  if (discovery.is_last == EndsChain(config.type)) return true;
  errors.Add(discovery.is_last
                 ? fmt::format("must be HttpConnectionManager or TcpProxy, is {}", config.type)
                 : fmt::format("{} must be the last filter", config.type));
  return false;
}

// What the configuration makes of the chain. False: nothing, with a mistake.
bool Apply(const ExtensionConfig& config, const ExtensionDiscovery& discovery,
           const NetworkFilterContext& context, FilterChain& chain, ValidationErrors& errors) {
  const size_t mistakes_before = errors.count();
  if (!FitsChain(config, discovery, errors)) return false;
  if (config.content == nullptr) return true;  // it may be left out
  const ValidationErrors::ScopedField type(errors, fmt::format("{{{}}}", config.type));
  if (discovery.is_last) {
    CompileEnd(*config.content, context, chain, errors);
  } else if (const auto* rbac = dynamic_cast<const NetworkRbacProto*>(config.content.get())) {
    chain.policies.push_back(CompileNetworkRbac(*rbac, context.stats, errors));
  }
  return errors.count() == mistakes_before;
}

// The newest configuration, unless it is not for this filter: then that is a conflict, as in Envoy,
// and no mistake of the listener.
bool ApplyNewest(const ExtensionDiscovery& discovery, const NetworkFilterContext& context,
                 FilterChain& chain) {
  const ExtensionConfig* config = context.discovered.Find(discovery.key());
  if (config == nullptr) return false;
  ValidationErrors conflict;
  FilterChain changed = chain;
  if (!Apply(*config, discovery, context, changed, conflict)) {
    context.discovered.NoteConflict(discovery.key());
    return false;
  }
  chain = std::move(changed);
  return true;
}

void AddDiscovered(const NetworkFilterProto& proto, bool is_last,
                   const NetworkFilterContext& context, ListenerConfig& listener,
                   FilterChain& chain, ValidationErrors& errors) {
  const auto& source = proto.config_discovery();
  const ValidationErrors::ScopedField scope(errors, "config_discovery");
  ExtensionDiscovery discovery;
  discovery.place = FilterPlace::kNetwork;
  discovery.name = proto.name();
  discovery.is_last = is_last;
  CompileDiscovery(source, {context.environment.stream_clusters, IsNetworkFilter}, discovery,
                   errors);
  if (source.has_default_config()) {
    // Whether it serves or not, it has to be right.
    const ValidationErrors::ScopedField field(errors, "default_config");
    const auto config = CompileExtensionContent(source.default_config(), errors);
    FilterChain changed = chain;
    const bool is_right = config != nullptr && Apply(*config, discovery, context, changed, errors);
    if (!ApplyNewest(discovery, context, chain) && is_right) chain = std::move(changed);
  } else if (!ApplyNewest(discovery, context, chain)) {
    chain.lacks_filter = true;
  }
  listener.discoveries.push_back(std::move(discovery));
}

}  // namespace

void CompileNetworkFilters(const ChainProto& proto, const NetworkFilterContext& context,
                           ListenerConfig& listener, FilterChain& chain, ValidationErrors& errors) {
  chain.terminal = TcpOptions();  // to no cluster, while it has not come
  const int last = proto.filters_size() - 1;
  if (last < 0) {
    const ValidationErrors::ScopedField scope(errors, "filters");
    errors.Add("must end with an HTTP connection manager or a TCP proxy");
  }
  for (int i = 0; i <= last; ++i) {
    const NetworkFilterProto& filter = proto.filters(i);
    const ValidationErrors::ScopedField scope(errors, "filters", static_cast<size_t>(i));
    if (filter.has_config_discovery()) {
      AddDiscovered(filter, i == last, context, listener, chain, errors);
    } else if (i == last) {
      CompileEnd(filter.typed_config(), context, chain, errors);
    } else if (auto policy = CompileNetworkFilter(filter, context.stats, errors)) {
      chain.policies.push_back(*std::move(policy));
    }
  }
}

void CheckNetworkFilter(const ExtensionConfig& config, const ExtensionDiscovery& discovery,
                        const NetworkFilterContext& context, ValidationErrors& errors) {
  FilterChain scratch;
  static_cast<void>(Apply(config, discovery, context, scratch, errors));
}

}  // namespace outrigger::compiler
