// One gRPC message that holds one text: what google.protobuf.StringValue looks like on the wire,
// behind the five bytes of its frame.
//
// Thread: any. Source: gRPC over HTTP/2, "Length-Prefixed-Message".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace outrigger::load {

inline constexpr std::string_view kGrpcContentType = "application/grpc";
inline constexpr std::string_view kGrpcMethod = "/demo.Example/Answer";
inline constexpr std::string_view kGrpcStatusHeader = "grpc-status";

std::string EncodeGrpcMessage(std::string_view text);
// Nothing unless `bytes` are exactly one such message, not compressed.
std::optional<std::string_view> DecodeGrpcMessage(std::string_view bytes);

}  // namespace outrigger::load
