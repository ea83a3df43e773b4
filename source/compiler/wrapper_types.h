// The messages that wrap one scalar, so that it can be absent (google/protobuf/wrappers.proto).
//
// Thread: any.
#pragma once

#include <google/protobuf/descriptor.h>

namespace outrigger::compiler {

inline bool IsWrapper(const google::protobuf::Descriptor& descriptor) {
  return descriptor.file()->name() == "google/protobuf/wrappers.proto";
}

}  // namespace outrigger::compiler
