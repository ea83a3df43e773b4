// What is inside a google.protobuf.Any: resolved by its type URL alone, TypedStruct unwrapped.
//
// Thread: any.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace google::protobuf {
class Any;
class Descriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace outrigger::compiler {

// "envoy.extensions...Router" of "type.googleapis.com/envoy.extensions...Router".
std::string_view TypeName(std::string_view type_url);
// The type meant: of the Any, or inside a TypedStruct of either package.
std::string InnerTypeName(const google::protobuf::Any& any);
// An empty message of that type; null when it is not compiled in.
std::unique_ptr<google::protobuf::Message> NewMessage(std::string_view type_name);
// The field that a key of JSON or YAML names, in either spelling; null: none.
const google::protobuf::FieldDescriptor* FindFieldOfKey(const google::protobuf::Descriptor& type,
                                                        const std::string& key);

// The message inside; null when its type is not compiled in or its bytes are no such message.
std::unique_ptr<google::protobuf::Message> UnpackAny(const google::protobuf::Any& any);

}  // namespace outrigger::compiler
