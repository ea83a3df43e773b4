// google.protobuf.Struct as JSON. When the message type that a Struct spells out is known (in a
// TypedStruct), its secrets are redacted as they would be in the message itself.
//
// Thread: any.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/struct.pb.h>

#include "admin/json_builder.h"

namespace outrigger::admin {

// What is known about a value.
struct Shape {
  const google::protobuf::Descriptor* type = nullptr;  // the message it spells; null: unknown
  bool is_sensitive = false;
  bool is_map = false;  // its keys are a map's; `type` is that of the values
};

void WriteStruct(const google::protobuf::Struct& value, Shape shape, JsonBuilder& json);
void WriteList(const google::protobuf::ListValue& list, Shape shape, JsonBuilder& json);
void WriteValue(const google::protobuf::Value& value, Shape shape, JsonBuilder& json);

}  // namespace outrigger::admin
