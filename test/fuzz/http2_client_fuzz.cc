// Bytes of an HTTP/2 service: every request of ours ends once, with a response or an error.
//
// The first byte seeds what we do and how the bytes are cut; an even one puts empty SETTINGS in
// front.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "test/support/http2_peer.h"
#include "test/unit/http/http2/http2_probe.h"

namespace {

using namespace outrigger;
using namespace outrigger::http;
using namespace outrigger::http::http2;

void Start(ClientProbe& client, Random& random) {
  if (client.codec.free_streams() == 0) return;
  static constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST"};
  const bool has_body = random.Below(2) == 0;
  SentRequest& request = client.Send(kMethods[random.Below(3)], "/", has_body);
  if (!has_body) return;
  request.stream->EncodeBody(std::string(random.Below(100'000), 'x'));
  if (random.Below(2) == 0) request.stream->EncodeEnd(nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  FastRandom random(data[0]);
  std::string bytes;
  if (data[0] % 2 == 0) bytes = test::FrameBytes(test::kSettings, 0, 0);
  bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  ClientProbe client;
  for (int i = 0; i < 3; ++i) Start(client, random);
  client.codec.OnTurnEnd();
  for (std::string_view rest = bytes; !rest.empty();) {
    const size_t piece = std::min<size_t>(rest.size(), 1 + random.Below(200));
    client.codec.Decode(rest.substr(0, piece));
    rest.remove_prefix(piece);
    if (random.Below(4) > 0) continue;
    if (random.Below(2) == 0) Start(client, random);
    client.codec.OnTurnEnd();
    client.TakeOutput();
  }
  client.codec.OnEof();
  for (const auto& request : client.requests) OUTRIGGER_CHECK(request->heard.is_over());
  return 0;
}
