#include "access/rbac_rules.h"

#include <algorithm>

#include "base/check.h"

namespace outrigger {

namespace {

using ConditionKind = RbacCondition::Kind;

std::string_view WithoutQuery(std::string_view path) {
  return path.substr(0, path.find_first_of("?#"));
}

// By the first kind of name that the certificate has: URIs, DNS names, the subject.
bool MatchesPeerName(const StringMatch& match, const PeerCertificate* peer) {
  if (peer == nullptr) return false;
  const auto matches = [&match](const std::string& name) { return match.Matches(name); };
  if (!peer->uris.empty()) return std::any_of(peer->uris.begin(), peer->uris.end(), matches);
  if (!peer->dns_names.empty()) {
    return std::any_of(peer->dns_names.begin(), peer->dns_names.end(), matches);
  }
  return match.Matches(peer->subject);
}

bool HoldsPort(const RbacCondition::Ports& ports, uint16_t port) {
  return ports.first <= port && port <= ports.last;
}

}  // namespace

std::string DeniedDetails(const RbacVerdict& verdict) {
  std::string policy(verdict.policy.empty() ? "none" : verdict.policy);
  std::replace_if(
      policy.begin(), policy.end(), [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); },
      '_');
  return "rbac_access_denied_matched_policy[" + policy + "]";
}

bool RbacCondition::Holds(const RbacSubject& subject) const {
  const auto holds = [&subject](const RbacCondition& child) { return child.Holds(subject); };
  const Connection& connection = subject.connection;
  switch (kind) {
    case ConditionKind::kAlways:
      return true;
    case ConditionKind::kAllOf:
      return std::all_of(children.begin(), children.end(), holds);
    case ConditionKind::kAnyOf:
      return std::any_of(children.begin(), children.end(), holds);
    case ConditionKind::kNot:
      return !holds(children.front());
    case ConditionKind::kHeader:
      return subject.request != nullptr &&
             routing::MatchesHeader(std::get<routing::HeaderMatch>(operand), *subject.request);
    case ConditionKind::kPath:
      return subject.request != nullptr &&
             std::get<StringMatch>(operand).Matches(WithoutQuery(subject.request->path));
    case ConditionKind::kDestinationAddress:
      return std::get<AddressRange>(operand).Contains(connection.local_address());
    case ConditionKind::kDestinationPort:
      return HoldsPort(std::get<Ports>(operand), connection.local_address().port());
    case ConditionKind::kServerName:
      return std::get<StringMatch>(operand).Matches(connection.agreement().server_name);
    case ConditionKind::kTls:
      return connection.is_encrypted();
    case ConditionKind::kPeerName:
      return MatchesPeerName(std::get<StringMatch>(operand), connection.peer_certificate());
    case ConditionKind::kPeerAddress:
      return std::get<AddressRange>(operand).Contains(connection.peer_address());
    case ConditionKind::kClientAddress:
      return std::get<AddressRange>(operand).Contains(subject.client);
    case ConditionKind::kMetadata:
      return std::get<http::MetadataMatch>(operand).Matches(subject.metadata);
  }
  OUTRIGGER_CHECK(false);
}

RbacVerdict RbacRules::Judge(const RbacSubject& subject) const {
  const auto held =
      std::find_if(policies.begin(), policies.end(), [&subject](const RbacPolicy& policy) {
        return policy.permission.Holds(subject) && policy.principal.Holds(subject);
      });
  RbacVerdict verdict;
  const bool is_held = held != policies.end();
  if (is_held) verdict.policy = held->name;
  verdict.is_allowed = action == Action::kLog || is_held == (action == Action::kAllow);
  return verdict;
}

}  // namespace outrigger
