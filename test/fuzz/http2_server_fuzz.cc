// Bytes of an HTTP/2 client: receivers hear what the contract allows and nothing else, whatever
// they do meanwhile, and everything ends with the connection.
//
// The first byte seeds what receivers do and how the bytes are cut; an even one puts the preface
// and empty SETTINGS in front.
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

// One of the things that an exchange may do at an event.
void Act(ServedRequest& request, Random& random) {
  if (request.is_let_go) return;
  switch (random.Below(8)) {
    case 0:
      request.Respond(200, "early");
      break;
    case 1:
      request.encoder->PauseBody();
      break;
    case 2:
      request.encoder->ResumeBody();
      break;
    case 3:
      request.encoder->ResetStream();
      request.is_let_go = true;
      break;
    default:
      if (request.heard.has_ended()) request.Respond(200, std::string(random.Below(40'000), 'x'));
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  FastRandom random(data[0]);
  std::string bytes;
  if (data[0] % 2 == 0) {
    bytes = std::string(test::kPreface) + test::FrameBytes(test::kSettings, 0, 0);
  }
  bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  ServerProbe server;
  server.on_event = [&random](ServedRequest& request) { Act(request, random); };
  for (std::string_view rest = bytes; !rest.empty();) {
    const size_t piece = std::min<size_t>(rest.size(), 1 + random.Below(200));
    server.codec.Decode(rest.substr(0, piece));
    rest.remove_prefix(piece);
    if (random.Below(4) > 0) continue;
    server.codec.OnTurnEnd();
    server.TakeOutput();
    for (const auto& request : server.requests) Act(*request, random);
  }
  server.codec.OnTurnEnd();
  server.codec.OnEof();
  for (const auto& request : server.requests) {
    OUTRIGGER_CHECK(request->is_let_go || request->heard.is_over());
  }
  return 0;
}
