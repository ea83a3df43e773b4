#include "http/metadata.h"

#include <algorithm>

namespace outrigger::http {

MetadataValue MetadataValue::Of(std::string_view text) {
  return {.kind = Kind::kString, .text = std::string(text)};
}

MetadataValue MetadataValue::Of(double number) { return {.kind = Kind::kNumber, .number = number}; }

MetadataValue MetadataValue::OfBool(bool value) { return {.kind = Kind::kBool, .is_true = value}; }

const MetadataValue* MetadataValue::Find(std::string_view key) const {
  const auto found = std::lower_bound(keys.begin(), keys.end(), key);
  if (found == keys.end() || *found != key) return nullptr;
  return &items[static_cast<size_t>(found - keys.begin())];
}

MetadataValue* MetadataValue::Find(std::string_view key) {
  return const_cast<MetadataValue*>(std::as_const(*this).Find(key));
}

void MetadataValue::Set(std::string_view key, MetadataValue value) {
  if (MetadataValue* found = Find(key)) {
    *found = std::move(value);
    return;
  }
  const auto place = std::lower_bound(keys.begin(), keys.end(), key);
  items.insert(items.begin() + (place - keys.begin()), std::move(value));
  keys.emplace(place, key);
}

// The nesting is that of a message, which the validation rules limit.
void MetadataValue::Update(const MetadataValue& with) {
  for (size_t i = 0; i < with.keys.size(); ++i) {
    MetadataValue* own = Find(with.keys[i]);
    const MetadataValue& item = with.items[i];
    if (own == nullptr || own->kind != item.kind) {
      Set(with.keys[i], item);
    } else if (item.kind == Kind::kStruct) {
      own->Update(item);
    } else if (item.kind == Kind::kList) {
      own->items.insert(own->items.end(), item.items.begin(), item.items.end());
    } else {
      *own = item;
    }
  }
}

size_t MetadataValue::bytes() const {
  size_t sum = sizeof(MetadataValue) + text.size();
  for (const std::string& key : keys) sum += key.size();
  for (const MetadataValue& item : items) sum += item.bytes();
  return sum;
}

MetadataValue Overlay(MetadataValue base, const MetadataValue& over) {
  for (size_t i = 0; i < over.keys.size(); ++i) base.Set(over.keys[i], over.items[i]);
  return base;
}

const MetadataValue* Metadata::Find(std::string_view space,
                                    std::span<const std::string> path) const {
  const auto found = std::find_if(spaces_.begin(), spaces_.end(),
                                  [space](const Space& one) { return one.name == space; });
  if (found == spaces_.end()) return nullptr;
  const MetadataValue* value = &found->value;
  for (const std::string& key : path) {
    if (value->kind != MetadataValue::Kind::kStruct) return nullptr;
    value = value->Find(key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

MetadataValue& Metadata::At(std::string_view space) {
  const auto found = std::find_if(spaces_.begin(), spaces_.end(),
                                  [space](const Space& one) { return one.name == space; });
  if (found != spaces_.end()) return found->value;
  return spaces_.emplace_back(Space{std::string(space), MetadataValue::Struct()}).value;
}

bool Metadata::TakesMore(size_t bytes) {
  if (bytes_ + bytes > kBytesMax) return false;
  bytes_ += bytes;
  return true;
}

void Metadata::Set(std::string_view space, std::string_view key, MetadataValue value) {
  if (TakesMore(space.size() + key.size() + value.bytes())) At(space).Set(key, std::move(value));
}

void Metadata::Update(std::string_view space, const MetadataValue& with) {
  if (TakesMore(space.size() + with.bytes())) At(space).Update(with);
}

}  // namespace outrigger::http
