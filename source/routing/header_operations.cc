#include "routing/header_operations.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <iterator>
#include <span>
#include <string_view>

#include "base/check.h"

namespace outrigger::routing {

namespace {

using Append = HeaderOperations::Append;

using Addition = HeaderOperations::Addition;

bool Applies(const Addition& addition, std::string_view value, const http::HeaderMap& headers) {
  if (value.empty() && !addition.keeps_empty_value) return false;
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

bool Replaces(const Addition& addition) {
  return addition.append == Append::kOverwriteIfExistsOrAdd ||
         addition.append == Append::kOverwriteIfExists;
}

// What the additions of one level say, by position.
class AdditionValues {
 public:
  AdditionValues(std::span<const Addition> additions, logging::FormatValues& formats)
      : additions_(additions) {
    for (size_t i = 0; i < additions.size(); ++i) {
      if (additions[i].format.is_empty()) continue;
      if (formatted_.empty()) {
        formatted_ = formats.arena().NewArray<std::string_view>(additions.size());
      }
      formatted_[i] = formats.Field(additions[i].format);
    }
  }
  std::string_view operator[](size_t i) const {
    return additions_[i].format.is_empty() ? std::string_view(additions_[i].value) : formatted_[i];
  }

 private:
  std::span<const Addition> additions_;
  std::span<std::string_view> formatted_;  // empty: no format is among them
};

// From the most specific to the least; null where there is none.
using Ordered = std::array<const HeaderOperations*, 4>;

struct Message {
  logging::FormatValues& values;
  http::HeaderMap& headers;
};

void ApplyAll(const Ordered& operations, bool most_specific_win, const Message& message) {
  const auto apply = [&message](const HeaderOperations* level) {
    if (level != nullptr && !level->empty()) Apply(*level, message.values, message.headers);
  };
  // Who comes last wins. A weighted cluster is no level: it comes first either way, as in Envoy.
  if (most_specific_win) {
    apply(operations.front());
    std::for_each(operations.rbegin(), std::prev(operations.rend()), apply);
  } else {
    std::for_each(operations.begin(), operations.end(), apply);
  }
}

}  // namespace

void Apply(const HeaderOperations& operations, logging::FormatValues& formats,
           http::HeaderMap& headers) {
  for (const std::string& name : operations.remove) headers.Remove(name);

  // Decided before anything is written, so that no addition sees another one of its level.
  const size_t count = std::min(operations.add.size(), kHeaderAdditionsMax);
  const std::span<const Addition> additions(operations.add.data(), count);
  const AdditionValues values(additions, formats);
  std::bitset<kHeaderAdditionsMax> applies;
  for (size_t i = 0; i < count; ++i) applies[i] = Applies(additions[i], values[i], headers);
  for (size_t i = 0; i < count; ++i) {
    if (applies[i] && Replaces(additions[i])) headers.Set(additions[i].name, values[i]);
  }
  for (size_t i = 0; i < count; ++i) {
    if (applies[i] && !Replaces(additions[i])) headers.Add(additions[i].name, values[i]);
  }
}

void ApplyRequestOperations(const RouteLevels& levels, logging::FormatValues& values,
                            http::HeaderMap& headers) {
  const Ordered operations = {
      levels.cluster == nullptr ? nullptr : &levels.cluster->request_headers.get(),
      &levels.route->request_headers.get(), &levels.virtual_host->request_headers.get(),
      &levels.table->request_headers.get()};
  ApplyAll(operations, levels.table->most_specific_header_operations_win, {values, headers});
}

void ApplyResponseOperations(const RouteLevels& levels, logging::FormatValues& values,
                             http::HeaderMap& headers) {
  const Ordered operations = {
      levels.cluster == nullptr ? nullptr : &levels.cluster->response_headers.get(),
      &levels.route->response_headers.get(), &levels.virtual_host->response_headers.get(),
      &levels.table->response_headers.get()};
  ApplyAll(operations, levels.table->most_specific_header_operations_win, {values, headers});
}

}  // namespace outrigger::routing
