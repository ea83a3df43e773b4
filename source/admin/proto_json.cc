#include "admin/proto_json.h"

#include <fmt/format.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "admin/sensitive_fields.h"
#include "admin/struct_json.h"

namespace outrigger::admin {

namespace {

using google::protobuf::Any;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::string_view kTypePrefix = "type.googleapis.com/";

// One element: of a repeated field, or the field itself.
struct Element {
  const Message& message;
  const FieldDescriptor* field;
  int index;  // -1: the field is not repeated

  template <typename GetOne, typename GetIndexed>
  auto Get(GetOne one, GetIndexed indexed) const {
    const Reflection& reflection = *message.GetReflection();
    return index < 0 ? (reflection.*one)(message, field)
                     : (reflection.*indexed)(message, field, index);
  }
  const Message& GetMessage() const {
    const Reflection& reflection = *message.GetReflection();
    return index < 0 ? reflection.GetMessage(message, field)
                     : reflection.GetRepeatedMessage(message, field, index);
  }
  std::string GetString() const {
    return Get(&Reflection::GetString, &Reflection::GetRepeatedString);
  }
};

std::string DoubleText(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  return fmt::format("{}", value);
}

class ProtoWriter {
 public:
  explicit ProtoWriter(JsonBuilder& json) : json_(json) {}

  void WriteMessage(const Message& message, bool is_sensitive);
  void WriteTyped(std::string_view type_url, const Message& message, bool is_sensitive);

 private:
  bool WriteWellKnown(const Message& message, bool is_sensitive);
  void WriteAny(const Any& any, bool is_sensitive);
  void WriteFields(const Message& message, bool is_sensitive);
  void WriteField(const Message& message, const FieldDescriptor* field, bool is_sensitive);
  void WriteMap(const Message& message, const FieldDescriptor* field, bool is_sensitive);
  void WriteElement(const Element& element, bool is_sensitive);
  void WriteEnum(const Element& element);

  JsonBuilder& json_;
  int any_depth_ = 0;
};

bool IsWellKnown(const Descriptor& type) {
  return type.file()->package() == "google.protobuf" && type.well_known_type() != 0;
}

void ProtoWriter::WriteMessage(const Message& message, bool is_sensitive) {
  if (WriteWellKnown(message, is_sensitive)) return;
  json_.BeginObject();
  WriteFields(message, is_sensitive);
  json_.EndObject();
}

void ProtoWriter::WriteTyped(std::string_view type_url, const Message& message, bool is_sensitive) {
  json_.BeginObject();
  json_.StringField("@type", type_url);
  if (IsWellKnown(*message.GetDescriptor())) {
    json_.Key("value");
    WriteMessage(message, is_sensitive);
  } else {
    WriteFields(message, is_sensitive);
  }
  json_.EndObject();
}

bool ProtoWriter::WriteWellKnown(const Message& message, bool is_sensitive) {
  const Descriptor& type = *message.GetDescriptor();
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return false;
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      WriteElement({message, type.field(0), -1}, is_sensitive);
      return true;
    case Descriptor::WELLKNOWNTYPE_ANY:
      WriteAny(static_cast<const Any&>(message), is_sensitive);
      return true;
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
    case Descriptor::WELLKNOWNTYPE_DURATION:
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP: {
      std::string text;
      const auto status = google::protobuf::util::MessageToJsonString(message, &text);
      json_.Literal(status.ok() ? text : "null");  // out of JSON's range
      return true;
    }
    case Descriptor::WELLKNOWNTYPE_VALUE:
      WriteValue(static_cast<const google::protobuf::Value&>(message), {nullptr, is_sensitive},
                 json_);
      return true;
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
      WriteList(static_cast<const google::protobuf::ListValue&>(message), {nullptr, is_sensitive},
                json_);
      return true;
    case Descriptor::WELLKNOWNTYPE_STRUCT:
      WriteStruct(static_cast<const google::protobuf::Struct&>(message), {nullptr, is_sensitive},
                  json_);
      return true;
    default:
      return false;  // an enumerator that only keeps the list open
  }
}

void ProtoWriter::WriteAny(const Any& any, bool is_sensitive) {
  if (any.type_url().empty() && any.value().empty()) {
    json_.BeginObject();
    json_.EndObject();
    return;
  }
  if (const Descriptor* type = FindTypeOfUrl(any.type_url());
      type != nullptr && any_depth_ < kAnyDepthMax) {
    auto* factory = google::protobuf::MessageFactory::generated_factory();
    const std::unique_ptr<Message> inner(factory->GetPrototype(type)->New());
    if (inner->ParseFromString(any.value())) {
      ++any_depth_;
      WriteTyped(any.type_url(), *inner, is_sensitive);
      --any_depth_;
      return;
    }
  }
  json_.BeginObject();
  json_.StringField("@type", any.type_url());
  json_.Key("value");
  // What cannot be looked into may be anything.
  json_.Base64(is_sensitive ? std::string(kRedacted) : any.value());
  json_.EndObject();
}

void ProtoWriter::WriteFields(const Message& message, bool is_sensitive) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    WriteField(message, field, is_sensitive || IsSensitive(*field));
  }
}

void ProtoWriter::WriteField(const Message& message, const FieldDescriptor* field,
                             bool is_sensitive) {
  const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  // A secret number cannot be replaced by a text: it is left out, as Envoy does.
  if (is_sensitive && !is_text && !is_message) return;
  json_.Key(field->name());
  if (field->is_map()) {
    WriteMap(message, field, is_sensitive);
  } else if (field->is_repeated()) {
    json_.BeginArray();
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) WriteElement({message, field, i}, is_sensitive);
    json_.EndArray();
  } else if (const Descriptor* shape = TypedStructShape(message, *field)) {
    WriteStruct(static_cast<const google::protobuf::Struct&>(
                    message.GetReflection()->GetMessage(message, field)),
                {shape, is_sensitive}, json_);
  } else {
    WriteElement({message, field, -1}, is_sensitive);
  }
}

void ProtoWriter::WriteMap(const Message& message, const FieldDescriptor* field,
                           bool is_sensitive) {
  const FieldDescriptor* key = field->message_type()->map_key();
  const FieldDescriptor* value = field->message_type()->map_value();
  std::map<std::string, const Message*> sorted;
  const int size = message.GetReflection()->FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    const Message& entry = message.GetReflection()->GetRepeatedMessage(message, field, i);
    JsonBuilder text;
    if (key->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      sorted[Element{entry, key, -1}.GetString()] = &entry;
    } else {
      ProtoWriter(text).WriteElement({entry, key, -1}, false);
      std::string name = text.Take();
      std::erase(name, '"');
      sorted[name] = &entry;
    }
  }
  json_.BeginObject();
  for (const auto& [name, entry] : sorted) {
    json_.Key(name);
    WriteElement({*entry, value, -1}, is_sensitive);
  }
  json_.EndObject();
}

void ProtoWriter::WriteElement(const Element& element, bool is_sensitive) {
  switch (element.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      json_.Literal(
          fmt::to_string(element.Get(&Reflection::GetInt32, &Reflection::GetRepeatedInt32)));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      json_.Literal(
          fmt::to_string(element.Get(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32)));
      break;
    case FieldDescriptor::CPPTYPE_INT64:  // in quotes: JSON's numbers hold 53 bits
      json_.String(
          fmt::to_string(element.Get(&Reflection::GetInt64, &Reflection::GetRepeatedInt64)));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      json_.String(
          fmt::to_string(element.Get(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64)));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      json_.Literal(
          DoubleText(element.Get(&Reflection::GetDouble, &Reflection::GetRepeatedDouble)));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT: {
      const float value = element.Get(&Reflection::GetFloat, &Reflection::GetRepeatedFloat);
      json_.Literal(std::isfinite(value) ? fmt::to_string(value) : DoubleText(value));
      break;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      json_.Literal(element.Get(&Reflection::GetBool, &Reflection::GetRepeatedBool) ? "true"
                                                                                    : "false");
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      WriteEnum(element);
      break;
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = is_sensitive ? std::string(kRedacted) : element.GetString();
      if (element.field->type() == FieldDescriptor::TYPE_BYTES) {
        json_.Base64(text);
      } else {
        json_.String(text);
      }
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      WriteMessage(element.GetMessage(), is_sensitive);
      break;
  }
}

void ProtoWriter::WriteEnum(const Element& element) {
  const int number = element.Get(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue);
  const auto* value = element.field->enum_type()->FindValueByNumber(number);
  if (value == nullptr) {
    json_.Literal(fmt::to_string(number));
  } else if (element.field->enum_type()->full_name() == "google.protobuf.NullValue") {
    json_.Literal("null");
  } else {
    json_.String(value->name());
  }
}

}  // namespace

void WriteProto(const Message& message, JsonBuilder& json) {
  ProtoWriter(json).WriteMessage(message, false);
}

void WriteProtoAsAny(const Message& message, JsonBuilder& json) {
  const std::string type_url =
      std::string(kTypePrefix).append(message.GetDescriptor()->full_name());
  ProtoWriter(json).WriteTyped(type_url, message, false);
}

}  // namespace outrigger::admin
