#include "http/metadata_match.h"

#include <algorithm>

#include "base/check.h"

namespace outrigger::http {

bool ValueMatch::Matches(const MetadataValue* value) const {
  using ValueKind = MetadataValue::Kind;
  const auto is = [value](ValueKind wanted) { return value != nullptr && value->kind == wanted; };
  switch (kind) {
    case Kind::kNull:
      return is(ValueKind::kNull);
    case Kind::kNumber:
      if (!is(ValueKind::kNumber)) return false;
      return first == end ? value->number == first : first <= value->number && value->number < end;
    case Kind::kString:
      return is(ValueKind::kString) && string.Matches(value->text);
    case Kind::kBool:
      return is(ValueKind::kBool) && value->is_true == is_true;
    case Kind::kPresent:
      return (value != nullptr) == is_true;
    case Kind::kAnyItem:
      return is(ValueKind::kList) &&
             std::any_of(value->items.begin(), value->items.end(),
                         [this](const MetadataValue& item) { return children[0].Matches(&item); });
    case Kind::kAnyOf:
      return std::any_of(children.begin(), children.end(),
                         [value](const ValueMatch& child) { return child.Matches(value); });
  }
  OUTRIGGER_CHECK(false);
}

bool MetadataMatch::Matches(const Metadata* metadata) const {
  const MetadataValue* found = metadata == nullptr ? nullptr : metadata->Find(space, path);
  return value.Matches(found) != is_inverted;
}

}  // namespace outrigger::http
