// Which route tables take virtual hosts that are discovered, so that nobody looks for them among
// thousands that do not.
//
// Owned by Resources. Thread: control.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "routing/route_table.h"

namespace outrigger::compiler {

class HostTables {
 public:
  using Keys = std::set<std::string, std::less<>>;  // of route tables

  // What was accepted last of that route table.
  void Set(const std::string& key, const routing::RouteTable& table);
  template <typename IsKept>
  void ForgetUnless(IsKept is_kept) {
    for (auto it = hosts_keys_.begin(); it != hosts_keys_.end();) {
      const std::string key = (it++)->first;
      if (!is_kept(key)) Forget(key);
    }
  }

  // Of those whose hosts have keys that begin so, up to the last slash.
  const Keys& TablesOf(std::string_view hosts_key) const;
  // All, by that.
  const std::map<std::string, Keys, std::less<>>& all() const { return tables_; }

 private:
  void Forget(const std::string& key);

  std::map<std::string, Keys, std::less<>> tables_;
  std::map<std::string, std::string> hosts_keys_;  // by the table's key
};

// What the keys of its hosts begin with. Requires: it discovers hosts.
std::string HostsKeyOf(std::string_view table_key, const routing::HostDiscovery& discovery);

}  // namespace outrigger::compiler
