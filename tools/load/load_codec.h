// What one connection of the load client speaks: the product's own client codecs behind one face.
//
// Owned by a ClientConnection, made anew with each socket. Thread: main.
#pragma once

#include <memory>
#include <string_view>

#include "http/codec.h"
#include "net/connection.h"

namespace outrigger::load {

enum class Protocol { kHttp1, kHttp2, kGrpc };

class LoadCodec {
 public:
  virtual ~LoadCodec() = default;
  // As http::http1::ClientCodec and http::http2::ClientCodec. Requires: may_start().
  virtual http::RequestEncoder& StartExchange(http::ResponseEvents& events) = 0;
  virtual bool may_start() const = 0;
  // Bytes of the peer may come now.
  virtual bool may_receive() const = 0;
  virtual size_t Decode(std::string_view bytes) = 0;
  virtual void OnEof() = 0;
  // Frames what was encoded; returns whether there is more.
  virtual bool OnTurnEnd() = 0;
  // The connection carries no further request.
  virtual bool is_spent() const = 0;
};

// `output` receives encoded bytes.
std::unique_ptr<LoadCodec> MakeLoadCodec(Protocol protocol, ByteBuffer& output, NetContext& net);

}  // namespace outrigger::load
