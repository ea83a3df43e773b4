#include "xds/utf8.h"

#include <google/protobuf/wrappers.pb.h>

#include <algorithm>
#include <string>

#include "xds/message_cut.h"

namespace outrigger::xds {

bool IsUtf8(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; })) return true;
  // Whoever parses a StringValue knows.
  using google::protobuf::StringValue;
  std::string message;
  AppendPart(StringValue::kValueFieldNumber, text, message);
  return StringValue().ParseFromString(message);
}

}  // namespace outrigger::xds
