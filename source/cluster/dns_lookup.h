// What is to be known of one name all the time, and what is known of it now, as values.
//
// Thread: any (values).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "net/dns_resolver.h"

namespace outrigger {

// Which addresses of a name count. kAuto: the IPv6 ones, where there are any.
enum class DnsFamilies : uint8_t { kAuto, kV4Only, kV6Only, kV4Preferred, kAll };

// Clusters that look up the same name in the same way share one lookup.
struct DnsLookup {
  std::string name;
  DnsFamilies families = DnsFamilies::kAuto;
  DnsSettings settings;
  Duration refresh = std::chrono::seconds(5);
  Duration failure_base{};  // zero: failures are tried again like successes
  Duration failure_max{};
  Duration jitter{};  // at most this is added after a success
  bool respects_ttl = false;
  // That there is no such name is a failure like any other, and never takes an address away: as in
  // Envoy for LOGICAL_DNS.
  bool needs_address = false;

  bool operator==(const DnsLookup&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const DnsLookup& lookup) {  // STYLE: Abseil's hashing protocol
    return H::combine(std::move(state), lookup.name, lookup.families, lookup.settings,
                      lookup.refresh.count());
  }
};

// After one try.
struct DnsResolution {
  std::vector<Address> addresses;  // without port; those of older answers where this try failed
  bool is_success = false;
  bool is_stale = false;  // some are of older answers
  std::string problem;    // for people; empty: none
};

}  // namespace outrigger
