#include "xds/subscription_state.h"

#include <algorithm>
#include <utility>

#include "base/shrink.h"
#include "xds/nack_message.h"

namespace outrigger::xds {

SubscriptionState::SubscriptionState(Protocol protocol, std::string type_url, bool is_wildcard,
                                     bool at_once)
    : protocol_(protocol),
      type_url_(std::move(type_url)),
      is_wildcard_(is_wildcard),
      is_wildcard_asked_(is_wildcard && at_once) {}

void SubscriptionState::SetWanted(std::set<std::string> names) {
  if (is_wildcard_) {
    is_wildcard_asked_ |= !names.empty();
    names.erase(std::string());
    // The state of the world has no way of saying both. Naming something ends the legacy form of a
    // wildcard, so that it has to be named as well (X23); once it was, that is how it stays.
    if (protocol_ != Protocol::kDelta || (names.empty() && wanted_.empty())) return;
    names.insert("*");
  }
  for (const std::string& name : wanted_) {
    if (names.contains(name)) continue;
    running_.erase(name);
    if (asked_.contains(name)) {
      let_go_.insert(name);
      touched_.insert(name);
    } else {
      touched_.erase(name);
    }
  }
  for (const std::string& name : names) {
    if (!wanted_.contains(name)) touched_.insert(name);
  }
  ShrinkIfSparse(running_);
  has_changed_ = has_changed_ || names != wanted_;
  BecomeInPlace(wanted_, std::move(names));
}

void SubscriptionState::AddWanted(const std::set<std::string>& names) {
  for (const std::string& name : names) {
    if (!wanted_.insert(name).second) continue;
    touched_.insert(name);
    has_changed_ = true;
  }
}

bool SubscriptionState::IsWanted(std::string_view name) const {
  return is_wildcard_ || IsNamed(name);
}

void SubscriptionState::OnStreamStart(bool of_other_server) {
  asked_.clear();
  let_go_.clear();
  nonce_.clear();
  has_sent_first_ = false;
  claims_versions_ = !of_other_server;
  has_changed_ = true;
}

void SubscriptionState::ForgetVersions() {
  for (auto& [name, version] : running_) version.clear();
  version_.clear();
  claims_versions_ = true;
}

std::optional<Request> SubscriptionState::TakeSubscriptionRequest() {
  if (!has_news()) return std::nullopt;
  std::optional<Request> request = MakeSubscriptionRequest();
  has_changed_ = !touched_.empty();
  return request;
}

std::optional<Request> SubscriptionState::MakeSubscriptionRequest() {
  if (has_sent_first_) {
    return protocol_ == Protocol::kDelta ? TakeDifference() : TakeWholeList();
  }
  has_sent_first_ = true;
  asked_ = wanted_;
  touched_.clear();
  if (protocol_ == Protocol::kDelta) return FirstRequest(claims_versions_);
  Request request = WholeList();
  request.subscribe.assign(asked_.begin(), asked_.end());
  return request;
}

Request SubscriptionState::NewRequest() const {
  Request request;
  request.type_url = type_url_;
  return request;
}

Request SubscriptionState::FirstRequest(bool claims_versions) const {
  Request request = NewRequest();
  // Known names of a wildcard type are not subscribed to one by one, only listed with their
  // version: naming them would end the wildcard subscription (X35).
  request.subscribe.assign(wanted_.begin(), wanted_.end());
  request.initial_versions.assign(running_.begin(), running_.end());
  std::sort(request.initial_versions.begin(), request.initial_versions.end());
  if (claims_versions) return request;
  for (auto& [name, version] : request.initial_versions) version.clear();
  return request;
}

Request SubscriptionState::ProbeRequest() const {
  if (protocol_ == Protocol::kDelta) return FirstRequest(false);
  Request request = NewRequest();
  request.names = &wanted_;
  return request;
}

// Carries no nonce (X31).
std::optional<Request> SubscriptionState::TakeDifference() {
  Request request = NewRequest();
  for (const std::string& name : std::exchange(touched_, {})) {
    if (!wanted_.contains(name)) {
      request.unsubscribe.push_back(name);
      asked_.erase(name);
    } else if (asked_.insert(name).second || let_go_.contains(name)) {
      request.subscribe.push_back(name);
    }
  }
  let_go_.clear();
  if (request.subscribe.empty() && request.unsubscribe.empty()) return std::nullopt;
  return request;
}

// A name that was let go is left out once, and stands in the request after that again.
std::optional<Request> SubscriptionState::TakeWholeList() {
  std::vector<std::string> added;
  bool has_dropped = false;
  for (const std::string& name : std::exchange(touched_, {})) {
    const bool is_wanted = wanted_.contains(name);
    if (let_go_.contains(name) || !is_wanted) {
      has_dropped |= asked_.erase(name) > 0;
      if (is_wanted) touched_.insert(name);
    } else if (asked_.insert(name).second) {
      added.push_back(name);
    }
  }
  let_go_.clear();
  if (added.empty() && !has_dropped) return std::nullopt;
  Request request = WholeList();
  request.subscribe = std::move(added);
  return request;
}

Request SubscriptionState::WholeList() const {
  Request request = NewRequest();
  request.names = &asked_;
  if (claims_versions_) request.version = version_;
  request.nonce = nonce_;
  return request;
}

Request SubscriptionState::MakeAck(std::string_view nonce, const Verdict& verdict) {
  nonce_ = std::string(nonce);
  Request request = protocol_ == Protocol::kDelta ? NewRequest() : WholeList();
  request.nonce = nonce_;
  if (!verdict.errors.empty()) request.error_message = MakeNackMessage(verdict.errors);
  return request;
}

void SubscriptionState::NoteRunning(const std::string& name, std::string_view version) {
  // The sink may have lost interest in the name while it applied the response.
  if (IsWanted(name)) running_[name].assign(version);
}

void SubscriptionState::OnApplied(const Response& response, const Verdict& verdict) {
  // Views of `removed` may point into these names: each is copied before it goes.
  for (std::string_view name : response.removed) {
    const std::string gone(name);
    running_.erase(gone);
    refused_.erase(gone);
  }
  if (!response.removed.empty()) ShrinkIfSparse(running_);
  auto accepted = verdict.accepted.begin();
  for (const ReceivedResource& resource : response.resources) {
    if (accepted == verdict.accepted.end() || *accepted != resource.name) continue;
    if (!refused_.empty()) refused_.erase(*accepted);
    NoteRunning(*accepted, resource.version);
    ++accepted;
  }
  if (verdict.errors.empty()) version_ = std::string(response.system_version);
  if (!takes_whole_sets()) return;
  for (const ResourceError& error : verdict.errors) {
    if (!error.name.empty() && !running_.contains(error.name)) refused_.insert(error.name);
  }
}

}  // namespace outrigger::xds
