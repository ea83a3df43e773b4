#include "logging/metadata_message.h"

namespace outrigger::logging {

namespace {

using ValueKind = http::MetadataValue::Kind;

void WriteValue(const http::MetadataValue& value, ProtoWriter& writer);

// google.protobuf.Struct.
void WriteStruct(const http::MetadataValue& value, ProtoWriter& writer) {
  for (size_t i = 0; i < value.items.size(); ++i) {
    writer.Message(1, [&] {
      writer.Text(1, value.keys[i]);
      writer.Message(2, [&] { WriteValue(value.items[i], writer); });
    });
  }
}

// google.protobuf.Value. As deep as what compilers and parsers let in.
void WriteValue(const http::MetadataValue& value, ProtoWriter& writer) {
  switch (value.kind) {
    case ValueKind::kNull:
      return writer.ChosenNumber(1, 0);
    case ValueKind::kNumber:
      return writer.Double(2, value.number);
    case ValueKind::kString:
      return writer.ChosenText(3, value.text);
    case ValueKind::kBool:
      return writer.ChosenNumber(4, value.is_true ? 1 : 0);
    case ValueKind::kStruct:
      return writer.Message(5, [&] { WriteStruct(value, writer); });
    case ValueKind::kList:
      return writer.Message(6, [&] {
        for (const http::MetadataValue& item : value.items) {
          writer.Message(1, [&] { WriteValue(item, writer); });
        }
      });
  }
}

}  // namespace

void WriteMetadata(uint32_t field, const http::Metadata& metadata, ProtoWriter& writer) {
  constexpr uint32_t kFilterMetadata = 1;
  writer.Message(field, [&] {
    metadata.ForEach([&](std::string_view space, const http::MetadataValue& value) {
      writer.Message(kFilterMetadata, [&] {
        writer.Text(1, space);
        writer.Message(2, [&] { WriteStruct(value, writer); });
      });
    });
  });
}

}  // namespace outrigger::logging
