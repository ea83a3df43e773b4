// The header operations of anything that has them for requests and responses: a route table, a
// virtual host, a route, a weighted cluster.
//
// Thread: control.
#pragma once

#include "compiler/header_operation_compiler.h"

namespace outrigger::compiler {

template <typename Proto>
routing::HeaderOperations CompileRequestHeaders(const Proto& proto, ValidationErrors& errors) {
  return CompileHeaderOperations(proto.request_headers_to_add(), proto.request_headers_to_remove(),
                                 {"request_headers_to_add", "request_headers_to_remove"}, errors);
}

template <typename Proto>
routing::HeaderOperations CompileResponseHeaders(const Proto& proto, ValidationErrors& errors) {
  return CompileHeaderOperations(proto.response_headers_to_add(),
                                 proto.response_headers_to_remove(),
                                 {"response_headers_to_add", "response_headers_to_remove"}, errors);
}

}  // namespace outrigger::compiler
