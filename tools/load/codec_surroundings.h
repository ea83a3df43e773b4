// What an HTTP/2 codec finds around it in these tools: counters that nobody reads. Its owner frames
// what there is to send by itself.
//
// Thread: main.
#pragma once

#include "http/http2/session.h"
#include "net/connection.h"

namespace outrigger::load {

class CodecSurroundings final : public http::http2::SessionOwner {
 public:
  explicit CodecSurroundings(NetContext& net)
      : context_{net.loop, net.slabs, net.cells, stats_, *this} {}

  const http::http2::SessionContext& context() const { return context_; }

  // Of keepalive, which is not configured here.
  void OnOutputDue() override {}
  void OnPeerSilent() override {}

 private:
  stats::Block stats_{http::http2::kHttp2Family.offsets, true};
  const http::http2::SessionContext context_;
};

}  // namespace outrigger::load
