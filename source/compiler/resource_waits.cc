#include "compiler/resource_waits.h"

namespace outrigger::compiler {

namespace {

const Linker::WaitingByName* WaitsOf(const Linker& linker, ResourceType type) {
  switch (type) {
    case ResourceType::kClusters:
      return &linker.warming_clusters();
    case ResourceType::kListeners:
      return &linker.warming_listeners();
    case ResourceType::kRoutes:
      return &linker.waiting_routes();
    case ResourceType::kScopes:  // by set
    case ResourceType::kHosts:
    case ResourceType::kEndpoints:
    case ResourceType::kSecrets:
    case ResourceType::kExtensions:
    case ResourceType::kRuntimes:
      break;
  }
  return nullptr;
}

}  // namespace

std::optional<Wait> WaitOf(const Linker& linker, ResourceType type, std::string_view key,
                           const xds::ResourceRecord& record) {
  if (record.bytes == nullptr || record.is_effective()) return std::nullopt;
  if (type == ResourceType::kScopes) {
    if (const Waiting* wait = linker.WaitOfScope(key)) return Wait{wait->what, wait->since};
  }
  if (const Linker::WaitingByName* waits = WaitsOf(linker, type)) {
    const auto wait = waits->find(key);
    if (wait != waits->end()) return Wait{wait->second.what, wait->second.since};
  }
  // Nothing is missing but whoever uses it.
  const std::string_view user =
      type == ResourceType::kEndpoints ? "a cluster with it" : "a listener with it";
  return Wait{std::string(user), record.updated_at};
}

}  // namespace outrigger::compiler
