#include "control_plane/sotw_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "control_plane/session_limits.h"

namespace outrigger::control_plane {

absl::Status SotwSession::OnRequest(const Request& request) {
  ledger_.NoteNode(request.node().id());
  const auto found = ledger_.FindType(request.type_url());
  if (!found.ok() || !found->has_value()) return found.status();
  const ResourceType type = **found;
  // The answer to the newest response will say all this again.
  if (ledger_.IsOutdated(type, request.response_nonce())) return absl::OkStatus();
  ledger_.TakeAnswer(type, request);
  Interest& interest = Of(type);
  if (ledger_.Open(type)) Open(request, interest);
  TakeNames(request, interest);
  if (interest.names.size() > kNamesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kNamesMax, " names of one type on one stream"));
  }
  return absl::OkStatus();
}

void SotwSession::Open(const Request& request, Interest& interest) {
  interest.is_wildcard = request.resource_names().empty();  // X23
  interest.owes_answer = true;
  interest.claimed = request.version_info();
}

// Once a name was given, an empty list takes them all back (X23).
void SotwSession::TakeNames(const Request& request, Interest& interest) {
  const bool was_wildcard = interest.is_wildcard;
  interest.names.clear();
  interest.names.insert(request.resource_names().begin(), request.resource_names().end());
  if (!interest.names.empty()) interest.is_wildcard = interest.names.erase("*") > 0;
  if (interest.is_wildcard) return;
  interest.owes_answer = false;
  if (was_wildcard) interest.told.clear();
  // Asked for again: sent again (X33).
  std::erase_if(interest.told,
                [&](const auto& told) { return !interest.names.contains(told.first); });
}

void SotwSession::Resend(ResourceType type) {
  Interest& interest = Of(type);
  if (interest.is_wildcard) {
    interest.owes_answer = true;
  } else {
    interest.told.clear();
  }
}

std::vector<SotwSession::Response> SotwSession::TakeDue(const ResourceView& view) {
  return ledger_.TakeDue([&](ResourceType type) { return Additions(type, view.Of(type)); },
                         [&](ResourceType type) { return Removals(type, view.Of(type)); });
}

std::optional<SotwSession::Response> SotwSession::Additions(ResourceType type,
                                                            const ResourcesByName& served) {
  Interest& interest = Of(type);
  if (!interest.is_wildcard) return Named(type, served);
  // After a reconnect: the node has exactly this.
  if (!interest.claimed.empty() && std::exchange(interest.claimed, "") == VersionOf(served)) {
    interest.told = served;
    interest.owes_answer = false;
  }
  return WholeSet(type, served);
}

std::optional<SotwSession::Response> SotwSession::WholeSet(ResourceType type,
                                                           const ResourcesByName& served) {
  Interest& interest = Of(type);
  const auto is_news = [&](const auto& resource) {
    const auto told = interest.told.find(resource.first);
    return told == interest.told.end() || told->second->version != resource.second->version;
  };
  const bool owes_answer = std::exchange(interest.owes_answer, false);
  if (!owes_answer && std::none_of(served.begin(), served.end(), is_news)) return std::nullopt;
  for (const auto& [name, resource] : served) interest.told[name] = resource;
  return MakeResponse(type, interest.told, VersionOf(interest.told));
}

// Missing means nothing here (X21), so that only what is new is sent.
std::optional<SotwSession::Response> SotwSession::Named(ResourceType type,
                                                        const ResourcesByName& served) {
  Interest& interest = Of(type);
  std::erase_if(interest.told, [&](const auto& told) { return !served.contains(told.first); });
  ResourcesByName sent;
  size_t bytes = 0;
  for (const std::string& name : interest.names) {
    const auto it = served.find(name);
    if (it == served.end()) continue;
    if (bytes > kResponseBytesSoftMax) break;
    std::shared_ptr<const Resource>& told = interest.told[name];
    if (told != nullptr && told->version == it->second->version) continue;
    told = sent[name] = it->second;
    bytes += told->bytes.size();
  }
  if (sent.empty()) return std::nullopt;
  return MakeResponse(type, sent, VersionOf(served));
}

std::optional<SotwSession::Response> SotwSession::Removals(ResourceType type,
                                                           const ResourcesByName& served) {
  Interest& interest = Of(type);
  // Whatever is served has been told.
  if (!interest.is_wildcard || interest.told.size() == served.size()) return std::nullopt;
  interest.told = served;
  return MakeResponse(type, served, VersionOf(served));
}

SotwSession::Response SotwSession::MakeResponse(ResourceType type, const ResourcesByName& sent,
                                                std::string version) {
  Response response;
  const std::string type_url(TypeUrl(type));
  std::vector<std::string_view> names;
  for (const auto& [name, resource] : sent) {
    auto* any = response.add_resources();
    any->set_type_url(type_url);
    any->set_value(resource->bytes);
    names.push_back(name);
  }
  response.set_version_info(version);
  ledger_.Seal(type, std::move(version), names, response);
  return response;
}

}  // namespace outrigger::control_plane
