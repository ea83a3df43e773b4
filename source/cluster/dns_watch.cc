#include "cluster/dns_watch.h"

#include <algorithm>
#include <utility>

#include "event/event_loop.h"

namespace outrigger {

namespace {

DnsFamily FirstOf(DnsFamilies families) {
  switch (families) {
    case DnsFamilies::kAuto:
    case DnsFamilies::kV6Only:
      return DnsFamily::kV6;
    case DnsFamilies::kV4Only:
    case DnsFamilies::kV4Preferred:
    case DnsFamilies::kAll:
      return DnsFamily::kV4;
  }
  return DnsFamily::kV4;
}

}  // namespace

DnsWatch::DnsWatch(EventLoop& loop, DnsResolver& resolver, Random& random, DnsLookup lookup,
                   Hooks hooks)
    : loop_(loop),
      resolver_(resolver),
      random_(random),
      lookup_(std::move(lookup)),
      hooks_(std::move(hooks)),
      timer_(loop, [this] { Begin(); }) {}

DnsWatch::~DnsWatch() {
  if (question_.has_value()) resolver_.Forget(*question_);
}

void DnsWatch::Begin() {
  try_ = {};
  hooks_.on_attempt();
  Ask(FirstOf(lookup_.families));
}

void DnsWatch::Hurry() {
  if (question_.has_value()) return;
  const MonotonicTime soonest = finished_at_ + kHurriedWait;
  if (timer_.deadline() > soonest) timer_.Arm(std::max(soonest - loop_.now(), Duration::zero()));
}

void DnsWatch::Ask(DnsFamily family) {
  hooks_.on_question();
  question_ =
      resolver_.Ask({lookup_.name, family, lookup_.settings}, [this, family](DnsAnswer answer) {
        question_.reset();
        OnAnswer(family, std::move(answer));
      });
}

void DnsWatch::OnAnswer(DnsFamily family, DnsAnswer answer) {
  hooks_.on_answer(answer);
  Note(Of(family), answer);
  if (!answer.problem.empty()) try_.problem = std::move(answer.problem);
  if (const std::optional<DnsFamily> next = NextAfter(family)) {
    Ask(*next);
  } else {
    Finish();
  }
}

void DnsWatch::Note(Known& known, const DnsAnswer& answer) {
  known.is_stale = false;
  switch (answer.outcome) {
    case DnsOutcome::kAddresses:
      known.addresses = answer.addresses;
      known.negatives = 0;
      try_.has_addresses = true;
      return;
    case DnsOutcome::kNoName:
    case DnsOutcome::kNoAddress:
      if (++known.negatives >= kNegativesMax) known.addresses.clear();
      break;
    case DnsOutcome::kTimedOut:
    case DnsOutcome::kServerFailed:
    case DnsOutcome::kFailed:
      known.negatives = 0;
      try_.has_failed = true;
      break;
  }
  known.is_stale = !known.addresses.empty();
}

std::optional<DnsFamily> DnsWatch::NextAfter(DnsFamily family) const {
  if (family != FirstOf(lookup_.families)) return std::nullopt;
  switch (lookup_.families) {
    case DnsFamilies::kV4Only:
    case DnsFamilies::kV6Only:
      return std::nullopt;
    case DnsFamilies::kAuto:
      return v6_.addresses.empty() ? std::optional(DnsFamily::kV4) : std::nullopt;
    case DnsFamilies::kV4Preferred:
      return v4_.addresses.empty() ? std::optional(DnsFamily::kV6) : std::nullopt;
    case DnsFamilies::kAll:
      return DnsFamily::kV6;
  }
  return std::nullopt;
}

// Whose addresses are the name's now, by preference.
std::vector<const DnsWatch::Known*> DnsWatch::Counting() const {
  switch (lookup_.families) {
    case DnsFamilies::kV4Only:
      return {&v4_};
    case DnsFamilies::kV6Only:
      return {&v6_};
    case DnsFamilies::kAuto:
      return {v6_.addresses.empty() ? &v4_ : &v6_};
    case DnsFamilies::kV4Preferred:
      return {v4_.addresses.empty() ? &v6_ : &v4_};
    case DnsFamilies::kAll:
      return {&v4_, &v6_};
  }
  return {};
}

void DnsWatch::Finish() {
  finished_at_ = loop_.now();
  DnsResolution resolution;
  resolution.is_success = try_.has_addresses || (!try_.has_failed && !lookup_.needs_address);
  resolution.problem = std::move(try_.problem);
  for (const Known* known : Counting()) {
    resolution.is_stale = resolution.is_stale || known->is_stale;
    for (const DnsAddress& each : known->addresses) resolution.addresses.push_back(each.address);
  }
  if (!resolution.addresses.empty()) {
    last_ = resolution.addresses;
  } else if (lookup_.needs_address) {
    resolution.addresses = last_;
    resolution.is_stale = !last_.empty();
  }
  timer_.Arm(resolution.is_success ? WaitAfterSuccess() : WaitAfterFailure());
  hooks_.on_resolution(std::move(resolution));
}

Duration DnsWatch::WaitAfterSuccess() {
  failure_wait_ = {};
  Duration wait = lookup_.refresh;
  if (lookup_.respects_ttl && try_.has_addresses) {
    Duration ttl = kTtlMax;
    for (const Known* known : Counting()) {
      for (const DnsAddress& each : known->addresses) ttl = std::min(ttl, each.ttl);
    }
    // One that may not be kept at all says nothing about when to ask again.
    if (ttl > Duration::zero()) wait = ttl;
  }
  const auto jitter = static_cast<uint64_t>(lookup_.jitter.count());
  if (jitter > 0) wait += Duration(static_cast<int64_t>(random_.Below(jitter)));
  return wait;
}

// Doubles from try to try; the upper half of it is drawn from.
Duration DnsWatch::WaitAfterFailure() {
  if (lookup_.failure_base == Duration::zero()) return lookup_.refresh;
  failure_wait_ = failure_wait_ == Duration::zero()
                      ? lookup_.failure_base
                      : std::min(failure_wait_ * 2, lookup_.failure_max);
  const Duration half = failure_wait_ / 2;
  return failure_wait_ -
         Duration(static_cast<int64_t>(random_.Below(static_cast<uint64_t>(half.count()) + 1)));
}

}  // namespace outrigger
