// Feeds a script of requests and changes to the control plane's side of a delta stream, and checks
// what holds whatever a node says: one outstanding response per type, nothing unasked, nothing
// twice.
//
// Script: a command byte and an argument byte at a time.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "control_plane/delta_session.h"

namespace outrigger::control_plane {
namespace {

constexpr int kNames = 6;

class World {
 public:
  void Step(uint8_t command, uint8_t argument) {
    const ResourceType type = kResourceTypes[argument % kResourceTypes.size()];
    const std::string name(1, static_cast<char>('a' + argument / 8 % kNames));
    switch (command % 8) {
      case 0:
        view_.Of(type)[name] =
            std::make_shared<const Resource>(Resource{std::to_string(++version_), name});
        break;
      case 1:
        view_.Of(type).erase(name);
        break;
      case 2:
        Tell(Request(type, argument % 2 == 0 ? name : "*", ""));
        break;
      case 3:
        Tell(Request(type, "", argument % 2 == 0 ? name : "*"));
        break;
      case 4:
        Tell(Request(type, "", ""));
        break;
      case 5: {
        auto request = Request(type, "*", "");
        (*request.mutable_initial_resource_versions())[name] = std::to_string(version_);
        Tell(request);
        break;
      }
      default:
        Answer(type, command % 8 == 7);
        break;
    }
    Take();
  }

 private:
  DeltaSession::Request Request(ResourceType type, const std::string& subscribe,
                                const std::string& unsubscribe) {
    DeltaSession::Request request;
    request.set_type_url(std::string(TypeUrl(type)));
    if (!subscribe.empty()) request.add_resource_names_subscribe(subscribe);
    if (!unsubscribe.empty()) request.add_resource_names_unsubscribe(unsubscribe);
    return request;
  }

  void Answer(ResourceType type, bool is_rejection) {
    std::string& nonce = outstanding_[static_cast<size_t>(type)];
    auto request = Request(type, "", "");
    request.set_response_nonce(nonce);
    if (is_rejection) request.mutable_error_detail()->set_code(3);
    const bool was_outstanding = !std::exchange(nonce, "").empty();
    Tell(request);
    OUTRIGGER_CHECK(session_.TakeVerdict().has_value() == was_outstanding);
  }

  void Tell(const DeltaSession::Request& request) {
    OUTRIGGER_CHECK(session_.OnRequest(request).ok());
  }

  void Take() {
    for (const auto& response : session_.TakeDue(view_)) {
      const auto type = FindTypeByUrl(response.type_url());
      OUTRIGGER_CHECK(type.has_value());
      std::string& nonce = outstanding_[static_cast<size_t>(*type)];
      OUTRIGGER_CHECK(nonce.empty() && !response.nonce().empty());
      nonce = response.nonce();
      for (const auto& resource : response.resources()) {
        const auto it = view_.Of(*type).find(resource.name());
        OUTRIGGER_CHECK(it != view_.Of(*type).end() && it->second->version == resource.version());
      }
      for (const std::string& name : response.removed_resources()) {
        OUTRIGGER_CHECK(!view_.Of(*type).contains(name));
      }
    }
    OUTRIGGER_CHECK(session_.TakeDue(view_).empty());
  }

  DeltaSession session_;
  ResourceView view_;
  std::array<std::string, kResourceTypes.size()> outstanding_;
  int version_ = 0;
};

}  // namespace
}  // namespace outrigger::control_plane

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  outrigger::control_plane::World world;
  for (size_t i = 0; i + 1 < size; i += 2) world.Step(data[i], data[i + 1]);
  return 0;
}
