#include "cluster/lb/balancer.h"

#include "base/check.h"
#include "cluster/lb/pick_table.h"

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

// Of equals the first found; the scan begins anywhere, so that equals get equal shares.
uint32_t LeastOfAll(const Rotation& rotation, Random& random, RequestsUnderWay requests) {
  const size_t count = rotation.members.size();
  const uint64_t first = random.Below(count);
  uint32_t best = rotation.members[first];
  uint32_t fewest = requests(best);
  for (size_t i = 1; i < count && fewest > 0; ++i) {
    const uint32_t candidate = rotation.members[(first + i) % count];
    const uint32_t load = requests(candidate);
    if (load >= fewest) continue;
    best = candidate;
    fewest = load;
  }
  return best;
}

uint32_t LeastOfSome(const Rotation& rotation, uint32_t choices, Random& random,
                     RequestsUnderWay requests) {
  uint32_t best = Draw(rotation, random);
  if (rotation.members.size() == 1) return best;
  uint32_t fewest = requests(best);
  for (uint32_t i = 1; i < choices && fewest > 0; ++i) {
    const uint32_t candidate = Draw(rotation, random);
    const uint32_t load = requests(candidate);
    if (load >= fewest) continue;
    best = candidate;
    fewest = load;
  }
  return best;
}

uint32_t PickFrom(const Rotation& rotation, const LbOptions& options, LbCursors& cursors,
                  Random& random, RequestsUnderWay requests) {
  switch (options.policy) {
    case LbPolicy::kRoundRobin:
      return TakeTurn(rotation, cursors);
    case LbPolicy::kLeastRequest:
      return options.compares_all ? LeastOfAll(rotation, random, requests)
                                  : LeastOfSome(rotation, options.choices, random, requests);
    case LbPolicy::kRandom:
      return Draw(rotation, random);
  }
  OUTRIGGER_CHECK(false);
}

}  // namespace

Balanced Balance(const EndpointSet& set, const LbOptions& options, LbCursors& cursors,
                 Random& random, RequestsUnderWay requests) {
  OUTRIGGER_CHECK(set.picks != nullptr);
  while (cursors.size() < set.picks->rotation_count()) cursors.push_back(random.Next());
  const PickTable::Choice choice = set.picks->Choose(random.Next(), options.panic_percent);
  Balanced balanced = {.endpoint = std::nullopt, .is_panic = choice.is_panic};
  if (choice.group == nullptr || choice.group->everyone.empty()) return balanced;
  const Rotation* rotation = &choice.group->everyone;
  if (options.weighs_localities && !choice.is_panic && !choice.group->localities.empty()) {
    rotation = &choice.group->by_locality[TakeTurn(choice.group->localities, cursors)];
  }
  balanced.endpoint = PickFrom(*rotation, options, cursors, random, requests);
  return balanced;
}

}  // namespace outrigger
