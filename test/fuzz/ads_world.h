// The ADS client as a fuzz target, in either protocol: a script of events of a server and its
// failover (messages, ends of stream), changes of interest and time. The sink accepts or rejects by
// a hash of what it is given.
//
// Script: a command byte (from 128 on: of the failover), an argument byte, then for messages that
// many times 8 bytes of content.
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
  using CheckSent = void (*)(FakeAdsTransport& transport);

  AdsWorld(Protocol protocol, MakeMessage make_message, CheckSent check_sent)
      : make_message_(make_message), check_sent_(check_sent) {
    AdsOptions options;
    options.protocol = protocol;
    options.failover.emplace(AdsPeer{failover_, BackOff(kBackOff, kBackOff)});
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
      RunCommand(command % 6, content, command < 128 ? transport_ : failover_);
      CheckRequests();
    }
    Turn(std::chrono::hours(1));
    CheckRequests();
  }

 private:
  static constexpr Duration kBackOff = std::chrono::seconds(1);

  void Turn(Duration later) {
    clock_.Advance(later);
    loop_.RunOnce(Duration::zero());
  }

  void CheckRequests() {
    check_sent_(transport_);
    check_sent_(failover_);
  }

  void RunCommand(uint8_t command, std::string_view content, FakeAdsTransport& server) {
    const uint8_t argument = content.empty() ? 0 : static_cast<uint8_t>(content[0]);
    if (command == 4) {
      std::set<std::string> names;
      for (char c : content.substr(0, 4))
        names.insert(std::string(1, static_cast<char>('a' + c % 4)));
      return client_->SetWanted(kNamed, std::move(names));
    }
    if (command == 5) {
      if (argument % 2 == 1 && server.is_open()) server.Ready();
      return Turn(std::chrono::milliseconds(argument * 128));
    }
    if (!server.is_open()) return;
    if (command == 0) return server.DeliverBytes(content);
    if (command == 3) return server.Close(absl::UnavailableError("cut"));
    server.DeliverBytes(make_message_(content, command == 1));
  }

  const MakeMessage make_message_;
  const CheckSent check_sent_;
  FakeClock clock_;
  EventLoop loop_{clock_};
  FakeAdsTransport transport_;
  FakeAdsTransport failover_;
  HashSink sink_;
  FastRandom random_{1};
  std::optional<AdsClient> client_;
};

}  // namespace outrigger::xds
