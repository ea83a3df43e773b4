// Who may do what: policies, compiled, and the verdict on one request or connection.
//
// A policy holds when one of its permissions (what is done) and one of its principals (who does it)
// hold; both are trees of the same conditions. A condition about something that is not there (a
// header of a TCP connection, a certificate that nobody showed) does not hold.
//
// Thread: any (values). Source: envoy/config/rbac/v3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/string_match.h"
#include "http/message.h"
#include "http/metadata_match.h"
#include "net/address_range.h"
#include "net/connection.h"
#include "routing/header_matcher.h"

namespace outrigger {

// What is judged. `request` is null for a TCP connection.
struct RbacSubject {
  const Connection& connection;
  const Address& client;  // who is believed to have sent it
  const http::RequestHead* request = nullptr;
  const http::Metadata* metadata = nullptr;  // what filters have noted; null: nothing
};

struct RbacCondition {
  enum class Kind : uint8_t {
    kAlways,
    kAllOf,
    kAnyOf,
    kNot,  // of the one child
    kHeader,
    kPath,  // without its query
    kDestinationAddress,
    kDestinationPort,
    kServerName,  // of the client's TLS hello
    kTls,         // the connection is encrypted
    kPeerName,    // of the client's certificate
    kPeerAddress,
    kClientAddress,
    kMetadata,
  };
  struct Ports {
    uint16_t first = 0;
    uint16_t last = 0;  // inclusive
    bool operator==(const Ports&) const = default;
  };
  using Operand = std::variant<std::monostate, StringMatch, routing::HeaderMatch, AddressRange,
                               Ports, http::MetadataMatch>;

  Kind kind = Kind::kAlways;
  Operand operand;
  std::vector<RbacCondition> children;

  bool Holds(const RbacSubject& subject) const;
  bool operator==(const RbacCondition&) const = default;
};

struct RbacPolicy {
  std::string name;
  RbacCondition permission;
  RbacCondition principal;
  bool operator==(const RbacPolicy&) const = default;
};

struct RbacVerdict {
  bool is_allowed = true;
  std::string_view policy;  // that holds; empty: none
};
// What access logs say of who was denied: Envoy's words, without what would part a line.
std::string DeniedDetails(const RbacVerdict& verdict);

// The first policy by name that holds decides.
struct RbacRules {
  enum class Action : uint8_t {
    kAllow,  // what a policy holds for; nothing else
    kDeny,   // likewise; everything else is allowed
    kLog,    // allows everything
  };
  Action action = Action::kAllow;
  std::vector<RbacPolicy> policies;  // by name

  RbacVerdict Judge(const RbacSubject& subject) const;
  bool operator==(const RbacRules&) const = default;
};

}  // namespace outrigger
