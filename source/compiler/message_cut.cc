#include "compiler/message_cut.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace outrigger::compiler {

namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

uint32_t TagOf(int field) {
  return WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
}

}  // namespace

std::optional<MessageCut> CutMessage(std::string_view bytes, int field) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  const uint32_t tag_of_parts = TagOf(field);
  MessageCut cut;
  while (true) {
    const auto begin = static_cast<size_t>(input.CurrentPosition());
    const uint32_t tag = input.ReadTag();
    if (tag == 0) break;
    if (tag != tag_of_parts) {
      if (!WireFormatLite::SkipField(&input, tag)) return std::nullopt;
      cut.rest += bytes.substr(begin, static_cast<size_t>(input.CurrentPosition()) - begin);
      continue;
    }
    uint32_t size = 0;
    if (!input.ReadVarint32(&size)) return std::nullopt;
    const auto at = static_cast<size_t>(input.CurrentPosition());
    if (size > bytes.size() - at) return std::nullopt;
    cut.parts.push_back(bytes.substr(at, size));
    if (!input.Skip(static_cast<int>(size))) return std::nullopt;
  }
  // A tag of zero ends a message only where its bytes do.
  if (!input.ConsumedEntireMessage() ||
      static_cast<size_t>(input.CurrentPosition()) != bytes.size()) {
    return std::nullopt;
  }
  return cut;
}

void AppendPart(int field, std::string_view part, std::string& message) {
  uint8_t head[10];  // two varints of 32 bits
  uint8_t* end = CodedOutputStream::WriteVarint32ToArray(TagOf(field), head);
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(part.size()), end);
  message.append(reinterpret_cast<const char*>(head), static_cast<size_t>(end - head));
  message += part;
}

}  // namespace outrigger::compiler
