#include "routing/mirror_host.h"

#include <array>

namespace outrigger::routing {

std::string_view MirrorHost(const MirrorPolicy& policy, std::string_view authority, Arena& arena) {
  if (!policy.host.empty()) return arena.Copy(policy.host);
  if (!policy.marks_host || authority.empty() || authority.starts_with('[')) return authority;
  const std::string_view name = authority.substr(0, authority.find(':'));
  const std::array pieces = {name, std::string_view("-shadow"), authority.substr(name.size())};
  return arena.Join(pieces);
}

}  // namespace outrigger::routing
