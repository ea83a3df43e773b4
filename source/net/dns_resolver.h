// Seam: names. Asks name servers for the addresses of one name in one family, without blocking.
//
// Everything beyond one question and its answer (when to ask again, what to keep when an answer
// fails) belongs to cluster/dns_watch.
//
// Owned by the service thread's world. Thread: service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "base/clock.h"
#include "net/address.h"

namespace outrigger {

enum class DnsFamily : uint8_t { kV4, kV6 };

// Whom to ask, and how.
struct DnsSettings {
  std::vector<Address> servers;       // empty: those of the system
  bool servers_are_fallback = false;  // only where the system names none
  bool uses_tcp = false;
  bool has_no_search_domains = false;
  bool rotates_servers = false;
  uint32_t tries = 0;                   // of each server; 0: the resolver's default
  Duration timeout{};                   // of the first try; zero: the resolver's default
  uint32_t udp_payload_bytes_max = 0;   // EDNS0 (RFC 6891 6.2.3); 0: not said
  uint32_t questions_per_port_max = 0;  // then from another UDP port; 0: any number

  bool operator==(const DnsSettings&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const DnsSettings& settings) {  // STYLE: Abseil's protocol
    return H::combine(std::move(state), settings.servers, settings.uses_tcp, settings.tries,
                      settings.timeout.count());
  }
};

struct DnsQuestion {
  std::string name;
  DnsFamily family = DnsFamily::kV4;
  DnsSettings settings;
};

enum class DnsOutcome : uint8_t {
  kAddresses,     // at least one
  kNoName,        // a name server knows that there is no such name (NXDOMAIN)
  kNoAddress,     // the name is there, and has no address of this family
  kTimedOut,      // nobody answered
  kServerFailed,  // no name server can be reached, or none of them knows (SERVFAIL, REFUSED, ...)
  kFailed,        // anything else: an answer that cannot be read, a limit
};

struct DnsAddress {
  Address address;  // port 0
  Duration ttl{};
  bool operator==(const DnsAddress&) const = default;
};

struct DnsAnswer {
  // Of more, those that come first by their bytes count, so that they stay the same ones.
  static constexpr size_t kAddressesMax = 1024;

  DnsOutcome outcome = DnsOutcome::kFailed;
  std::vector<DnsAddress> addresses;  // kAddresses: in the order of the answer
  uint32_t timeouts = 0;              // tries that nobody answered
  std::string problem;                // for people; empty: none
};

class DnsResolver {
 public:
  using Id = uint64_t;
  using OnAnswer = absl::AnyInvocable<void(DnsAnswer)>;
  // Open questions. One more fails at once.
  static constexpr size_t kQuestionsMax = 10'000;

  virtual ~DnsResolver() = default;
  // `on_answer` comes once, never before this returns; not at all once the resolver is gone.
  virtual Id Ask(const DnsQuestion& question, OnAnswer on_answer) = 0;
  // Its answer is not wanted any more. One that has come already is no mistake.
  virtual void Forget(Id id) = 0;
};

}  // namespace outrigger
