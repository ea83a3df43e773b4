// Which accepted scope of routes has which key: no two of one source may have one.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "snapshot/scoped_routes.h"

namespace outrigger::compiler {

// `name`: the key of the resource, which tells its source too.
class ScopeKeys {
 public:
  using Names = std::set<std::string, std::less<>>;

  // The accepted version of the scope is now that one.
  void Set(const std::string& name, const RouteScope& scope);
  void Remove(std::string_view name);
  // Another scope with that key, those in `leaving` left aside; empty: there is none.
  std::string HolderOf(std::string_view name, const RouteScope& scope, const Names& leaving) const;

 private:
  // More than one only within a response that exchanges keys.
  std::map<std::string, Names, std::less<>> names_by_key_;
  std::map<std::string, std::string, std::less<>> keys_by_name_;
};

}  // namespace outrigger::compiler
