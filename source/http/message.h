// The parsed heads of a request and a response: the one canonical view that matchers, filters, logs
// and encoders share, whatever protocol the message came by.
//
// Views point into the exchange's arena. Framing fields (Content-Length, Transfer-Encoding,
// Connection and the fields it names, Keep-Alive, Proxy-Connection, TE except trailers, Upgrade)
// are not in `headers`: the codec consumed them, and the next codec writes its own (R9).
//
// A tunnel has one form, that of HTTP/1: `upgrade` names the protocol asked for and the answer is
// 101, also where HTTP/2 says extended CONNECT and 200 (RFC 8441); CONNECT has no path.
//
// Thread: worker.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "http/header_map.h"

namespace outrigger::http {

enum class Version : uint8_t { kHttp10, kHttp11, kHttp2 };

// How much body follows a head, decided by the codec that read it (RFC 9112 6.3).
struct BodyLength {
  enum class Kind : uint8_t {
    kNone,     // no body, no trailers: the head ends the message
    kKnown,    // `bytes` follow
    kUnknown,  // chunked, HTTP/2 without content-length, or until the connection closes
  };
  Kind kind = Kind::kNone;
  uint64_t bytes = 0;

  bool operator==(const BodyLength&) const = default;
};

// Field names as they were written, where they hold capitals and somebody wants them kept.
using OriginalNames = std::vector<std::string_view>;

struct RequestHead {
  std::string_view method;
  std::string_view path;       // origin form with query: "/a/b?c"; "*" for OPTIONS *
  std::string_view authority;  // Host or :authority; may be empty for HTTP/1.0
  std::string_view scheme;     // "http" or "https", of the downstream connection
  Version version = Version::kHttp11;
  HeaderMap headers;  // without Host
  OriginalNames original_names;
  std::string_view upgrade;  // what the connection is to become: "websocket"; mostly empty
  BodyLength body;
  bool expects_continue = false;
  // A random number of the exchange's own, for whatever concerns a share of all requests: which
  // route, which cluster. Codecs leave it alone.
  uint64_t draw = 0;

  bool is_head() const { return method == "HEAD"; }
  bool is_connect() const { return method == "CONNECT"; }
  // What follows is no body, but the bytes of a tunnel if the answer opens it (R53).
  bool asks_for_tunnel() const { return !upgrade.empty() || is_connect(); }
  void Clear();
};

struct ResponseHead {
  uint16_t status = 0;
  Version version = Version::kHttp11;
  HeaderMap headers;
  OriginalNames original_names;
  std::string_view upgrade;  // with 101: what the connection becomes
  BodyLength body;
  // 101, or 2xx to CONNECT: what follows are the bytes of a tunnel, both ways.
  bool opens_tunnel = false;
  // What a Content-Length said on a message that has no body (HEAD, 304): passed on, not framing.
  std::optional<uint64_t> announced_length;

  bool is_informational() const { return status >= 100 && status < 200 && !opens_tunnel; }
  // What content-length says where no body may follow (HEAD, 304), if anything: what the same
  // response to a GET would say (RFC 9110 8.6). Never with 204.
  std::optional<uint64_t> bodyless_length() const {
    if (status == 204) return std::nullopt;
    return body.kind == BodyLength::Kind::kKnown ? body.bytes : announced_length;
  }
  void Clear();
};

}  // namespace outrigger::http
