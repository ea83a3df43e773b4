#include "xds/subscription_state.h"

#include <algorithm>
#include <iterator>

#include "xds/nack_message.h"

namespace outrigger::xds {

SubscriptionState::SubscriptionState(std::string type_url, bool is_wildcard)
    : type_url_(std::move(type_url)), is_wildcard_(is_wildcard) {}

void SubscriptionState::SetWanted(std::set<std::string> names) {
  if (is_wildcard_) return;
  for (const std::string& name : wanted_) {
    if (names.contains(name)) continue;
    running_.erase(name);
    if (asked_.contains(name)) let_go_.insert(name);
  }
  wanted_ = std::move(names);
}

bool SubscriptionState::IsWanted(std::string_view name) const {
  return is_wildcard_ || wanted_.contains(std::string(name));
}

void SubscriptionState::OnStreamStart() {
  asked_.clear();
  let_go_.clear();
  has_sent_first_ = false;
}

DeltaRequest SubscriptionState::FirstRequest() const {
  DeltaRequest request;
  request.type_url = type_url_;
  // Known names of a wildcard type are not subscribed to one by one, only listed with their
  // version: naming them would end the wildcard subscription (X35).
  request.subscribe.assign(wanted_.begin(), wanted_.end());
  request.initial_versions.assign(running_.begin(), running_.end());
  std::sort(request.initial_versions.begin(), request.initial_versions.end());
  return request;
}

std::optional<DeltaRequest> SubscriptionState::TakeSubscriptionRequest() {
  if (!has_sent_first_) {
    // An empty first request of a named type would be read as a wildcard subscription (X23).
    if (!is_wildcard_ && wanted_.empty()) return std::nullopt;
    has_sent_first_ = true;
    asked_ = wanted_;
    return FirstRequest();
  }
  DeltaRequest request;
  request.type_url = type_url_;
  for (const std::string& name : wanted_) {
    if (!asked_.contains(name) || let_go_.contains(name)) request.subscribe.push_back(name);
  }
  std::set_difference(asked_.begin(), asked_.end(), wanted_.begin(), wanted_.end(),
                      std::back_inserter(request.unsubscribe));
  let_go_.clear();
  if (request.subscribe.empty() && request.unsubscribe.empty()) return std::nullopt;
  asked_ = wanted_;
  return request;
}

DeltaRequest SubscriptionState::MakeAck(std::string_view nonce, const Verdict& verdict) const {
  DeltaRequest request;
  request.type_url = type_url_;
  request.response_nonce = std::string(nonce);
  if (!verdict.errors.empty()) request.error_message = MakeNackMessage(verdict.errors);
  return request;
}

void SubscriptionState::NoteRunning(const std::string& name, std::string_view version) {
  // The sink may have lost interest in the name while it applied the response.
  if (IsWanted(name)) running_[name] = std::string(version);
}

void SubscriptionState::OnApplied(const Response& response, const Verdict& verdict) {
  for (std::string_view name : response.removed) running_.erase(std::string(name));

  absl::flat_hash_map<std::string_view, std::string_view> version_by_name;
  std::vector<std::string_view> unnamed_versions;
  for (const ReceivedResource& resource : response.resources) {
    if (resource.name.empty()) {
      unnamed_versions.push_back(resource.version);
    } else {
      version_by_name[resource.name] = resource.version;
    }
  }
  std::vector<const std::string*> named_by_payload;
  for (const std::string& name : verdict.accepted) {
    auto it = version_by_name.find(name);
    if (it != version_by_name.end()) {
      NoteRunning(name, it->second);
    } else {
      named_by_payload.push_back(&name);
    }
  }
  // Which unnamed resource became which name is certain only if all of them were accepted.
  // Otherwise nothing is claimed for them, and a reconnect brings them again (P17).
  const bool is_certain = named_by_payload.size() == unnamed_versions.size();
  for (size_t i = 0; i < named_by_payload.size(); ++i) {
    if (is_certain) {
      NoteRunning(*named_by_payload[i], unnamed_versions[i]);
    } else {
      running_.erase(*named_by_payload[i]);
    }
  }
}

}  // namespace outrigger::xds
