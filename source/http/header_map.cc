#include "http/header_map.h"

#include <algorithm>

namespace outrigger::http {

namespace {

constexpr size_t kIds = static_cast<size_t>(HeaderId::kCount);

// In the order of HeaderId.
constexpr std::array<std::string_view, kIds> kNames = {
    "",
    "connection",
    "content-length",
    "content-type",
    "date",
    "expect",
    "grpc-status",
    "grpc-timeout",
    "host",
    "keep-alive",
    "location",
    "proxy-connection",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-envoy-expected-rq-timeout-ms",
    "x-envoy-upstream-rq-timeout-ms",
    "x-envoy-upstream-service-time",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-request-id",
};
static_assert(kNames.back() == "x-request-id" && kNames[1] == "connection");

constexpr size_t kSlots = 256;
// Separates all known names; a collision would fail the static_assert below.
constexpr size_t SlotOf(std::string_view name) {
  const auto at = [name](size_t i) { return static_cast<unsigned char>(name[i]); };
  const size_t size = name.size();
  return (at(0) * 32 + at(size - 1) * 49 + at(size / 2) * 29 + size * 31) % kSlots;
}

struct SlotMap {
  std::array<uint8_t, kSlots> id{};
  bool has_collision = false;
};

constexpr SlotMap BuildSlots() {
  SlotMap map;
  for (size_t i = 1; i < kIds; ++i) {
    uint8_t& slot = map.id[SlotOf(kNames[i])];
    if (slot != 0) map.has_collision = true;
    slot = static_cast<uint8_t>(i);
  }
  return map;
}
constexpr SlotMap kSlotMap = BuildSlots();
static_assert(!kSlotMap.has_collision, "choose other factors in SlotOf");

}  // namespace

HeaderId FindHeaderId(std::string_view lower_case_name) {
  if (lower_case_name.empty()) return HeaderId::kUnknown;
  const uint8_t id = kSlotMap.id[SlotOf(lower_case_name)];
  return kNames[id] == lower_case_name ? static_cast<HeaderId>(id) : HeaderId::kUnknown;
}

std::string_view HeaderName(HeaderId id) { return kNames[static_cast<size_t>(id)]; }

void HeaderMap::Clear() {
  fields_.clear();
  first_.fill(kAbsent);
}

void HeaderMap::Add(std::string_view name, std::string_view value) {
  AddField({name, value, FindHeaderId(name)});
}

void HeaderMap::Add(HeaderId id, std::string_view value) { AddField({HeaderName(id), value, id}); }

void HeaderMap::AddField(HeaderField field) {
  uint32_t& first = first_[static_cast<size_t>(field.id)];
  if (first == kAbsent) first = static_cast<uint32_t>(fields_.size());
  fields_.push_back(field);
}

void HeaderMap::Set(std::string_view name, std::string_view value) {
  SetField({name, value, FindHeaderId(name)});
}

void HeaderMap::Set(HeaderId id, std::string_view value) { SetField({HeaderName(id), value, id}); }

void HeaderMap::SetField(HeaderField field) {
  const uint32_t start = first_[static_cast<size_t>(field.id)];
  const auto is_same = [&field](const HeaderField& other) {
    return other.id == field.id && other.name == field.name;
  };
  const auto first = start == kAbsent
                         ? fields_.end()
                         : std::find_if(fields_.begin() + start, fields_.end(), is_same);
  if (first == fields_.end()) {
    AddField(field);
    return;
  }
  first->value = field.value;
  const auto repeated = std::remove_if(first + 1, fields_.end(), is_same);
  if (repeated == fields_.end()) return;
  fields_.erase(repeated, fields_.end());
  Reindex();
}

size_t HeaderMap::Remove(std::string_view name) {
  if (const HeaderId id = FindHeaderId(name); id != HeaderId::kUnknown) return Remove(id);
  return RemoveIf([name](const HeaderField& field) { return field.name == name; });
}

size_t HeaderMap::Remove(HeaderId id) {
  if (!Has(id)) return 0;
  return RemoveIf([id](const HeaderField& field) { return field.id == id; });
}

std::optional<std::string_view> HeaderMap::Get(HeaderId id) const {
  const uint32_t first = first_[static_cast<size_t>(id)];
  if (first == kAbsent) return std::nullopt;
  return fields_[first].value;
}

std::optional<std::string_view> HeaderMap::Get(std::string_view name) const {
  if (const HeaderId id = FindHeaderId(name); id != HeaderId::kUnknown) return Get(id);
  for (const HeaderField& field : fields_) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

void HeaderMap::Reindex() {
  first_.fill(kAbsent);
  for (size_t i = fields_.size(); i-- > 0;) {
    first_[static_cast<size_t>(fields_[i].id)] = static_cast<uint32_t>(i);
  }
}

}  // namespace outrigger::http
