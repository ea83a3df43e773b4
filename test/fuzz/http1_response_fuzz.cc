// Bytes of an upstream: the events must not depend on how the bytes are cut, and what we would send
// on to a client must be read there as the very same response.
//
// The first byte chooses the request's method (or a tunnel) and seeds the cuts, the rest is what
// the upstream sends before it closes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/random.h"
#include "test/unit/http/http1/codec_probe.h"

namespace {

using namespace outrigger;
using namespace outrigger::http;
using namespace outrigger::http::http1;

struct Asked {
  std::string_view method;
  std::string_view upgrade;
  std::string_view bytes;
};
constexpr Asked kAsked[] = {
    {"GET", "", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"HEAD", "", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"GET", "x", "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"},
    {"CONNECT", "", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"},
};

// Passes one response on to a client, as a proxy would.
class Proxy final : public ResponseEvents {
 public:
  explicit Proxy(const Asked& asked) : codec(to_upstream_, CodecLimits{}) {
    downstream_.Offer(asked.bytes);
    RequestHead head;
    head.method = asked.method;
    head.path = "/";
    head.authority = "a";
    head.upgrade = asked.upgrade;
    if (head.asks_for_tunnel()) head.body.kind = BodyLength::Kind::kUnknown;
    codec.StartExchange(*this);
    codec.EncodeRequestHead(head);
  }

  void OnInformational(const ResponseHead& head) override {
    downstream_.codec.EncodeInformational(head);
  }
  void OnResponseHead(const ResponseHead& head) override {
    downstream_.codec.EncodeResponseHead(head, false);
  }
  void OnBody(std::string_view bytes) override {
    OUTRIGGER_CHECK(!bytes.empty());
    downstream_.codec.EncodeBody(bytes);
  }
  void OnTrailers(const HeaderMap& trailers) override {
    downstream_.codec.EncodeEnd(&trailers);
    has_trailers_ = true;
  }
  void OnMessageEnd() override {
    if (!has_trailers_) downstream_.codec.EncodeEnd(nullptr);
    is_complete = true;
  }
  void OnMessageError(const Error&) override { downstream_.codec.ResetStream(); }

  std::string TakeOutput() { return downstream_.TakeOutput(); }

 private:
  ServerProbe downstream_;
  SlabPool slabs_;
  ByteBuffer to_upstream_{slabs_};
  bool has_trailers_ = false;

 public:
  ClientCodec codec;
  bool is_complete = false;
};

std::string Run(std::string_view bytes, const Asked& asked, uint64_t piece_max, Random* random) {
  ClientProbe client;
  client.Request(asked.method, asked.upgrade);
  while (!bytes.empty()) {
    const size_t piece = random == nullptr ? piece_max : 1 + random->Below(piece_max);
    client.Offer(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  client.codec.OnEof();
  return client.transcript.ToString();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Asked& asked = kAsked[data[0] % std::size(kAsked)];
  const std::string whole = Run(bytes, asked, bytes.size(), nullptr);
  FastRandom random(data[0]);
  OUTRIGGER_CHECK(Run(bytes, asked, 40, &random) == whole);
  if (size < 2048) OUTRIGGER_CHECK(Run(bytes, asked, 1, nullptr) == whole);

  Proxy proxy(asked);
  proxy.codec.Decode(bytes);
  proxy.codec.OnEof();
  const std::string forwarded = proxy.TakeOutput();
  const std::string read = Run(forwarded, asked, forwarded.size(), nullptr);
  if (proxy.is_complete) {
    OUTRIGGER_CHECK(read == whole);
  } else {
    OUTRIGGER_CHECK(!read.ends_with("end\n"));  // R15: cut off stays cut off
  }
  return 0;
}
