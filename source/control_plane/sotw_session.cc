#include "control_plane/sotw_session.h"

#include <ranges>
#include <utility>

#include "absl/strings/str_cat.h"
#include "control_plane/session_limits.h"

namespace outrigger::control_plane {

absl::Status SotwSession::OnRequest(const Request& request) {
  if (node_id_.empty()) node_id_ = request.node().id();
  const std::optional<ResourceType> type = FindTypeByUrl(request.type_url());
  if (!type.has_value()) {
    if (request.type_url().empty()) return absl::InvalidArgumentError("type_url is missing");
    return absl::OkStatus();  // of another type there is nothing to serve, now or later
  }
  Interest& interest = Of(*type);
  // Written before the newest response arrived: its answer will say all this again.
  if (!request.response_nonce().empty() && request.response_nonce() != interest.nonce) {
    return absl::OkStatus();
  }
  if (interest.outstanding.has_value() && !request.response_nonce().empty()) {
    verdict_ = interest.outstanding->Answered(*type, request.has_error_detail(),
                                              request.error_detail().message());
    interest.outstanding.reset();
  }
  if (!std::exchange(interest.is_open, true)) Open(request, interest);
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

std::optional<Verdict> SotwSession::TakeVerdict() { return std::exchange(verdict_, std::nullopt); }

std::vector<SotwSession::Response> SotwSession::TakeDue(const ResourceView& view) {
  std::vector<Response> due;
  for (const ResourceType type : kResourceTypes) {
    if (!Of(type).is_ready()) continue;
    if (auto response = Additions(type, view.Of(type))) due.push_back(*std::move(response));
  }
  for (const Interest& interest : interests_) {
    if (interest.outstanding.has_value()) return due;
  }
  for (const ResourceType type : kResourceTypes | std::views::reverse) {
    if (!Of(type).is_ready()) continue;
    if (auto response = Removals(type, view.Of(type))) due.push_back(*std::move(response));
  }
  return due;
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
  bool has_news = std::exchange(interest.owes_answer, false);
  ResourcesByName sent = interest.told;
  for (const auto& [name, resource] : served) {
    std::shared_ptr<const Resource>& told = sent[name];
    has_news = has_news || told == nullptr || told->version != resource->version;
    told = resource;
  }
  if (!has_news) return std::nullopt;
  Response response = MakeResponse(type, sent, VersionOf(sent));
  interest.told = std::move(sent);
  return response;
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
  response.set_type_url(type_url);
  std::vector<std::string_view> names;
  for (const auto& [name, resource] : sent) {
    auto* any = response.add_resources();
    any->set_type_url(type_url);
    any->set_value(resource->bytes);
    names.push_back(name);
  }
  response.set_version_info(version);
  response.set_nonce(std::to_string(++last_nonce_));
  response.mutable_control_plane()->set_identifier(std::string(kIdentifier));
  Interest& interest = Of(type);
  interest.nonce = response.nonce();
  interest.outstanding = Outstanding{response.nonce(), std::move(version), ShortenNames(names)};
  return response;
}

}  // namespace outrigger::control_plane
