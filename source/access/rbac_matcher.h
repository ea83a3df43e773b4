// RBAC as a matcher tree: inputs of a request or a connection lead to an action. The other way to
// write down what rbac_rules.h holds as policies.
//
// An input that is not there (no such header, no certificate) satisfies no predicate. What leads to
// no action is refused.
//
// Thread: any (values). Source: xds/type/matcher/v3 Matcher; envoy/config/rbac/v3 Action.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/rbac_rules.h"

namespace outrigger {

struct RbacInput {
  enum class Kind : uint8_t {
    kHeader,  // all of its values, with commas
    kDestinationAddress,
    kDestinationPort,
    kClientAddress,
    kClientPort,
    kPeerAddress,
    kServerName,
    kTransportProtocol,  // "tls" or "raw_buffer"
    kUriNames,           // of the client's certificate, with commas
    kDnsNames,           // likewise
    kSubject,
  };
  Kind kind = Kind::kHeader;
  std::string header;  // kHeader: lower case

  std::optional<std::string> Read(const RbacSubject& subject) const;
};

struct RbacPredicate {
  enum class Kind : uint8_t { kInput, kAllOf, kAnyOf, kNot };
  Kind kind = Kind::kInput;
  RbacInput input;  // kInput: it satisfies `match`
  StringMatch match;
  std::vector<RbacPredicate> children;

  bool Holds(const RbacSubject& subject) const;
};

struct RbacMatcher {
  struct Action {
    std::string name;
    RbacRules::Action action = RbacRules::Action::kAllow;
  };
  // What follows from a match: an action, or one more matcher.
  using Outcome = std::variant<Action, std::shared_ptr<const RbacMatcher>>;
  struct Entry {
    RbacPredicate predicate;
    Outcome outcome;
  };
  struct Map {
    RbacInput input;
    bool is_by_prefix = false;  // the longest that leads to an action; else by the whole text
    std::map<std::string, Outcome, std::less<>> outcomes;
    size_t key_bytes_max = 0;  // the longest key: no more of an input is looked at
  };

  // The first entry, in order, that leads to an action; or what the map has for its input.
  std::variant<std::vector<Entry>, Map> tests;
  std::optional<Outcome> otherwise;

  RbacVerdict Judge(const RbacSubject& subject) const;

 private:
  const Action* Find(const RbacSubject& subject) const;
  const Action* FindInTests(const RbacSubject& subject) const;
  static const Action* Follow(const Outcome& outcome, const RbacSubject& subject);
};

using RbacDecision = std::variant<RbacRules, RbacMatcher>;

// What is enforced, and what is only counted by those who try it out.
struct RbacDecisions {
  std::optional<RbacDecision> enforced;  // unset: everything is allowed, and nothing is counted
  std::optional<RbacDecision> shadow;
};

inline RbacVerdict Judge(const RbacDecision& decision, const RbacSubject& subject) {
  return std::visit([&subject](const auto& way) { return way.Judge(subject); }, decision);
}

}  // namespace outrigger
