#include "control_plane/delta_session.h"

#include <ranges>
#include <utility>

#include "absl/strings/str_cat.h"
#include "control_plane/session_limits.h"

namespace outrigger::control_plane {

namespace {

std::vector<std::string_view> NamesIn(const DeltaSession::Response& response) {
  std::vector<std::string_view> names;
  for (const auto& resource : response.resources()) names.push_back(resource.name());
  for (const std::string& name : response.removed_resources()) names.push_back(name);
  return names;
}

}  // namespace

absl::Status DeltaSession::OnRequest(const Request& request) {
  if (node_id_.empty()) node_id_ = request.node().id();
  const std::optional<ResourceType> type = FindTypeByUrl(request.type_url());
  if (!type.has_value()) {
    if (request.type_url().empty()) return absl::InvalidArgumentError("type_url is missing");
    return absl::OkStatus();  // of another type there is nothing to serve, now or later
  }
  TakeAnswer(*type, request);
  Interest& interest = Of(*type);
  const bool is_first = !std::exchange(interest.is_open, true);
  Subscribe(request, interest);
  Unsubscribe(request, interest);
  if (is_first) Open(request, interest);
  if (interest.names.size() > kNamesMax || interest.told.size() > kNamesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kNamesMax, " names of one type on one stream"));
  }
  return absl::OkStatus();
}

void DeltaSession::TakeAnswer(ResourceType type, const Request& request) {
  std::optional<Outstanding>& outstanding = Of(type).outstanding;
  if (request.response_nonce().empty() || !outstanding.has_value()) return;
  if (request.response_nonce() != outstanding->nonce) return;
  verdict_ =
      outstanding->Answered(type, request.has_error_detail(), request.error_detail().message());
  outstanding.reset();
}

void DeltaSession::Open(const Request& request, Interest& interest) {
  if (request.resource_names_subscribe().empty()) interest.is_wildcard = true;  // X23
  interest.owes_answer = interest.is_wildcard;
  for (const auto& [name, version] : request.initial_resource_versions()) {
    if (interest.Wants(name)) interest.told[name] = version;
  }
}

void DeltaSession::Subscribe(const Request& request, Interest& interest) {
  for (const std::string& name : request.resource_names_subscribe()) {
    if (name == "*") {
      interest.is_wildcard = true;
      continue;
    }
    interest.names.insert(name);
    interest.asked.insert(name);
    interest.told.erase(name);  // asked for again: sent again (X33)
  }
}

void DeltaSession::Unsubscribe(const Request& request, Interest& interest) {
  for (const std::string& name : request.resource_names_unsubscribe()) {
    if (name == "*") {
      interest.is_wildcard = false;
      std::erase_if(interest.told,
                    [&](const auto& told) { return !interest.names.contains(told.first); });
      std::erase_if(interest.asked,
                    [&](const std::string& asked) { return !interest.names.contains(asked); });
      continue;
    }
    interest.names.erase(name);
    interest.told.erase(name);
    // Still covered by the wildcard: the node waits to hear what is there (X34).
    if (interest.is_wildcard) {
      interest.asked.insert(name);
    } else {
      interest.asked.erase(name);
    }
  }
}

std::optional<Verdict> DeltaSession::TakeVerdict() { return std::exchange(verdict_, std::nullopt); }

std::vector<DeltaSession::Response> DeltaSession::TakeDue(const ResourceView& view) {
  std::vector<Response> due;
  for (const ResourceType type : kResourceTypes) {
    if (!Of(type).is_ready()) continue;
    Response response = Upserts(Of(type), view.Of(type));
    const bool has_news = response.resources_size() > 0 || response.removed_resources_size() > 0;
    if (!has_news && !std::exchange(Of(type).owes_answer, false)) continue;
    Of(type).owes_answer = false;
    Finish(type, view.Of(type), response);
    due.push_back(std::move(response));
  }
  for (const Interest& interest : interests_) {
    if (interest.outstanding.has_value()) return due;
  }
  for (const ResourceType type : kResourceTypes | std::views::reverse) {
    if (!Of(type).is_ready()) continue;
    Response response = Removals(Of(type), view.Of(type));
    if (response.removed_resources_size() == 0) continue;
    Finish(type, view.Of(type), response);
    due.push_back(std::move(response));
  }
  return due;
}

DeltaSession::Response DeltaSession::Upserts(Interest& interest, const ResourcesByName& served) {
  Response response;
  size_t bytes = 0;
  for (const auto& [name, resource] : served) {
    if (!interest.Wants(name)) continue;
    if (bytes > kResponseBytesSoftMax) return response;
    std::string& told = interest.told[name];
    interest.asked.erase(name);
    if (told == resource->version) continue;
    told = resource->version;
    auto* added = response.add_resources();
    added->set_name(name);
    added->set_version(resource->version);
    added->mutable_resource()->set_value(resource->bytes);
    bytes += resource->bytes.size();
  }
  for (const std::string& name : interest.asked) response.add_removed_resources(name);
  interest.asked.clear();
  return response;
}

DeltaSession::Response DeltaSession::Removals(Interest& interest, const ResourcesByName& served) {
  Response response;
  for (auto it = interest.told.begin(); it != interest.told.end();) {
    if (served.contains(it->first)) {
      ++it;
      continue;
    }
    response.add_removed_resources(it->first);
    it = interest.told.erase(it);
  }
  return response;
}

void DeltaSession::Finish(ResourceType type, const ResourcesByName& served, Response& response) {
  const std::string type_url(TypeUrl(type));
  response.set_type_url(type_url);
  for (auto& resource : *response.mutable_resources()) {
    resource.mutable_resource()->set_type_url(type_url);
  }
  response.set_system_version_info(VersionOf(served));
  response.set_nonce(std::to_string(++last_nonce_));
  response.mutable_control_plane()->set_identifier(std::string(kIdentifier));
  Of(type).outstanding = Outstanding{response.nonce(), response.system_version_info(),
                                     ShortenNames(NamesIn(response))};
}

}  // namespace outrigger::control_plane
