// gRPC as far as a proxy has to know it: which requests are gRPC, and how an answer of our own
// tells its client what happened.
//
// Thread: any. Source: gRPC over HTTP/2 ("Responses"); gRPC's "HTTP to gRPC status code mapping".
#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "http/message.h"

namespace outrigger::http {

// application/grpc, with or without a +suffix; with parameters it is something else, as in Envoy.
bool IsGrpcType(std::string_view content_type);
bool IsGrpcRequest(const RequestHead& request);

// The grpc-status that stands for an HTTP status: two digits at the most, static.
std::string_view GrpcStatusFor(uint16_t http_status);

// Percent-encoded for grpc-message, in the arena where that changes anything.
std::string_view EncodeGrpcMessage(std::string_view text, Arena& arena);

}  // namespace outrigger::http
