#include "cluster/lb/balancer.h"

#include "base/check.h"

namespace outrigger {

namespace {

uint32_t TakeTurn(const Rotation& rotation, LbCursors& cursors) {
  uint64_t& offset = cursors[rotation.cursor];
  // The members may have changed since the last pick: the place stays, as far as it exists.
  const uint64_t current = offset % rotation.size;
  offset = (current + rotation.stride) % rotation.size;
  return rotation.At(current);
}

uint32_t Draw(const Rotation& rotation, Random& random) {
  return rotation.At(random.Below(rotation.size));
}

// The one with the fewest requests of `count` candidates; of equals the first.
uint32_t LeastBusy(size_t count, absl::FunctionRef<uint32_t(size_t)> candidate,
                   RequestsUnderWay requests) {
  uint32_t best = candidate(0);
  uint32_t fewest = requests(best);
  for (size_t i = 1; i < count && fewest > 0; ++i) {
    const uint32_t other = candidate(i);
    const uint32_t load = requests(other);
    if (load >= fewest) continue;
    best = other;
    fewest = load;
  }
  return best;
}

uint32_t LeastRequest(const Rotation& rotation, const LbOptions& options, Random& random,
                      RequestsUnderWay requests) {
  const size_t size = rotation.members.size();
  if (size == 1) return rotation.members.front();
  if (!options.compares_all) {
    return LeastBusy(options.choices, [&](size_t) { return Draw(rotation, random); }, requests);
  }
  // Begins anywhere, so that equals get equal shares.
  const uint64_t first = random.Below(size);
  return LeastBusy(size, [&](size_t i) { return rotation.members[(first + i) % size]; }, requests);
}

uint32_t PickFrom(const Rotation& rotation, const LbOptions& options, LbCursors& cursors,
                  Random& random, RequestsUnderWay requests) {
  switch (options.policy) {
    case LbPolicy::kRoundRobin:
      return TakeTurn(rotation, cursors);
    case LbPolicy::kLeastRequest:
      return LeastRequest(rotation, options, random, requests);
    case LbPolicy::kRandom:
      return Draw(rotation, random);
  }
  OUTRIGGER_CHECK(false);
}

}  // namespace

Balanced Balance(const PickTable& picks, const LbOptions& options, LbCursors& cursors,
                 Random& random, RequestsUnderWay requests) {
  while (cursors.size() < picks.cursor_end()) cursors.push_back(random.Next());
  const PickTable::Choice choice = picks.Choose(random.Next(), options.panic_percent);
  Balanced balanced = {.endpoint = std::nullopt, .is_panic = choice.is_panic};
  if (choice.group == nullptr || choice.group->everyone.empty()) return balanced;
  const Rotation* rotation = &choice.group->everyone;
  const EndpointGroup::Localities* localities = choice.group->localities.get();
  if (options.weighs_localities && !choice.is_panic && localities != nullptr) {
    rotation = &localities->by_locality[TakeTurn(localities->turns, cursors)];
  }
  balanced.endpoint = PickFrom(*rotation, options, cursors, random, requests);
  return balanced;
}

}  // namespace outrigger
