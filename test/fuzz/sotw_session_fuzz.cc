// Feeds a script of requests and changes to the control plane's side of a stream with the state of
// the world, and checks what holds whatever a node says: one outstanding response per type, nothing
// unasked, and in the end whole types as they are served.
//
// Script: a command byte and an argument byte at a time.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "control_plane/sotw_session.h"

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
        Tell(Request(type, "", "stale"));
        break;
      case 4: {
        auto request = Request(type, "", "");
        request.set_version_info(VersionOf(view_.Of(type)));
        Tell(request);
        break;
      }
      default:
        Answer(type, command % 8 == 7, command % 8 == 6 ? name : "");
        break;
    }
    Take();
  }

 private:
  static SotwSession::Request Request(ResourceType type, const std::string& name,
                                      const std::string& nonce) {
    SotwSession::Request request;
    request.set_type_url(std::string(TypeUrl(type)));
    request.set_response_nonce(nonce);
    if (!name.empty()) request.add_resource_names(name);
    return request;
  }

  void Answer(ResourceType type, bool is_rejection, const std::string& name) {
    std::string& nonce = outstanding_[static_cast<size_t>(type)];
    auto request = Request(type, name, nonce);
    if (is_rejection) request.mutable_error_detail()->set_code(3);
    const bool was_outstanding = !std::exchange(nonce, "").empty();
    Tell(request);
    OUTRIGGER_CHECK(session_.TakeVerdict().has_value() == was_outstanding);
  }

  void Tell(const SotwSession::Request& request) {
    OUTRIGGER_CHECK(session_.OnRequest(request).ok());
  }

  void Take() {
    for (const auto& response : session_.TakeDue(view_)) {
      const auto type = FindTypeByUrl(response.type_url());
      OUTRIGGER_CHECK(type.has_value());
      std::string& nonce = outstanding_[static_cast<size_t>(*type)];
      OUTRIGGER_CHECK(nonce.empty() && !response.nonce().empty());
      OUTRIGGER_CHECK(!response.version_info().empty());
      nonce = response.nonce();
      std::string last;
      for (const auto& any : response.resources()) {
        OUTRIGGER_CHECK(last < any.value());  // in order, and none twice
        last = any.value();
      }
    }
    OUTRIGGER_CHECK(session_.TakeDue(view_).empty());
  }

  SotwSession session_;
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
