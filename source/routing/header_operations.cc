#include "routing/header_operations.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "base/check.h"

namespace outrigger::routing {

namespace {

using Append = HeaderOperations::Append;

bool Applies(const HeaderOperations::Addition& addition, const http::HeaderMap& headers) {
  if (addition.value.empty() && !addition.keeps_empty_value) return false;
  switch (addition.append) {
    case Append::kAppendIfExistsOrAdd:
    case Append::kOverwriteIfExistsOrAdd:
      return true;
    case Append::kAddIfAbsent:
      return !headers.Get(addition.name).has_value();
    case Append::kOverwriteIfExists:
      return headers.Get(addition.name).has_value();
  }
  OUTRIGGER_CHECK(false);
}

bool Replaces(const HeaderOperations::Addition& addition) {
  return addition.append == Append::kOverwriteIfExistsOrAdd ||
         addition.append == Append::kOverwriteIfExists;
}

// From the most specific to the least; null where there is none.
using Ordered = std::array<const HeaderOperations*, 4>;

void ApplyAll(const Ordered& operations, bool most_specific_win, http::HeaderMap& headers) {
  const auto apply = [&headers](const HeaderOperations* level) {
    if (level != nullptr && !level->empty()) Apply(*level, headers);
  };
  // Who comes last wins.
  if (most_specific_win) {
    std::for_each(operations.rbegin(), operations.rend(), apply);
  } else {
    std::for_each(operations.begin(), operations.end(), apply);
  }
}

}  // namespace

void Apply(const HeaderOperations& operations, http::HeaderMap& headers) {
  for (const std::string& name : operations.remove) headers.Remove(name);

  // Decided before anything is written, so that no addition sees another one of its level.
  std::bitset<kHeaderAdditionsMax> applies;
  const size_t count = std::min(operations.add.size(), kHeaderAdditionsMax);
  for (size_t i = 0; i < count; ++i) applies[i] = Applies(operations.add[i], headers);
  for (size_t i = 0; i < count; ++i) {
    const HeaderOperations::Addition& addition = operations.add[i];
    if (applies[i] && Replaces(addition)) headers.Set(addition.name, addition.value);
  }
  for (size_t i = 0; i < count; ++i) {
    const HeaderOperations::Addition& addition = operations.add[i];
    if (applies[i] && !Replaces(addition)) headers.Add(addition.name, addition.value);
  }
}

void ApplyRequestOperations(const RouteLevels& levels, http::HeaderMap& headers) {
  const Ordered operations = {
      levels.cluster == nullptr ? nullptr : &levels.cluster->request_headers,
      &levels.route->request_headers, &levels.virtual_host->request_headers,
      &levels.table->request_headers};
  ApplyAll(operations, levels.table->most_specific_header_operations_win, headers);
}

void ApplyResponseOperations(const RouteLevels& levels, http::HeaderMap& headers) {
  const Ordered operations = {
      levels.cluster == nullptr ? nullptr : &levels.cluster->response_headers,
      &levels.route->response_headers, &levels.virtual_host->response_headers,
      &levels.table->response_headers};
  ApplyAll(operations, levels.table->most_specific_header_operations_win, headers);
}

}  // namespace outrigger::routing
