// Which protocols a connection may become, as a connection manager or a route says it.
//
// Thread: any (const after compile). Source: upgrade_configs of HttpConnectionManager and of
// RouteAction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::routing {

class UpgradeRules {
 public:
  // `protocol` is a token of Upgrade, in any case, or "CONNECT". False: it is there already.
  [[nodiscard]] bool Add(std::string protocol, bool is_allowed);
  // Nothing where nothing is said.
  std::optional<bool> Find(std::string_view protocol) const;

  bool operator==(const UpgradeRules&) const = default;

 private:
  struct Rule {
    std::string protocol;
    bool is_allowed = true;
    bool operator==(const Rule&) const = default;
  };
  std::vector<Rule> rules_;
};

// The route decides; where it says nothing, the connection manager does.
bool MayUpgrade(std::string_view protocol, const UpgradeRules& route, const UpgradeRules& manager);

}  // namespace outrigger::routing
