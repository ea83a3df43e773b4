#include "saved/inline_secret.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/struct.pb.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "admin/sensitive_fields.h"
#include "compiler/any_content.h"

namespace outrigger::saved {

namespace {

using google::protobuf::Any;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Struct;
using google::protobuf::Value;

constexpr int kPackedDepthMax = 16;

bool HoldsSecretAt(std::string_view type_url, std::string_view bytes, int depth);

// Of the names of a DataSource: its content lies elsewhere.
bool NamesAPlace(const FieldDescriptor& field) {
  return field.containing_type()->full_name() == "envoy.config.core.v3.DataSource" &&
         (field.name() == "filename" || field.name() == "environment_variable" ||
          field.name() == "watched_directory");
}

bool StructHoldsSecret(const Struct& spelt, const Descriptor* type);

bool FieldHoldsSecret(const Value& value, const FieldDescriptor& field) {
  // However it is filled.
  if (admin::IsSensitive(field)) return true;
  if (field.message_type() == nullptr) return false;
  const Struct& one = value.struct_value();
  if (field.is_map()) {
    const Descriptor* type = field.message_type()->map_value()->message_type();
    return std::any_of(one.fields().begin(), one.fields().end(), [&](const auto& entry) {
      return StructHoldsSecret(entry.second.struct_value(), type);
    });
  }
  if (value.has_struct_value()) return StructHoldsSecret(one, field.message_type());
  const auto& elements = value.list_value().values();
  return std::any_of(elements.begin(), elements.end(), [&](const Value& element) {
    return StructHoldsSecret(element.struct_value(), field.message_type());
  });
}

// What a Struct spells out of the message `type`; an Any in it names its type itself.
bool StructHoldsSecret(const Struct& spelt, const Descriptor* type) {
  const auto type_url = spelt.fields().find("@type");
  if (type_url != spelt.fields().end()) {
    type = admin::FindTypeOfUrl(type_url->second.string_value());
  }
  if (type == nullptr) return false;
  return std::any_of(spelt.fields().begin(), spelt.fields().end(), [&](const auto& entry) {
    const FieldDescriptor* field = compiler::FindFieldOfKey(*type, entry.first);
    return field != nullptr && FieldHoldsSecret(entry.second, *field);
  });
}

// One message and what it holds.
class SecretWalk {
 public:
  explicit SecretWalk(int depth) : depth_(depth) {}

  bool Visit(const Message& message, bool is_sensitive) const {
    if (message.GetDescriptor()->full_name() == "google.protobuf.Any") {
      const auto& any = static_cast<const Any&>(message);
      return is_sensitive ? !any.value().empty()
                          : HoldsSecretAt(any.type_url(), any.value(), depth_ + 1);
    }
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (VisitField(message, *field, is_sensitive || admin::IsSensitive(*field))) return true;
    }
    return false;
  }

 private:
  bool VisitField(const Message& message, const FieldDescriptor& field, bool is_sensitive) const {
    if (NamesAPlace(field)) return false;
    if (field.message_type() == nullptr) return is_sensitive && IsText(field);
    if (const Descriptor* shape = admin::TypedStructShape(message, field)) {
      const Message& spelt = message.GetReflection()->GetMessage(message, &field);
      return StructHoldsSecret(static_cast<const Struct&>(spelt), shape);
    }
    const auto& reflection = *message.GetReflection();
    if (!field.is_repeated()) return Visit(reflection.GetMessage(message, &field), is_sensitive);
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      if (Visit(reflection.GetRepeatedMessage(message, &field, i), is_sensitive)) return true;
    }
    return false;
  }

  static bool IsText(const FieldDescriptor& field) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  }

  const int depth_;
};

bool HoldsSecretAt(std::string_view type_url, std::string_view bytes, int depth) {
  if (depth > kPackedDepthMax) return true;
  if (type_url.empty() && bytes.empty()) return false;
  const std::unique_ptr<Message> message = compiler::NewMessage(compiler::TypeName(type_url));
  if (message == nullptr) return true;
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return true;
  return SecretWalk(depth).Visit(*message, false);
}

}  // namespace

bool HoldsSecret(std::string_view type_url, std::string_view bytes) {
  return HoldsSecretAt(type_url, bytes, 0);
}

}  // namespace outrigger::saved
