#include "xds/wire_fields.h"

#include <google/protobuf/wire_format_lite.h>

#include <limits>

namespace outrigger::xds {

namespace {

using google::protobuf::internal::WireFormatLite;

// Longer bytes are no message.
constexpr size_t kBytesMax = static_cast<size_t>(std::numeric_limits<int>::max());

}  // namespace

WireFields::WireFields(std::string_view bytes)
    : bytes_(bytes),
      input_(reinterpret_cast<const uint8_t*>(bytes.data()),
             bytes.size() > kBytesMax ? 0 : static_cast<int>(bytes.size())) {}

bool WireFields::Next() {
  const auto begin = static_cast<size_t>(input_.CurrentPosition());
  tag_ = input_.ReadTag();
  if (tag_ == 0) {
    // A tag of zero ends a message only where its bytes do.
    is_whole_ = input_.ConsumedEntireMessage() && begin == bytes_.size();
    return false;
  }
  if (!Skip()) return false;
  field_ = bytes_.substr(begin, static_cast<size_t>(input_.CurrentPosition()) - begin);
  return true;
}

bool WireFields::Skip() {
  content_ = {};
  if (WireFormatLite::GetTagWireType(tag_) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED ||
      WireFormatLite::GetTagFieldNumber(tag_) == 0) {
    return WireFormatLite::SkipField(&input_, tag_);
  }
  uint32_t size = 0;
  if (!input_.ReadVarint32(&size)) return false;
  const auto at = static_cast<size_t>(input_.CurrentPosition());
  if (size > bytes_.size() - at) return false;
  content_ = bytes_.substr(at, size);
  return input_.Skip(static_cast<int>(size));
}

}  // namespace outrigger::xds
