#include "control_plane/delta_session.h"

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
  ledger_.NoteNode(request.node().id());
  const auto found = ledger_.FindType(request.type_url());
  if (!found.ok() || !found->has_value()) return found.status();
  const ResourceType type = **found;
  ledger_.TakeAnswer(type, request);
  Interest& interest = Of(type);
  Subscribe(request, interest);
  Unsubscribe(request, interest);
  if (ledger_.Open(type)) Open(request, interest);
  if (interest.names.size() > kNamesMax || interest.told.size() > kNamesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kNamesMax, " names of one type on one stream"));
  }
  return absl::OkStatus();
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

void DeltaSession::Resend(ResourceType type) {
  for (auto& [name, version] : Of(type).told) version.clear();
}

std::vector<DeltaSession::Response> DeltaSession::TakeDue(const ResourceView& view) {
  return ledger_.TakeDue([&](ResourceType type) { return Upserts(type, view.Of(type)); },
                         [&](ResourceType type) { return Removals(type, view.Of(type)); });
}

std::optional<DeltaSession::Response> DeltaSession::Upserts(ResourceType type,
                                                            const ResourcesByName& served) {
  Interest& interest = Of(type);
  Response response;
  size_t bytes = 0;
  for (const auto& [name, resource] : served) {
    if (!interest.Wants(name)) continue;
    if (bytes > kResponseBytesSoftMax) break;
    std::string& told = interest.told[name];
    interest.asked.erase(name);
    if (told == resource->version) continue;
    told = resource->version;
    auto* added = response.add_resources();
    added->set_name(name);
    added->set_version(resource->version);
    added->mutable_resource()->set_type_url(std::string(TypeUrl(type)));
    added->mutable_resource()->set_value(resource->bytes);
    bytes += resource->bytes.size();
  }
  if (bytes <= kResponseBytesSoftMax) {
    for (const std::string& name : std::exchange(interest.asked, {})) {
      response.add_removed_resources(name);
    }
  }
  const bool has_news = response.resources_size() > 0 || response.removed_resources_size() > 0;
  if (!std::exchange(interest.owes_answer, false) && !has_news) return std::nullopt;
  return Finish(type, served, std::move(response));
}

std::optional<DeltaSession::Response> DeltaSession::Removals(ResourceType type,
                                                             const ResourcesByName& served) {
  Interest& interest = Of(type);
  Response response;
  for (auto it = interest.told.begin(); it != interest.told.end();) {
    if (served.contains(it->first)) {
      ++it;
      continue;
    }
    response.add_removed_resources(it->first);
    it = interest.told.erase(it);
  }
  if (response.removed_resources_size() == 0) return std::nullopt;
  return Finish(type, served, std::move(response));
}

DeltaSession::Response DeltaSession::Finish(ResourceType type, const ResourcesByName& served,
                                            Response response) {
  response.set_system_version_info(VersionOf(served));
  ledger_.Seal(type, response.system_version_info(), NamesIn(response), response);
  return response;
}

}  // namespace outrigger::control_plane
