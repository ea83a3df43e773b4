#include "downstream/websocket_key.h"

#include <cstdint>
#include <string_view>

#include "http/syntax.h"

namespace outrigger {

namespace {

// 16 bytes in base64. They are no secret: the key only proves that somebody speaks the protocol.
std::string_view MakeKey(Random& random, Arena& arena) {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char text[24];
  for (char& c : text) c = kAlphabet[random.Below(64)];
  text[21] = kAlphabet[random.Below(4) * 16];  // the last 4 of 132 bits are none
  text[22] = text[23] = '=';
  return arena.Copy({text, sizeof text});
}

}  // namespace

void AddWebsocketKey(Random& random, Arena& arena, http::RequestHead& request) {
  constexpr std::string_view kField = "sec-websocket-key";
  if (!http::EqualsIgnoringCase(request.upgrade, "websocket")) return;
  if (request.headers.Get(kField).has_value()) return;
  request.headers.Add(kField, MakeKey(random, arena));
}

}  // namespace outrigger
