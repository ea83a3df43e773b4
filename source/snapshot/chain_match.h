// Which filter chain of a listener a connection belongs to.
//
// A tree with one level for each criterion, in Envoy's order: destination port, destination
// address, server name, transport protocol, application protocols, direct source address, kind of
// source, source address, source port. On each level the most specific value that fits is taken,
// and nobody comes back from there: a connection that finds nothing behind it has no chain, though
// another branch might have had one.
//
// A copyable value, built by the listener compiler. Find allocates nothing.
// Thread: any (const after compile).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "net/address_range.h"
#include "snapshot/range_map.h"

namespace outrigger {

// From this machine (127.0.0.1, ::1, the address it came to, a Unix socket), or not.
enum class SourceKind : uint8_t { kAny, kLocal, kExternal };

// What one chain asks of its connections. What is empty asks for nothing.
struct ChainCriteria {
  uint32_t destination_port = 0;  // zero: any
  std::vector<AddressRange> destinations;
  std::vector<std::string> server_names;  // lower case; "*.a" is every name that ends in ".a"
  std::string transport_protocol;
  std::vector<std::string> application_protocols;
  std::vector<AddressRange> direct_sources;
  SourceKind source_kind = SourceKind::kAny;
  std::vector<AddressRange> sources;
  std::vector<uint32_t> source_ports;

  // Asks for what only the first bytes of a connection tell.
  bool asks_for_content() const;
  bool operator==(const ChainCriteria&) const = default;
};

// What is known of a connection when its chain is chosen.
struct MatchInputs {
  const Address& destination;  // may be unset where needs_destination() does not ask for it
  const Address& source;
  const Address& direct_source;       // who is connected to us, whomever that stands for
  std::string_view server_name = {};  // lower case; empty: none is known
  std::string_view transport_protocol = "raw_buffer";  // as Envoy, where nobody has looked
  std::span<const std::string_view> application_protocols = {};
};

class ChainMatch {
 public:
  // Combinations of values of all chains of a listener.
  static constexpr size_t kRulesMax = 50'000;

  enum class Outcome { kAdded, kOverlap, kTooMany };
  struct Addition {
    Outcome outcome = Outcome::kAdded;
    uint32_t holder = 0;  // kOverlap: the chain that has one of the rules already, maybe this one
  };
  // After anything but kAdded it is of no use any more.
  Addition Add(const ChainCriteria& criteria, uint32_t chain);
  // The chain of connections that match no other.
  void SetDefault(uint32_t chain) { default_chain_ = chain; }

  std::optional<uint32_t> Find(const MatchInputs& inputs) const;
  bool needs_destination() const { return needs_destination_; }

  bool operator==(const ChainMatch&) const = default;

 private:
  // From the last level to the first. Zero and "" stand for what asks for nothing.
  using SourcePorts = std::map<uint32_t, std::optional<uint32_t>>;  // to the chain
  using Sources = RangeMap<SourcePorts>;
  using SourceKinds = std::map<SourceKind, Sources>;
  using DirectSources = RangeMap<SourceKinds>;
  using ApplicationProtocols = std::map<std::string, DirectSources, std::less<>>;
  using TransportProtocols = std::map<std::string, ApplicationProtocols, std::less<>>;
  using ServerNames = std::map<std::string, TransportProtocols, std::less<>>;
  using Destinations = RangeMap<ServerNames>;
  using DestinationPorts = std::map<uint32_t, Destinations>;

  std::optional<uint32_t> FindRule(const MatchInputs& inputs) const;
  static const TransportProtocols* FindName(const ServerNames& names, std::string_view name);
  static const DirectSources* FindProtocol(const ApplicationProtocols& protocols,
                                           std::span<const std::string_view> offered);
  static std::optional<uint32_t> FindSource(const SourceKinds& kinds, const MatchInputs& inputs);

  DestinationPorts ports_;
  std::optional<uint32_t> default_chain_;
  size_t rules_ = 0;
  bool needs_destination_ = false;
};

}  // namespace outrigger
