// Feeds a script of requests and changes to the control plane's side of a stream with the state of
// the world, and checks what holds whatever a node says: nothing unasked, and whole types in order.
//
// Script: a command byte and an argument byte at a time.
#include <cstddef>
#include <cstdint>
#include <string>

#include "control_plane/sotw_session.h"
#include "test/fuzz/session_world.h"

namespace outrigger::control_plane {
namespace {

using World = SessionWorld<SotwSession>;

World::Request Asking(ResourceType type, const std::string& name) {
  World::Request request = World::RequestFor(type);
  if (!name.empty()) request.add_resource_names(name);
  return request;
}

void CheckResponse(ResourceType, const SotwSession::Response& response) {
  OUTRIGGER_CHECK(!response.version_info().empty());
  std::string last;
  for (const auto& any : response.resources()) {
    OUTRIGGER_CHECK(last < any.value());  // in order, and none twice
    last = any.value();
  }
}

void Step(World& world, uint8_t command, uint8_t argument) {
  const ResourceType type = World::TypeOf(argument);
  const std::string name = World::NameOf(argument);
  switch (command % 8) {
    case 0:
      world.Serve(type, name);
      break;
    case 1:
      world.view().Of(type).erase(name);
      break;
    case 2:
      world.Tell(Asking(type, argument % 2 == 0 ? name : "*"));
      break;
    case 3: {
      World::Request stale = Asking(type, "");
      stale.set_response_nonce("stale");
      world.Tell(stale);
      break;
    }
    case 4: {
      World::Request again = Asking(type, "");
      again.set_version_info(VersionOf(world.view().Of(type)));
      world.Tell(again);
      break;
    }
    default:
      world.Answer(type, Asking(type, command % 8 == 6 ? name : ""), command % 8 == 7);
      break;
  }
  world.Take(CheckResponse);
}

}  // namespace
}  // namespace outrigger::control_plane

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  outrigger::control_plane::World world;
  for (size_t i = 0; i + 1 < size; i += 2) {
    outrigger::control_plane::Step(world, data[i], data[i + 1]);
  }
  return 0;
}
