// Feeds a script of requests and changes to the control plane's side of a delta stream, and checks
// what holds whatever a node says: what is sent is served, what is removed is not.
//
// Script: a command byte and an argument byte at a time.
#include <cstddef>
#include <cstdint>
#include <string>

#include "control_plane/delta_session.h"
#include "test/fuzz/session_world.h"

namespace outrigger::control_plane {
namespace {

using World = SessionWorld<DeltaSession>;

World::Request Asking(ResourceType type, const std::string& subscribe,
                      const std::string& unsubscribe) {
  World::Request request = World::RequestFor(type);
  if (!subscribe.empty()) request.add_resource_names_subscribe(subscribe);
  if (!unsubscribe.empty()) request.add_resource_names_unsubscribe(unsubscribe);
  return request;
}

void CheckResponse(const ResourcesByName& served, const DeltaSession::Response& response) {
  for (const auto& resource : response.resources()) {
    const auto it = served.find(resource.name());
    OUTRIGGER_CHECK(it != served.end() && it->second->version == resource.version());
  }
  for (const std::string& name : response.removed_resources()) {
    OUTRIGGER_CHECK(!served.contains(name));
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
      world.Tell(Asking(type, argument % 2 == 0 ? name : "*", ""));
      break;
    case 3:
      world.Tell(Asking(type, "", argument % 2 == 0 ? name : "*"));
      break;
    case 4:
      world.Tell(Asking(type, "", ""));
      break;
    case 5: {
      World::Request again = Asking(type, "*", "");
      (*again.mutable_initial_resource_versions())[name] = std::to_string(world.version());
      world.Tell(again);
      break;
    }
    default:
      world.Answer(type, Asking(type, "", ""), command % 8 == 7);
      break;
  }
  world.Take([&](ResourceType of, const DeltaSession::Response& response) {
    CheckResponse(world.view().Of(of), response);
  });
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
