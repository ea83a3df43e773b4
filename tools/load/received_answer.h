// What a request was answered with, as far as the load client looks at it.
//
// Thread: any (value).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace outrigger::load {

struct ReceivedAnswer {
  uint16_t status = 0;  // zero: no head has come
  std::string echo;
  std::string version;
  std::string service;
  std::string announced_bytes;
  std::string content_type;
  std::string grpc_status;
  std::string body;

  void TakeHead(const http::ResponseHead& head);
  void TakeBody(std::string_view bytes);
  void TakeTrailers(const http::HeaderMap& trailers);

  // How it differs from what the example service answers to `id`; empty if it does not.
  std::string FindMismatch(std::string_view id) const;
  // As FindMismatch, of an answer by gRPC.
  std::string FindGrpcMismatch(std::string_view id) const;

 private:
  std::string FindTextMismatch(std::string_view id, std::string_view text) const;
};

}  // namespace outrigger::load
