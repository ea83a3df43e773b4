// The configuration's part that is about the runtime: its layers, and what reads their values.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "compiler/accept.h"
#include "compiler/configuration.h"
#include "compiler/recompile.h"
#include "compiler/runtime_keys.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

namespace {

std::set<std::string> DifferentKeys(const RuntimeNumbers& one, const RuntimeNumbers& other) {
  std::set<std::string> keys;
  const auto note = [&keys](const RuntimeNumbers& from, const RuntimeNumbers& in) {
    for (const auto& [key, number] : from) {
      const auto found = in.find(key);
      if (found == in.end() || found->second != number) keys.insert(key);
    }
  };
  note(one, other);
  note(other, one);
  return keys;
}

// A resource that reads a key has the key in its bytes, wherever it stands there. One that has it
// there for another reason is compiled for nothing.
bool HasOneOf(const std::set<std::string>& keys, const std::string& bytes) {
  return std::ranges::any_of(
      keys, [&](const std::string& key) { return bytes.find(key) != std::string::npos; });
}

template <typename Value>
std::vector<std::string> NamesOfThoseWith(const std::set<std::string>& keys,
                                          const xds::ResourceStore<Value>& store) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : store.entries()) {
    if (entry.value != nullptr && HasOneOf(keys, *entry.record.bytes)) names.push_back(name);
  }
  return names;
}

}  // namespace

Outcome Configuration::AcceptRuntime(const Incoming& incoming) {
  RuntimeKind kind;
  Outcome outcome = Accept(kind, resources_.runtimes, incoming, kResourceBytesMax);
  has_other_runtime_ |= outcome.acceptance == Acceptance::kChanged;
  return outcome;
}

void Configuration::LoadRuntime() {
  for (RuntimeLayer& layer : environment_.runtime_layers) {
    if (layer.resource_key.empty()) continue;
    const auto* entry = resources_.runtimes.Find(layer.resource_key);
    layer.content = entry == nullptr || entry->value == nullptr ? RuntimeContent() : *entry->value;
  }
  RuntimeNumbers numbers = MergeRuntime(environment_.runtime_layers);
  const std::set<std::string> keys = DifferentKeys(environment_.runtime, numbers);
  environment_.runtime = std::move(numbers);
  ShowRuntime();
  if (!keys.empty()) {
    ApplyLimits();
    RecompileFor(keys);
  }
  if (hooks_.runtime) hooks_.runtime();
}

void Configuration::ShowRuntime() {
  std::set<std::string_view> keys;
  for (const RuntimeLayer& layer : environment_.runtime_layers) {
    for (const auto& [key, text] : layer.content.texts) keys.insert(key);
  }
  stats::Block& block = stats_.Find(stats::kRuntimeFamily, "")->ForWriter(stats::kControlWriter);
  block.Add(stats::kRuntimeLoadSuccess);
  block.Set(stats::kRuntimeKeys, keys.size());
  block.Set(stats::kRuntimeLayers, environment_.runtime_layers.size());
}

void Configuration::ApplyLimits() {
  for (const auto& [listener, limit] : environment_.connection_limits) {
    limit->SetMax(ListenerConnectionsMax(environment_.runtime, listener));
  }
}

// Nothing is shared with the version before, which was made of the same bytes.
void Configuration::RecompileFor(const std::set<std::string>& runtime_keys) {
  constexpr std::string_view kWhat = "values of the runtime";
  for (const std::string& name : NamesOfTablesWith(runtime_keys)) {
    RouteKind kind{environment_, nullptr, [&](std::string& bytes) { AddHosts(name, bytes); }};
    if (Recompile(kind, name, resources_.routes, kWhat)) linker_.RoutesChanged(name);
  }
  ScopeKind scopes{environment_, {}};
  for (const std::string& name : NamesOfThoseWith(runtime_keys, resources_.scopes)) {
    if (Recompile(scopes, name, resources_.scopes, kWhat)) {
      linker_.ScopesChanged(SourceInKey(name));
    }
  }
  for (const std::string& name : NamesOfListenersWith(runtime_keys)) {
    RecompileListener(name, kWhat);
  }
}

// By what they say themselves, or by the virtual hosts that were discovered for them.
std::vector<std::string> Configuration::NamesOfTablesWith(
    const std::set<std::string>& runtime_keys) const {
  const std::vector<std::string> by_themselves = NamesOfThoseWith(runtime_keys, resources_.routes);
  std::set<std::string> names(by_themselves.begin(), by_themselves.end());
  for (const std::string& host : NamesOfThoseWith(runtime_keys, resources_.hosts)) {
    const HostTables::Keys& tables = resources_.host_tables.TablesOf(TableOfHost(host));
    names.insert(tables.begin(), tables.end());
  }
  return {names.begin(), names.end()};
}

// Some of them only by way of what their filters are.
std::vector<std::string> Configuration::NamesOfListenersWith(
    const std::set<std::string>& runtime_keys) const {
  const auto has_one = [&](const ExtensionDiscovery& discovery) {
    const auto* extension = resources_.extensions.Find(discovery.key());
    return extension != nullptr && extension->value != nullptr &&
           HasOneOf(runtime_keys, *extension->record.bytes);
  };
  std::vector<std::string> names;
  for (const auto& [name, entry] : resources_.listeners.entries()) {
    if (entry.value == nullptr) continue;
    if (HasOneOf(runtime_keys, *entry.record.bytes) ||
        std::ranges::any_of(entry.value->discoveries, has_one)) {
      names.push_back(name);
    }
  }
  return names;
}

// Where the runtime may change, a listener is counted from its beginning on.
void Configuration::PrepareLimit(std::string_view listener) {
  const uint32_t max = ListenerConnectionsMax(environment_.runtime, listener);
  if (max == UINT32_MAX && environment_.runtime_sources.empty()) return;
  auto& limits = environment_.connection_limits;
  if (limits.contains(listener)) return;
  limits.emplace(listener, std::make_shared<ConnectionLimit>(max));
}

// A limit that is set holds whatever becomes of its listener.
void Configuration::ForgetLimit(std::string_view listener) {
  const auto limit = environment_.connection_limits.find(listener);
  if (limit == environment_.connection_limits.end()) return;
  if (limit->second->max() == UINT32_MAX) environment_.connection_limits.erase(limit);
}

void Configuration::OnRuntimeTimeout(std::string_view key) {
  updates_.ForEach(UpdateStats::Type::kRuntimes, key,
                   [](const UpdateStats::Subscription& subscription) { subscription.TimeOut(); });
}

}  // namespace outrigger::compiler
