// The configuration's part that is about configurations of filters which come by themselves (ECDS).
//
// HTTP filters change under their listeners (discovered_filters.h); network and listener filters
// are part of them, so that a listener is made anew with each.
#include <algorithm>
#include <string>
#include <vector>

#include "compiler/accept.h"
#include "compiler/configuration.h"
#include "compiler/discovery_compiler.h"
#include "compiler/network_filters.h"
#include "compiler/recompile.h"

namespace outrigger::compiler {

Outcome Configuration::AcceptExtension(const Incoming& incoming) {
  ExtensionKind kind{[&](const ExtensionConfig& config) {
    const absl::Status status = CheckForConnections(incoming.name, config);
    return status.ok() ? discovered_filters_.Take(incoming.name, config) : status;
  }};
  Outcome outcome = Accept(kind, resources_.extensions, incoming, kResourceBytesMax);
  if (outcome.acceptance == Acceptance::kChanged) RecompileWith(outcome.name);
  return outcome;
}

// As with HTTP filters, all who ask for it take it, or none.
absl::Status Configuration::CheckForConnections(std::string_view key,
                                                const ExtensionConfig& config) {
  ValidationErrors errors;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  for (const auto& [name, entry] : resources_.listeners.entries()) {
    if (entry.value == nullptr) continue;
    const bool is_edge = environment_.edge_listeners.contains(name);
    const NetworkFilterContext context = {environment_, stats_, discovered_filters_, is_edge};
    for (const ExtensionDiscovery& discovery : entry.value->discoveries) {
      if (discovery.key() != key) continue;
      if (discovery.place == FilterPlace::kListener) {
        static_cast<void>(TakesType(discovery, config.type, errors));
      } else {
        CheckNetworkFilter(config, discovery, context, errors);
      }
      if (!errors.ok()) return errors.ToStatus();
    }
  }
  return absl::OkStatus();
}

// What serves goes on meanwhile, and its connections as with any change of a listener (P9).
void Configuration::RecompileWith(std::string_view extension) {
  const auto asks_for_it = [&](const ListenerConfig& listener) {
    return std::ranges::any_of(listener.discoveries,
                               [&](const auto& one) { return one.key() == extension; });
  };
  std::vector<std::string> names;
  for (const auto& [name, entry] : resources_.listeners.entries()) {
    if (entry.value != nullptr && asks_for_it(*entry.value)) names.push_back(name);
  }
  for (const std::string& name : names) RecompileListener(name, "configuration of a filter");
}

// Its address is bound.
void Configuration::RecompileListener(const std::string& name, std::string_view what) {
  ListenerKind kind{{{environment_, stats_, tls_}, discovered_filters_}, {}};
  const auto before = resources_.listeners.Find(name)->value;
  if (!Recompile(kind, name, resources_.listeners, what)) return;
  const auto& now = resources_.listeners.Find(name)->value;
  addresses_.Replace(before.get(), now.get());
  linker_.ListenerChanged(name);
  needs_wanted_ |= !AskForTheSame(*before, *now);
}

}  // namespace outrigger::compiler
