// Names by c-ares: the hosts file, then name servers over UDP, and over TCP when an answer does not
// fit. Its sockets are in an epoll set of their own, which the loop watches like a descriptor.
//
// Questions with equal settings share a channel (sockets, servers). One that has failed, has grown
// old or has asked enough takes no further question: the next one reads the system's settings
// again, and asks from another port.
//
// Owned by the service thread's world; outlived by the loop. Thread: service.
#pragma once

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "event/event_loop.h"
#include "net/dns_resolver.h"

namespace outrigger {

class CaresChannel;

class CaresResolver final : public DnsResolver, private EventLoop::TurnEndHandler {
 public:
  // After this long a channel takes no further question.
  static constexpr Duration kChannelAgeMax = std::chrono::seconds(30);
  // Each has a socket for each server it asks. Where no more may be opened, old ones go on.
  static constexpr size_t kChannelsMax = 64;

  explicit CaresResolver(EventLoop& loop);
  ~CaresResolver() override;

  Id Ask(const DnsQuestion& question, OnAnswer on_answer) override;
  void Forget(Id id) override { questions_.erase(id); }

 private:
  struct Given {
    Id id;
    DnsAnswer answer;
  };

  void Give(Id id, DnsAnswer answer);
  // Null when c-ares cannot begin; `problem` says why.
  CaresChannel* ChannelFor(const DnsSettings& settings, std::string& problem);
  bool IsFresh(const CaresChannel& channel) const;
  void OnTurnEnd() override;

  EventLoop& loop_;
  Id last_id_ = 0;
  absl::flat_hash_map<Id, OnAnswer> questions_;
  std::vector<Given> given_;  // handed out at the end of the turn
  std::vector<std::unique_ptr<CaresChannel>> channels_;
};

}  // namespace outrigger
