#include "routing/host_matcher.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "routing/route_table.h"

namespace outrigger::routing {

namespace {

char Lower(char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); }

// "[::1]" has no port; "[::1]:80", "a:80" and "a:" have.
std::string_view WithoutPort(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return authority;
  const size_t bracket = authority.rfind(']');
  if (bracket != std::string_view::npos && bracket > colon) return authority;
  return authority.substr(0, colon);
}

struct WildcardKeys {
  std::vector<std::string> keys;
  std::vector<uint32_t> hosts;
  absl::flat_hash_set<std::string> seen;

  void Add(std::string key, uint32_t host) {
    if (!seen.insert(key).second) return;
    keys.push_back(std::move(key));
    hosts.push_back(host);
  }
};

}  // namespace

size_t HostMatcher::HashIgnoringCase::operator()(std::string_view text) const {
  // FNV-1a over folded bytes, then a mix: Abseil's table takes its tag from the low bits.
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(Lower(c))) * 0x100000001b3u;
  }
  return hash ^ (hash >> 32);
}

bool HostMatcher::EqualIgnoringCase::operator()(std::string_view a, std::string_view b) const {
  return absl::EqualsIgnoreCase({a.data(), a.size()}, {b.data(), b.size()});
}

HostMatcher::HostMatcher(const std::vector<Shared<VirtualHost>>& hosts, bool ignores_port)
    : ignores_port_(ignores_port) {
  WildcardKeys suffixes;
  WildcardKeys prefixes;
  for (uint32_t host = 0; host < hosts.size(); ++host) {
    for (const std::string& domain : hosts[host]->domains) {
      if (domain == "*") {
        if (any_ == kNone) any_ = host;
      } else if (domain.starts_with('*')) {
        std::string key = absl::AsciiStrToLower(domain.substr(1));
        std::reverse(key.begin(), key.end());
        suffixes.Add(std::move(key), host);
      } else if (domain.ends_with('*')) {
        prefixes.Add(absl::AsciiStrToLower(domain.substr(0, domain.size() - 1)), host);
      } else {
        exact_.emplace(domain, host);
      }
    }
  }
  const auto built = [](WildcardKeys& keys) {
    const std::vector<std::string_view> texts(keys.keys.begin(), keys.keys.end());
    return texts.empty()
               ? nullptr
               : std::make_unique<const Wildcards>(PrefixTree(texts), std::move(keys.hosts));
  };
  suffixes_ = built(suffixes);
  prefixes_ = built(prefixes);
}

uint32_t HostMatcher::Find(std::string_view authority) const {
  const std::string_view host = ignores_port_ ? WithoutPort(authority) : authority;
  if (const auto exact = exact_.find(host); exact != exact_.end()) return exact->second;
  if (host.empty()) return any_;
  // One byte less than the whole: it is the wildcard's.
  const size_t longest = host.size() - 1;
  if (suffixes_ != nullptr) {
    const uint32_t found =
        suffixes_->Find(longest, [host](size_t i) { return Lower(host[host.size() - 1 - i]); });
    if (found != kNone) return found;
  }
  if (prefixes_ != nullptr) {
    const uint32_t found = prefixes_->Find(longest, [host](size_t i) { return Lower(host[i]); });
    if (found != kNone) return found;
  }
  return any_;
}

}  // namespace outrigger::routing
