#include "cluster/dns_watches.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "cluster/dns_stats.h"

namespace outrigger {

DnsWatches::DnsWatches(EventLoop& loop, DnsResolver& resolver, std::shared_ptr<stats::Scope> scope,
                       Events events)
    : loop_(loop), resolver_(resolver), scope_(std::move(scope)), events_(std::move(events)) {}

void DnsWatches::SetWanted(const std::vector<DnsLookup>& lookups) {
  const absl::flat_hash_set<DnsLookup> wanted(lookups.begin(), lookups.end());
  absl::erase_if(watches_, [&](const auto& entry) {
    if (wanted.contains(entry.first)) return false;
    if (entry.second->is_asking()) CountEnd();
    return true;
  });
  for (const DnsLookup& lookup : lookups) {
    const auto [place, is_new] = watches_.try_emplace(lookup);
    if (!is_new) continue;
    place->second = NewWatch(lookup);
    place->second->Start();
  }
}

void DnsWatches::Hurry(const DnsLookup& lookup) {
  const auto watch = watches_.find(lookup);
  if (watch != watches_.end()) watch->second->Hurry();
}

std::unique_ptr<DnsWatch> DnsWatches::NewWatch(const DnsLookup& lookup) {
  DnsWatch::Hooks hooks;
  hooks.on_attempt = [this, lookup] { events_.on_attempt(lookup); };
  hooks.on_question = [this] { CountQuestion(); };
  hooks.on_answer = [this](const DnsAnswer& answer) { CountAnswer(answer); };
  hooks.on_resolution = [this, lookup](DnsResolution resolution) {
    events_.on_resolution(lookup, std::move(resolution));
  };
  return std::make_unique<DnsWatch>(loop_, resolver_, random_, lookup, std::move(hooks));
}

void DnsWatches::CountQuestion() {
  stats::Block& block = scope_->ForWriter(stats::kServiceWriter);
  block.Add(kDnsResolveTotal);
  block.Add(kDnsPendingResolutions);
}

void DnsWatches::CountEnd() {
  scope_->ForWriter(stats::kServiceWriter).Subtract(kDnsPendingResolutions);
}

void DnsWatches::CountAnswer(const DnsAnswer& answer) {
  CountEnd();
  stats::Block& block = scope_->ForWriter(stats::kServiceWriter);
  block.Add(kDnsTimeouts, answer.timeouts);
  switch (answer.outcome) {
    case DnsOutcome::kAddresses:
      return;
    case DnsOutcome::kNoName:
    case DnsOutcome::kNoAddress:
      block.Add(kDnsNotFound);
      return;
    case DnsOutcome::kTimedOut:
    case DnsOutcome::kServerFailed:
    case DnsOutcome::kFailed:
      block.Add(kDnsGetAddrFailure);
      return;
  }
}

}  // namespace outrigger
