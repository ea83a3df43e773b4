// The ADS client as a fuzz target, in either protocol: a script of server events (messages, ends of
// stream), changes of interest and time. The sink accepts or rejects by a hash of what it is given.
//
// Script: a command byte, an argument byte, then for messages that many times 8 bytes of content.
// Thread: the fuzzer's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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

inline constexpr char kWildcard[] = "w";
inline constexpr char kNamed[] = "n";

inline uint32_t HashOf(std::string_view bytes) {
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
      OUTRIGGER_CHECK(!resource.name.empty());
      const uint32_t hash = HashOf(resource.bytes);
      const std::string name(resource.name);
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
  void OnAbsent(std::string_view, const std::vector<Absence>& absences) override {
    for (const Absence& absence : absences) OUTRIGGER_CHECK(!absence.name.empty());
  }
  void OnExpired(std::string_view, const std::vector<std::string>& names) override {
    OUTRIGGER_CHECK(!names.empty());
  }
  AdsClient* client = nullptr;
};

class AdsWorld {
 public:
  // A well-formed message made of the content.
  using MakeMessage = std::string (*)(std::string_view content, bool is_wildcard);
  // Holds for everything a client may say, whatever the server does.
  using CheckRequests = void (*)(FakeAdsTransport& transport);

  AdsWorld(Protocol protocol, MakeMessage make_message, CheckRequests check_requests)
      : make_message_(make_message), check_requests_(check_requests) {
    AdsOptions options;
    options.protocol = protocol;
    client_.emplace(loop_, transport_, sink_, random_, options,
                    std::vector<AdsClient::Type>{{kWildcard, true}, {kNamed, false}});
    sink_.client = &*client_;
    client_->Start();
  }

  void Run(std::string_view script) {
    while (script.size() >= 2) {
      const uint8_t command = static_cast<uint8_t>(script[0]);
      const size_t length = static_cast<uint8_t>(script[1]) * size_t{8};
      script.remove_prefix(2);
      const std::string_view content = script.substr(0, length);
      script.remove_prefix(content.size());
      RunCommand(command % 6, content);
      check_requests_(transport_);
    }
    Turn(std::chrono::hours(1));
    check_requests_(transport_);
  }

 private:
  void Turn(Duration later) {
    clock_.Advance(later);
    loop_.RunOnce(Duration::zero());
  }

  void RunCommand(uint8_t command, std::string_view content) {
    const uint8_t argument = content.empty() ? 0 : static_cast<uint8_t>(content[0]);
    if (command == 4) {
      std::set<std::string> names;
      for (char c : content.substr(0, 4))
        names.insert(std::string(1, static_cast<char>('a' + c % 4)));
      return client_->SetWanted(kNamed, std::move(names));
    }
    if (command == 5) {
      if (argument % 2 == 1 && transport_.is_open()) transport_.Ready();
      return Turn(std::chrono::milliseconds(argument * 128));
    }
    if (!transport_.is_open()) return;
    if (command == 0) return transport_.DeliverBytes(content);
    if (command == 3) return transport_.Close(absl::UnavailableError("cut"));
    transport_.DeliverBytes(make_message_(content, command == 1));
  }

  const MakeMessage make_message_;
  const CheckRequests check_requests_;
  FakeClock clock_;
  EventLoop loop_{clock_};
  FakeAdsTransport transport_;
  HashSink sink_;
  FastRandom random_{1};
  std::optional<AdsClient> client_;
};

}  // namespace outrigger::xds
