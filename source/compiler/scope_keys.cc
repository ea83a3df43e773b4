#include "compiler/scope_keys.h"

#include <algorithm>

#include "base/resource_source.h"

namespace outrigger::compiler {

namespace {

std::string KeyOf(std::string_view name, const RouteScope& scope) {
  return std::string(SourceInKey(name)).append(scope.key);
}

}  // namespace

void ScopeKeys::Set(const std::string& name, const RouteScope& scope) {
  Remove(name);
  std::string key = KeyOf(name, scope);
  names_by_key_[key].insert(name);
  keys_by_name_[name] = std::move(key);
}

void ScopeKeys::Remove(std::string_view name) {
  const auto known = keys_by_name_.find(name);
  if (known == keys_by_name_.end()) return;
  const auto names = names_by_key_.find(known->second);
  names->second.erase(known->first);
  if (names->second.empty()) names_by_key_.erase(names);
  keys_by_name_.erase(known);
}

std::string ScopeKeys::HolderOf(std::string_view name, const RouteScope& scope,
                                const Names& leaving) const {
  const auto names = names_by_key_.find(KeyOf(name, scope));
  if (names == names_by_key_.end()) return {};
  const auto holder = std::ranges::find_if(names->second, [&](const std::string& other) {
    return other != name && !leaving.contains(other);
  });
  return holder == names->second.end() ? std::string() : *holder;
}

}  // namespace outrigger::compiler
