#include "compiler/any_content.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include "udpa/type/v1/typed_struct.pb.h"
#include "xds/type/v3/typed_struct.pb.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::Message;

template <typename TypedStruct>
std::unique_ptr<Message> UnpackTypedStruct(const TypedStruct& wrapper) {
  std::unique_ptr<Message> message = NewMessage(TypeName(wrapper.type_url()));
  if (message == nullptr) return nullptr;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(wrapper.value(), &json).ok()) return nullptr;
  if (!google::protobuf::util::JsonStringToMessage(json, message.get()).ok()) return nullptr;
  return message;
}

template <typename TypedStruct>
std::string WrappedTypeName(const google::protobuf::Any& any) {
  TypedStruct wrapper;
  if (!wrapper.ParseFromString(any.value())) return {};
  return std::string(TypeName(wrapper.type_url()));
}

}  // namespace

std::string_view TypeName(std::string_view type_url) {
  return type_url.substr(type_url.rfind('/') + 1);
}

std::unique_ptr<Message> NewMessage(std::string_view type_name) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
          std::string(type_name));
  // Entries of maps are messages too, but nobody may send one.
  if (descriptor == nullptr || descriptor->options().map_entry()) return nullptr;
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
}

std::string InnerTypeName(const google::protobuf::Any& any) {
  const std::string outer(TypeName(any.type_url()));
  std::string inner;
  if (outer == udpa::type::v1::TypedStruct::descriptor()->full_name()) {
    inner = WrappedTypeName<udpa::type::v1::TypedStruct>(any);
  } else if (outer == ::xds::type::v3::TypedStruct::descriptor()->full_name()) {
    inner = WrappedTypeName<::xds::type::v3::TypedStruct>(any);
  }
  return inner.empty() ? outer : inner;
}

const google::protobuf::FieldDescriptor* FindFieldOfKey(const google::protobuf::Descriptor& type,
                                                        const std::string& key) {
  if (const auto* field = type.FindFieldByName(key)) return field;
  return type.FindFieldByCamelcaseName(key);
}

std::unique_ptr<Message> UnpackAny(const google::protobuf::Any& any) {
  std::unique_ptr<Message> message = NewMessage(TypeName(any.type_url()));
  if (message == nullptr || !message->ParseFromString(any.value())) return nullptr;
  if (const auto* typed = dynamic_cast<const udpa::type::v1::TypedStruct*>(message.get())) {
    return UnpackTypedStruct(*typed);
  }
  if (const auto* typed = dynamic_cast<const ::xds::type::v3::TypedStruct*>(message.get())) {
    return UnpackTypedStruct(*typed);
  }
  return message;
}

}  // namespace outrigger::compiler
