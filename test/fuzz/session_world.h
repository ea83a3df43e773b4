// What a session of either protocol serves, and a node that remembers what it has to answer; checks
// what holds whatever a node says: one outstanding response per type, nothing that was not due.
//
// Thread: the fuzzer's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "control_plane/resource_view.h"

namespace outrigger::control_plane {

template <typename Session>
class SessionWorld {
 public:
  using Request = typename Session::Request;

  static ResourceType TypeOf(uint8_t argument) {
    return kResourceTypes[argument % kResourceTypes.size()];
  }
  static std::string NameOf(uint8_t argument) {
    constexpr int kNames = 6;
    return std::string(1, static_cast<char>('a' + argument / 8 % kNames));
  }
  static Request RequestFor(ResourceType type) {
    Request request;
    request.set_type_url(std::string(TypeUrl(type)));
    return request;
  }

  ResourceView& view() { return view_; }
  int version() const { return version_; }
  void Serve(ResourceType type, const std::string& name) {
    view_.Of(type)[name] =
        std::make_shared<const Resource>(Resource{std::to_string(++version_), name});
  }

  void Tell(const Request& request) { OUTRIGGER_CHECK(session_.OnRequest(request).ok()); }
  // Of the response of that type, if there is one.
  void Answer(ResourceType type, Request request, bool is_rejection) {
    std::string& nonce = outstanding_[static_cast<size_t>(type)];
    request.set_response_nonce(nonce);
    if (is_rejection) request.mutable_error_detail()->set_code(3);
    const bool was_outstanding = !std::exchange(nonce, "").empty();
    Tell(request);
    OUTRIGGER_CHECK(session_.TakeVerdict().has_value() == was_outstanding);
  }

  // Takes what is due; `check` sees the type and the response.
  template <typename Check>
  void Take(Check check) {
    for (const auto& response : session_.TakeDue(view_)) {
      const auto type = FindTypeByUrl(response.type_url());
      OUTRIGGER_CHECK(type.has_value());
      std::string& nonce = outstanding_[static_cast<size_t>(*type)];
      OUTRIGGER_CHECK(nonce.empty() && !response.nonce().empty());
      nonce = response.nonce();
      check(*type, response);
    }
    OUTRIGGER_CHECK(session_.TakeDue(view_).empty());
  }

 private:
  Session session_;
  ResourceView view_;
  std::array<std::string, kResourceTypes.size()> outstanding_;
  int version_ = 0;
};

}  // namespace outrigger::control_plane
