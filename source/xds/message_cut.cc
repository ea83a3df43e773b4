#include "xds/message_cut.h"

#include <google/protobuf/io/coded_stream.h>

#include "xds/wire_fields.h"

namespace outrigger::xds {

std::optional<MessageCut> CutMessage(std::string_view bytes, int field) {
  const uint32_t tag_of_parts = WireFields::TagOf(field);
  MessageCut cut;
  WireFields fields(bytes);
  while (fields.Next()) {
    if (fields.tag() == tag_of_parts) {
      cut.parts.push_back(fields.content());
    } else {
      cut.rest += fields.field();
    }
  }
  if (!fields.ok()) return std::nullopt;
  return cut;
}

void AppendPart(int field, std::string_view part, std::string& message) {
  using google::protobuf::io::CodedOutputStream;
  uint8_t head[10];  // two varints of 32 bits
  uint8_t* end = CodedOutputStream::WriteVarint32ToArray(WireFields::TagOf(field), head);
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(part.size()), end);
  message.append(reinterpret_cast<const char*>(head), static_cast<size_t>(end - head));
  message += part;
}

}  // namespace outrigger::xds
