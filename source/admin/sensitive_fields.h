// Which fields hold secrets, from the API's own annotations.
//
// Thread: any.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string_view>

namespace outrigger::admin {

// What stands in place of a secret; Envoy's word.
inline constexpr std::string_view kRedacted = "[redacted]";

bool IsSensitive(const google::protobuf::FieldDescriptor& field);

// The message type that an Any's or TypedStruct's type URL names; null when it is not compiled in.
const google::protobuf::Descriptor* FindTypeOfUrl(std::string_view type_url);

// When `field` is the `value` of a TypedStruct: the message type its Struct spells out. Else null.
const google::protobuf::Descriptor* TypedStructShape(
    const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field);

}  // namespace outrigger::admin
