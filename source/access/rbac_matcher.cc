#include "access/rbac_matcher.h"

#include <algorithm>

#include "base/check.h"

namespace outrigger {

namespace {

std::optional<std::string> Joined(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::nullopt;
  std::string joined = texts.front();
  for (size_t i = 1; i < texts.size(); ++i) joined.append(",").append(texts[i]);
  return joined;
}

std::optional<std::string> UnlessEmpty(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

}  // namespace

std::optional<std::string> RbacInput::Read(const RbacSubject& subject) const {
  const Connection& connection = subject.connection;
  const PeerCertificate* peer = nullptr;
  switch (kind) {
    case Kind::kHeader:
      if (subject.request == nullptr) return std::nullopt;
      return routing::JoinedValues(header, *subject.request);
    case Kind::kDestinationAddress:
      return connection.local_address().ip();
    case Kind::kDestinationPort:
      return std::to_string(connection.local_address().port());
    case Kind::kClientAddress:
      return subject.client.ip();
    case Kind::kClientPort:
      return std::to_string(subject.client.port());
    case Kind::kPeerAddress:
      return connection.peer_address().ip();
    case Kind::kServerName:
      return UnlessEmpty(connection.agreement().server_name);
    case Kind::kTransportProtocol:
      return connection.is_encrypted() ? "tls" : "raw_buffer";
    case Kind::kUriNames:
      peer = connection.peer_certificate();
      return peer == nullptr ? std::nullopt : Joined(peer->uris);
    case Kind::kDnsNames:
      peer = connection.peer_certificate();
      return peer == nullptr ? std::nullopt : Joined(peer->dns_names);
    case Kind::kSubject:
      peer = connection.peer_certificate();
      return peer == nullptr ? std::nullopt : std::optional<std::string>(peer->subject);
  }
  OUTRIGGER_CHECK(false);
}

bool RbacPredicate::Holds(const RbacSubject& subject) const {
  const auto holds = [&subject](const RbacPredicate& child) { return child.Holds(subject); };
  switch (kind) {
    case Kind::kInput: {
      const std::optional<std::string> text = input.Read(subject);
      return text.has_value() && match.Matches(*text);
    }
    case Kind::kAllOf:
      return std::all_of(children.begin(), children.end(), holds);
    case Kind::kAnyOf:
      return std::any_of(children.begin(), children.end(), holds);
    case Kind::kNot:
      return !holds(children.front());
  }
  OUTRIGGER_CHECK(false);
}

const RbacMatcher::Action* RbacMatcher::Follow(const Outcome& outcome, const RbacSubject& subject) {
  if (const auto* action = std::get_if<Action>(&outcome)) return action;
  return std::get<std::shared_ptr<const RbacMatcher>>(outcome)->Find(subject);
}

const RbacMatcher::Action* RbacMatcher::FindInTests(const RbacSubject& subject) const {
  if (const auto* entries = std::get_if<std::vector<Entry>>(&tests)) {
    for (const Entry& entry : *entries) {
      if (!entry.predicate.Holds(subject)) continue;
      if (const Action* action = Follow(entry.outcome, subject)) return action;
    }
    return nullptr;
  }
  const Map& map = std::get<Map>(tests);
  const std::optional<std::string> text = map.input.Read(subject);
  if (!text.has_value()) return nullptr;
  std::string_view key = *text;
  if (map.is_by_prefix) key = key.substr(0, map.key_bytes_max);
  for (;; key.remove_suffix(1)) {
    const auto found = map.outcomes.find(key);
    const Action* action = found == map.outcomes.end() ? nullptr : Follow(found->second, subject);
    if (action != nullptr || !map.is_by_prefix || key.empty()) return action;
  }
}

const RbacMatcher::Action* RbacMatcher::Find(const RbacSubject& subject) const {
  const Action* action = FindInTests(subject);
  if (action == nullptr && otherwise.has_value()) return Follow(*otherwise, subject);
  return action;
}

RbacVerdict RbacMatcher::Judge(const RbacSubject& subject) const {
  const Action* action = Find(subject);
  if (action == nullptr) return {.is_allowed = false, .policy = {}};
  return {.is_allowed = action->action != RbacRules::Action::kDeny, .policy = action->name};
}

}  // namespace outrigger
