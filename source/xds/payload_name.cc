#include "xds/payload_name.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <google/protobuf/wrappers.pb.h>

#include <algorithm>
#include <limits>

namespace outrigger::xds {

namespace {

using google::protobuf::internal::WireFormatLite;

constexpr uint32_t kNameTag = 1 << 3 | WireFormatLite::WIRETYPE_LENGTH_DELIMITED;

// `field` is the name with its tag and length: a StringValue, whose parser knows UTF-8.
bool IsUtf8(std::string_view name, std::string_view field) {
  if (std::all_of(name.begin(), name.end(), [](char c) { return (c & 0x80) == 0; })) return true;
  google::protobuf::StringValue value;
  return value.ParseFromArray(field.data(), static_cast<int>(field.size()));
}

}  // namespace

std::string_view NameInside(std::string_view payload) {
  if (payload.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return {};
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(payload.data()),
                                               static_cast<int>(payload.size()));
  std::string_view name;
  std::string_view field;
  for (;;) {
    const auto begin = static_cast<size_t>(input.CurrentPosition());
    const uint32_t tag = input.ReadTag();
    if (tag == 0) break;
    if (tag != kNameTag) {
      if (!WireFormatLite::SkipField(&input, tag)) return {};
      continue;
    }
    uint32_t size = 0;
    if (!input.ReadVarint32(&size) || size > payload.size()) return {};
    const auto at = static_cast<size_t>(input.CurrentPosition());
    if (!input.Skip(static_cast<int>(size))) return {};
    name = payload.substr(at, size);  // of several, the last one counts
    field = payload.substr(begin, at + size - begin);
  }
  return input.ConsumedEntireMessage() && IsUtf8(name, field) ? name : std::string_view();
}

}  // namespace outrigger::xds
