// Protobuf messages as proto3 JSON with snake_case names, fit to be shown to people: what is marked
// udpa.annotations.sensitive is replaced by "[redacted]", inside every known Any and TypedStruct
// too.
//
// Unlike protobuf's printer it never fails: an Any of a type that is not compiled in (control
// planes send them) or that cannot be parsed becomes {"@type": ..., "value": base64}.
//
// Thread: any.
#pragma once

#include <google/protobuf/message.h>

#include "admin/json_builder.h"

namespace outrigger::admin {

// An Any inside an Any and so on is opened to this depth; the rest stays base64.
inline constexpr int kAnyDepthMax = 16;

// The message as one value.
void WriteProto(const google::protobuf::Message& message, JsonBuilder& json);

// The message as {"@type": ..., its fields}, as an Any of it is written.
void WriteProtoAsAny(const google::protobuf::Message& message, JsonBuilder& json);

}  // namespace outrigger::admin
