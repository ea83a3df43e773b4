// Feeds a script of server events to the ADS client: messages (garbage or well formed), ends of
// stream, changes of interest and time. The sink accepts or rejects by a hash of what it is given.
//
// Script: a command byte, an argument byte, then for messages that many times 8 bytes of content.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "event/event_loop.h"
#include "test/support/fake_ads_transport.h"
#include "test/support/fake_clock.h"
#include "xds/ads_client.h"
#include "xds/nack_message.h"

namespace outrigger::xds {
namespace {

constexpr char kWildcard[] = "w";
constexpr char kNamed[] = "n";

uint32_t HashOf(std::string_view bytes) {
  uint32_t hash = 2166136261u;
  for (unsigned char c : bytes) hash = (hash ^ c) * 16777619u;
  return hash;
}

class HashSink final : public ResourceSink {
 public:
  Verdict OnResponse(const Response& response) override {
    Verdict verdict;
    for (const ReceivedResource& resource : response.resources) {
      OUTRIGGER_CHECK(resource.type_url == response.type_url);
      const uint32_t hash = HashOf(resource.bytes);
      // A name inside a payload is valid UTF-8, as every protobuf string that parses.
      const std::string name =
          resource.name.empty() ? std::to_string(hash % 4) : std::string(resource.name);
      if (hash % 3 == 0) {
        verdict.errors.push_back({name, std::string(resource.bytes)});
      } else {
        verdict.accepted.push_back(name);
      }
      // A sink changes its interests while it applies.
      if (hash % 5 == 0 && client != nullptr) client->SetWanted(kNamed, {name, "b"});
    }
    return verdict;
  }
  void OnFailure(std::string_view) override {}
  AdsClient* client = nullptr;
};

struct World {
  World() {
    AdsOptions options;
    client.emplace(loop, transport, sink, random, options,
                   std::vector<AdsClient::Type>{{kWildcard, true}, {kNamed, false}});
    sink.client = &*client;
    client->Start();
  }

  void Turn(Duration later) {
    clock.Advance(later);
    loop.RunOnce(Duration::zero());
  }

  // Holds for everything a client may say, whatever the server does.
  void CheckRequests() {
    for (const auto& request : transport.TakeRequests()) {
      OUTRIGGER_CHECK(request.type_url() == kWildcard || request.type_url() == kNamed);
      const bool is_answer = !request.response_nonce().empty();
      const bool changes_names = request.resource_names_subscribe_size() > 0 ||
                                 request.resource_names_unsubscribe_size() > 0 ||
                                 request.initial_resource_versions_size() > 0;
      OUTRIGGER_CHECK(!(is_answer && changes_names));  // X17
      OUTRIGGER_CHECK(request.type_url() != kWildcard ||
                      request.resource_names_subscribe_size() == 0);  // X23
      OUTRIGGER_CHECK(request.error_detail().message().size() <= kNackMessageBytesMax);
    }
  }

  FakeClock clock;
  EventLoop loop{clock};
  FakeAdsTransport transport;
  HashSink sink;
  FastRandom random{1};
  std::optional<AdsClient> client;
};

// Three bytes per resource: name, version, what is odd about it.
std::string MessageFrom(std::string_view bytes, bool is_wildcard) {
  FakeAdsTransport::Response response;
  response.set_type_url(is_wildcard ? kWildcard : kNamed);
  response.set_nonce("x");
  for (size_t i = 0; i + 2 < bytes.size(); i += 3) {
    const std::string name(1, static_cast<char>('a' + bytes[i] % 4));
    const uint8_t oddity = static_cast<uint8_t>(bytes[i + 2]);
    if (oddity % 8 == 1) {
      response.add_removed_resources(name);
      continue;
    }
    auto* resource = response.add_resources();
    if (oddity % 8 != 2) resource->set_name(name);
    resource->set_version(std::to_string(bytes[i + 1] % 4));
    if (oddity % 8 == 3) continue;  // no payload
    resource->mutable_resource()->set_type_url(oddity % 8 == 4 ? "other" : response.type_url());
    resource->mutable_resource()->set_value(std::string(bytes.substr(i, 3)));
  }
  return response.SerializeAsString();
}

void RunCommand(World& world, uint8_t command, std::string_view content) {
  const uint8_t argument = content.empty() ? 0 : static_cast<uint8_t>(content[0]);
  switch (command % 6) {
    case 0:
      if (world.transport.is_open()) world.transport.DeliverBytes(content);
      return;
    case 1:
    case 2:
      if (world.transport.is_open()) {
        world.transport.DeliverBytes(MessageFrom(content, command % 6 == 1));
      }
      return;
    case 3:
      if (world.transport.is_open()) world.transport.Close(absl::UnavailableError("cut"));
      return;
    case 4: {
      std::set<std::string> names;
      for (char c : content.substr(0, 4))
        names.insert(std::string(1, static_cast<char>('a' + c % 4)));
      world.client->SetWanted(kNamed, std::move(names));
      return;
    }
    case 5:
      if (argument % 2 == 1 && world.transport.is_open()) world.transport.Ready();
      world.Turn(std::chrono::milliseconds(argument * 128));
      return;
  }
}

}  // namespace
}  // namespace outrigger::xds

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  outrigger::xds::World world;
  std::string_view script(reinterpret_cast<const char*>(bytes), size);
  while (script.size() >= 2) {
    const uint8_t command = static_cast<uint8_t>(script[0]);
    const size_t length = static_cast<uint8_t>(script[1]) * size_t{8};
    script.remove_prefix(2);
    const std::string_view content = script.substr(0, length);
    script.remove_prefix(content.size());
    outrigger::xds::RunCommand(world, command, content);
    world.CheckRequests();
  }
  world.Turn(std::chrono::hours(1));
  world.CheckRequests();
  return 0;
}
