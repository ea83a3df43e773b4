// What a connection manager does to a request before anybody looks at it: the form of its path and
// host, whom it believes about the client, and which fields of its own it writes.
//
// Thread: any (const after compile).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/normalize.h"
#include "net/address_range.h"

namespace outrigger {

// Fields whose names hold an underscore: some servers take `x_forwarded_for` for
// `x-forwarded-for` (R20).
enum class UnderscoreNames : uint8_t { kPass, kReject, kDrop };

// Whom to believe (R49, R50). Nobody is internal unless the configuration names ranges.
struct ClientTrust {
  // The peer is the client, or the last of `trusted_hops` proxies before us; else x-forwarded-for
  // has been written by somebody whom we believe.
  bool uses_remote_address = false;
  uint32_t trusted_hops = 0;
  bool appends_forwarded_for = true;
  bool appends_forwarded_port = false;
  bool passes_client_certificate = false;  // x-forwarded-client-cert, as it came
  std::vector<AddressRange> internal_ranges;
  bool is_unix_internal = false;
  bool operator==(const ClientTrust&) const = default;
};

struct RequestRules {
  http::PathRules path;
  http::HostRules host;
  UnderscoreNames underscores = UnderscoreNames::kPass;
  ClientTrust trust;
  std::string via;                       // empty: none is written
  std::string scheme;                    // instead of the request's; empty: none
  bool matches_upstream_scheme = false;  // upstreams are told the one by which they are reached
  bool generates_request_id = true;
  bool keeps_external_request_id = false;
  bool operator==(const RequestRules&) const = default;

  // Asking the kernel for it costs a call.
  bool needs_local_address() const {
    return host.port == http::HostPort::kStripOwn || trust.appends_forwarded_port;
  }
};

enum class ServerHeader : uint8_t { kOverwrite, kAddIfAbsent, kPass };

struct ResponseRules {
  ServerHeader server = ServerHeader::kOverwrite;
  std::string server_name = "envoy";
  bool tells_request_id = false;
  bool operator==(const ResponseRules&) const = default;
};

}  // namespace outrigger
