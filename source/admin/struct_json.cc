#include "admin/struct_json.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <string>
#include <string_view>

#include "admin/sensitive_fields.h"
#include "compiler/any_content.h"

namespace outrigger::admin {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Struct;
using google::protobuf::Value;

// Of what lies under `key` in a Struct of `shape`.
Shape ShapeOf(Shape shape, const std::string& key) {
  if (shape.is_map) return {shape.type, shape.is_sensitive};
  if (shape.type == nullptr) return {nullptr, shape.is_sensitive};
  const FieldDescriptor* field = compiler::FindFieldOfKey(*shape.type, key);
  if (field == nullptr) return {nullptr, shape.is_sensitive};
  const bool is_sensitive = shape.is_sensitive || IsSensitive(*field);
  if (!field->is_map()) return {field->message_type(), is_sensitive};
  return {field->message_type()->map_value()->message_type(), is_sensitive, true};
}

// An Any spelled out as JSON names its type itself.
Shape OpenAny(const Struct& value, Shape shape) {
  if (shape.type == nullptr || shape.is_map ||
      shape.type->well_known_type() != Descriptor::WELLKNOWNTYPE_ANY) {
    return shape;
  }
  const auto type_url = value.fields().find("@type");
  shape.type =
      type_url == value.fields().end() ? nullptr : FindTypeOfUrl(type_url->second.string_value());
  return shape;
}

void WriteNumber(double number, JsonBuilder& json) {
  json.Literal(std::isfinite(number) ? fmt::to_string(number) : "null");
}

}  // namespace

void WriteStruct(const Struct& value, Shape shape, JsonBuilder& json) {
  shape = OpenAny(value, shape);
  // Sorted: a dump is the same every time.
  std::map<std::string_view, const Value*> fields;
  for (const auto& [key, field] : value.fields()) fields[key] = &field;
  json.BeginObject();
  for (const auto& [key, field] : fields) {
    json.Key(key);
    WriteValue(*field, ShapeOf(shape, std::string(key)), json);
  }
  json.EndObject();
}

void WriteList(const google::protobuf::ListValue& list, Shape shape, JsonBuilder& json) {
  json.BeginArray();
  for (const Value& value : list.values()) WriteValue(value, shape, json);
  json.EndArray();
}

void WriteValue(const Value& value, Shape shape, JsonBuilder& json) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      json.String(shape.is_sensitive ? kRedacted : value.string_value());
      break;
    case Value::kNumberValue:
      if (shape.is_sensitive) {
        json.Literal("null");
      } else {
        WriteNumber(value.number_value(), json);
      }
      break;
    case Value::kBoolValue:
      json.Literal(shape.is_sensitive ? "null" : value.bool_value() ? "true" : "false");
      break;
    case Value::kStructValue:
      WriteStruct(value.struct_value(), shape, json);
      break;
    case Value::kListValue:
      WriteList(value.list_value(), shape, json);
      break;
    case Value::kNullValue:
    case Value::KIND_NOT_SET:
      json.Literal("null");
      break;
  }
}

}  // namespace outrigger::admin
