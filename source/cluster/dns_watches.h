// The names that are looked up all the time, one watch for each.
//
// Control says which; what is learned goes back to it through the events.
//
// Owned by the service thread's world. Thread: service.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/random.h"
#include "cluster/dns_lookup.h"
#include "cluster/dns_watch.h"
#include "event/event_loop.h"
#include "stats/scope.h"

namespace outrigger {

class DnsWatches {
 public:
  struct Events {
    std::function<void(const DnsLookup&)> on_attempt;
    std::function<void(const DnsLookup&, DnsResolution)> on_resolution;
  };

  // `scope` is of kDnsResolverFamily.
  DnsWatches(EventLoop& loop, DnsResolver& resolver, std::shared_ptr<stats::Scope> scope,
             Events events);

  // New ones begin, those that are not among them any more end, the others go on.
  void SetWanted(const std::vector<DnsLookup>& lookups);
  // Nobody can be reached at what is known of that name.
  void Hurry(const DnsLookup& lookup);

 private:
  std::unique_ptr<DnsWatch> NewWatch(const DnsLookup& lookup);
  void CountQuestion();
  void CountEnd();
  void CountAnswer(const DnsAnswer& answer);

  EventLoop& loop_;
  DnsResolver& resolver_;
  const std::shared_ptr<stats::Scope> scope_;
  const Events events_;
  FastRandom random_;
  absl::flat_hash_map<DnsLookup, std::unique_ptr<DnsWatch>> watches_;
};

}  // namespace outrigger
