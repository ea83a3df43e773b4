#include "admin/sensitive_fields.h"

#include "udpa/annotations/sensitive.pb.h"

namespace outrigger::admin {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsSensitive(const FieldDescriptor& field) {
  return field.options().GetExtension(udpa::annotations::sensitive);
}

const Descriptor* FindTypeOfUrl(std::string_view type_url) {
  const size_t slash = type_url.rfind('/');
  if (slash == type_url.npos) return nullptr;
  return google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
      std::string(type_url.substr(slash + 1)));
}

const Descriptor* TypedStructShape(const Message& message, const FieldDescriptor& field) {
  const Descriptor& type = *message.GetDescriptor();
  if (field.name() != "value" || field.is_repeated() || field.message_type() == nullptr ||
      field.message_type()->well_known_type() != Descriptor::WELLKNOWNTYPE_STRUCT) {
    return nullptr;
  }
  if (type.full_name() != "xds.type.v3.TypedStruct" &&
      type.full_name() != "udpa.type.v1.TypedStruct") {
    return nullptr;
  }
  const FieldDescriptor* type_url = type.FindFieldByName("type_url");
  return FindTypeOfUrl(message.GetReflection()->GetString(message, type_url));
}

}  // namespace outrigger::admin
