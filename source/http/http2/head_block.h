// The fields of one header block while HPACK decodes it: limits, pseudo-fields, cookies, and the
// head or the trailers that come out.
//
// Every field is charged its bytes and 32 more, each cookie crumb too (R33); once a limit is passed
// nothing is kept any more. Cookie crumbs become one field (RFC 9113 8.2.3). What nghttp2 has
// checked before (order, charset and set of pseudo-fields, connection-specific fields; R38) is not
// checked again.
//
// Owned by a session: header blocks of one connection never interleave. Views of a finished head
// are valid until Start. Thread: worker. Source: RFC 9113 8.2, 8.3.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "http/codec.h"
#include "http/error.h"
#include "http/message.h"

namespace outrigger::http::http2 {

class HeadBlock {
 public:
  // A block this many times too large is not decoded to its end.
  static constexpr size_t kHopelessFactor = 4;

  HeadBlock(SlabPool& slabs, const CodecLimits& limits, bool allows_connect = false)
      : limits_(limits), allows_connect_(allows_connect), arena_(slabs) {}

  void Start();
  void Add(std::string_view name, std::string_view value);
  bool is_over_limits() const;
  // To go on decoding would cost more than any answer is worth.
  bool is_hopeless() const;

  // The head, or what is wrong with it. `ends` tells that no body follows.
  std::optional<Error> TakeRequest(bool ends, RequestHead& head);
  std::optional<Error> TakeResponse(bool ends, ResponseHead& head);
  std::optional<Error> TakeTrailers(HeaderMap& trailers);

 private:
  struct Pseudo {
    std::string_view method, path, authority, status, protocol;
  };
  void AddPseudo(std::string_view name, std::string_view value);
  void AddCookie(std::string_view value);
  std::optional<Error> CheckLimits(Side side);
  std::optional<Error> TakeTarget(bool ends, RequestHead& head) const;
  std::optional<Error> TakeConnect(bool ends, RequestHead& head) const;
  std::optional<Error> TakeAuthority(RequestHead& head) const;
  static std::optional<Error> TakeExpectation(bool ends, RequestHead& head);

  const CodecLimits limits_;
  const bool allows_connect_;
  Arena arena_;
  Pseudo pseudo_;
  HeaderMap fields_;
  std::string cookie_;
  size_t bytes_ = 0;
  size_t field_count_ = 0;  // cookie crumbs together are one
};

}  // namespace outrigger::http::http2
