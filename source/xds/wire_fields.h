// The fields of a serialized message, one after another, without a look at what they mean.
//
//   WireFields fields(bytes);
//   while (fields.Next()) { if (fields.tag() == kTag) use(fields.content()); }
//   if (!fields.ok()) ...  // the bytes are no message
//
// Points into the bytes. Thread: any. Source: the protobuf encoding ("Message Structure").
#pragma once

#include <google/protobuf/io/coded_stream.h>

#include <cstdint>
#include <string_view>

namespace outrigger::xds {

class WireFields {
 public:
  // Of a field whose value is a string, bytes or a message.
  static constexpr uint32_t TagOf(int field) { return static_cast<uint32_t>(field) << 3 | 2; }

  explicit WireFields(std::string_view bytes);

  // False at the end, or at the first mistake.
  bool Next();
  // Once Next has said false: whether all bytes are a message.
  bool ok() const { return is_whole_; }

  uint32_t tag() const { return tag_; }
  // Its tag and all that belongs to it.
  std::string_view field() const { return field_; }
  // Of a TagOf(...): its value. Empty for others.
  std::string_view content() const { return content_; }

 private:
  bool Skip();

  const std::string_view bytes_;
  google::protobuf::io::CodedInputStream input_;
  uint32_t tag_ = 0;
  std::string_view field_;
  std::string_view content_;
  bool is_whole_ = false;
};

}  // namespace outrigger::xds
