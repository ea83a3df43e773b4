#include "admin/redaction.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <vector>

#include "admin/proto_json.h"
#include "admin/sensitive_fields.h"

namespace outrigger::admin {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::Reflection;

bool IsTypedStruct(const Message& message) {
  const std::string& name = message.GetDescriptor()->full_name();
  return name == "udpa.type.v1.TypedStruct" || name == "xds.type.v3.TypedStruct";
}

class Redactor {
 public:
  // Empty when it cannot be read.
  std::string Rewritten(std::string_view type_url, const std::string& bytes) {
    const google::protobuf::Descriptor* type = FindTypeOfUrl(type_url);
    if (type == nullptr) return {};
    const std::unique_ptr<Message> message(
        MessageFactory::generated_factory()->GetPrototype(type)->New());
    if (!message->ParseFromString(bytes)) return {};
    message->DiscardUnknownFields();  // nobody could tell what they hold
    RedactMessage(*message, /*is_sensitive=*/false);
    return message->SerializeAsString();
  }

 private:
  void RedactMessage(Message& message, bool is_sensitive) {
    if (message.GetDescriptor()->full_name() == "google.protobuf.Any") {
      return RedactAny(static_cast<google::protobuf::Any&>(message), is_sensitive);
    }
    if (IsTypedStruct(message)) return message.Clear();
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      RedactField(message, field, is_sensitive || IsSensitive(*field));
    }
  }

  void RedactField(Message& message, const FieldDescriptor* field, bool is_sensitive) {
    const Reflection& reflection = *message.GetReflection();
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (int i = 0; i < count; ++i) {
        RedactMessage(*(field->is_repeated() ? reflection.MutableRepeatedMessage(&message, field, i)
                                             : reflection.MutableMessage(&message, field)),
                      is_sensitive);
      }
      return;
    }
    if (!is_sensitive) return;
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return reflection.ClearField(&message, field);
    }
    for (int i = 0; i < count; ++i) {
      if (field->is_repeated()) {
        reflection.SetRepeatedString(&message, field, i, std::string(kRedacted));
      } else {
        reflection.SetString(&message, field, std::string(kRedacted));
      }
    }
  }

  // What cannot be looked into is taken out.
  void RedactAny(google::protobuf::Any& any, bool is_sensitive) {
    if (any.value().empty()) return;
    if (is_sensitive || depth_ == kAnyDepthMax) return any.clear_value();
    ++depth_;
    any.set_value(Rewritten(any.type_url(), any.value()));
    --depth_;
  }

  int depth_ = 0;
};

}  // namespace

std::string RedactedBytes(std::string_view type_url, const std::string& bytes) {
  return Redactor().Rewritten(type_url, bytes);
}

}  // namespace outrigger::admin
