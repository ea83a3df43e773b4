// YAML or JSON text -> proto message, as people write them: camelCase and snake_case, enum names in
// any case, a lone object where a list is due, numbers as strings, durations as "0.25s".
//
// Unknown fields are errors by field path unless allowed; an Any with an unknown type is an error
// unless its type is on the accepted list. Thread: control (any: no state).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace google::protobuf {
class Message;
}

namespace outrigger::compiler {

struct YamlOptions {
  bool allows_unknown_fields = false;
  // An Any of an unknown type keeps its type and loses its content, as if it had come over the
  // wire.
  bool keeps_unknown_types = false;
};

// Merges the document into `message` (MergeFrom semantics: repeated fields append). `warnings` gets
// one line per skipped unknown field.
absl::Status MergeYaml(std::string_view text, const YamlOptions& options,
                       google::protobuf::Message& message, std::vector<std::string>& warnings);

}  // namespace outrigger::compiler
