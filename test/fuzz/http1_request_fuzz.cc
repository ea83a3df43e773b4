// Bytes of a client: the events must not depend on how the bytes are cut, and what we would send on
// to an upstream must be read there as the very same requests (no smuggling).
//
// The first byte seeds the cuts, the rest is what the client sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "base/random.h"
#include "test/unit/http/http1/codec_probe.h"

namespace {

using namespace outrigger;
using namespace outrigger::http;
using namespace outrigger::http::http1;

// A server that answers everything, and a proxy's other half behind it.
class Proxy final : public ServerCodecEvents, public MessageEvents {
 public:
  Proxy() : codec(output_, *this, CodecLimits{}, "http") {}

  MessageEvents& OnRequestHead(const RequestHead& head, ResponseEncoder& encoder) override {
    std::ignore = log.OnRequestHead(head, encoder);
    is_comparable &= !head.authority.empty();  // ours, on HTTP/1.0; an upstream may refuse it
    upstream_.emplace(to_upstream, CodecLimits{});
    upstream_->StartExchange(response_);
    upstream_->EncodeRequestHead(head);
    if (head.asks_for_tunnel()) codec.EncodeResponseHead(TunnelHead(head.upgrade), false);
    return *this;
  }
  void OnConnectionError(const Error&) override { is_comparable = false; }
  void OnBody(std::string_view bytes) override {
    OUTRIGGER_CHECK(!bytes.empty());
    log.OnBody(bytes);
    upstream_->EncodeBody(bytes);
  }
  void OnTrailers(const HeaderMap& trailers) override {
    log.OnTrailers(trailers);
    upstream_->EncodeEnd(&trailers);
    has_trailers_ = true;
  }
  void OnMessageEnd() override {
    log.OnMessageEnd();
    if (!std::exchange(has_trailers_, false)) upstream_->EncodeEnd(nullptr);
    ResponseHead ok;
    ok.status = 200;
    codec.EncodeResponseHead(ok, false);
  }
  void OnMessageError(const Error&) override {
    is_comparable = false;
    codec.ResetStream();
  }

  SlabPool slabs;
  ByteBuffer to_upstream{slabs};
  ServerProbe log;  // only written to
  bool is_comparable = true;

 private:
  ByteBuffer output_{slabs};
  ClientProbe response_;
  std::optional<ClientCodec> upstream_;
  bool has_trailers_ = false;

 public:
  http1::ServerCodec codec;
};

// What the next hop need not see alike.
std::string WithoutHopMarks(std::string text) {
  for (std::string_view mark : {" 1.0", " expects continue"}) {
    for (size_t at; (at = text.find(mark)) != text.npos;) text.erase(at, mark.size());
  }
  return text;
}

std::string Run(std::string_view bytes, uint64_t piece_max, Random* random) {
  ServerProbe server;
  server.answers = true;
  while (!bytes.empty()) {
    const size_t piece = random == nullptr ? piece_max : 1 + random->Below(piece_max);
    server.Offer(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    // Nothing that was refused or is complete is held back.
    OUTRIGGER_CHECK(server.pending.size() <= CodecLimits{}.head_bytes_max + 2);
  }
  server.codec.OnEof();
  return server.transcript.ToString() + server.TakeOutput();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = Run(bytes, bytes.size(), nullptr);
  FastRandom random(data[0]);
  OUTRIGGER_CHECK(Run(bytes, 40, &random) == whole);
  if (size < 2048) OUTRIGGER_CHECK(Run(bytes, 1, nullptr) == whole);

  Proxy proxy;
  proxy.codec.Decode(bytes);
  if (!proxy.is_comparable) return 0;
  ServerProbe upstream;
  upstream.answers = true;
  upstream.Offer(proxy.to_upstream.ToString());
  OUTRIGGER_CHECK(upstream.pending.empty());
  OUTRIGGER_CHECK(WithoutHopMarks(upstream.transcript.ToString()) ==
                  WithoutHopMarks(proxy.log.transcript.ToString()));
  return 0;
}
