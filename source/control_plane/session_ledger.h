// What sessions of both protocols do alike: which types a node has asked for, which response of
// each it has not answered yet, and the order in which what is due goes out.
//
// Owned by each session. Thread: the control plane's loop.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "control_plane/resource_type.h"
#include "control_plane/verdict.h"

namespace outrigger::control_plane {

class SessionLedger {
 public:
  // `only`: as for the sessions.
  explicit SessionLedger(std::optional<ResourceType> only) : only_(only) {}

  // Unset: of that type there is nothing to serve, now or later. An error ends the stream.
  absl::StatusOr<std::optional<ResourceType>> FindType(std::string_view type_url) const;

  // Of the first request that carried a node.
  const std::string& node_id() const { return node_id_; }
  void NoteNode(const std::string& id) {
    if (node_id_.empty()) node_id_ = id;
  }

  // True the first time.
  bool Open(ResourceType type) { return !std::exchange(Of(type).is_open, true); }
  // Whether a request with that nonce was written before the newest response arrived.
  bool IsOutdated(ResourceType type, std::string_view nonce) const {
    return !nonce.empty() && nonce != Of(type).nonce;
  }
  // If the request is one.
  template <typename Request>
  void TakeAnswer(ResourceType type, const Request& request) {
    std::optional<Outstanding>& outstanding = Of(type).outstanding;
    if (!outstanding.has_value() || request.response_nonce() != outstanding->nonce) return;
    verdict_ =
        outstanding->Answered(type, request.has_error_detail(), request.error_detail().message());
    outstanding.reset();
  }
  bool awaits_answer(ResourceType type) const { return Of(type).outstanding.has_value(); }
  // The verdict that came with the last answer, once.
  std::optional<Verdict> TakeVerdict() { return std::exchange(verdict_, std::nullopt); }

  // Asks for the optional response of each type that is open and has none outstanding. Removals
  // wait until everything that was added is acknowledged, and go the other way round: make before
  // break.
  template <typename Additions, typename Removals>
  auto TakeDue(Additions additions, Removals removals) const {
    std::vector<typename decltype(additions(ResourceType{}))::value_type> due;
    Collect(kResourceTypes, additions, due);
    if (!has_outstanding()) Collect(kResourceTypes | std::views::reverse, removals, due);
    return due;
  }

  // Before a response goes out, complete but for this. `names` are those in it.
  template <typename Response>
  void Seal(ResourceType type, std::string version, const std::vector<std::string_view>& names,
            Response& response) {
    response.set_type_url(std::string(TypeUrl(type)));
    response.set_nonce(std::to_string(++last_nonce_));
    response.mutable_control_plane()->set_identifier(std::string(kIdentifier));
    Of(type).nonce = response.nonce();
    Of(type).outstanding = Outstanding{response.nonce(), std::move(version), ShortenNames(names)};
  }

 private:
  static constexpr std::string_view kIdentifier = "outrigger-control";

  struct Entry {
    bool is_open = false;  // the type was asked for on this stream
    std::string nonce;     // of the newest response
    std::optional<Outstanding> outstanding;
  };

  Entry& Of(ResourceType type) { return entries_[static_cast<size_t>(type)]; }
  const Entry& Of(ResourceType type) const { return entries_[static_cast<size_t>(type)]; }
  bool has_outstanding() const;

  template <typename Types, typename Make, typename Responses>
  void Collect(const Types& types, Make& make, Responses& due) const {
    for (const ResourceType type : types) {
      if (!Of(type).is_open || Of(type).outstanding.has_value()) continue;
      if (auto response = make(type)) due.push_back(*std::move(response));
    }
  }

  std::optional<ResourceType> only_;
  std::array<Entry, kResourceTypes.size()> entries_;
  std::string node_id_;
  std::optional<Verdict> verdict_;
  uint64_t last_nonce_ = 0;
};

}  // namespace outrigger::control_plane
