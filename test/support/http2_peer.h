// One end of an HTTP/2 connection in the test's hand, frame by frame: a client or a service that
// may do what none should. Frames are written and read here; only HPACK is nghttp2's. Shares no
// code with the proxy.
//
// Thread: one (each thread its own).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "test/support/raw_peer.h"

struct nghttp2_hd_deflater;
struct nghttp2_hd_inflater;

namespace outrigger::test {

// RFC 9113 6 and 7.
enum FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kRstStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};
inline constexpr uint8_t kEndStream = 1;
inline constexpr uint8_t kAck = 1;
inline constexpr uint8_t kEndHeaders = 4;
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Frame {
  uint8_t type = 0;
  uint8_t flags = 0;
  uint32_t stream = 0;
  std::string payload;

  bool ends_stream() const { return (flags & kEndStream) != 0; }
  // Of RST_STREAM, and of GOAWAY behind the last stream.
  uint32_t error_code() const;
};

std::string FrameBytes(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload = "");
std::string Number32(uint32_t number);  // big-endian

// A message as it came on one stream.
struct Http2Message {
  Fields head;
  std::string body;
  Fields trailers;
  std::optional<uint32_t> reset;  // by RST_STREAM, with this code
  bool is_complete = false;

  std::string Field(std::string_view name) const;  // empty when not there
};

class Http2Peer {
 public:
  Http2Peer();
  ~Http2Peer();
  Http2Peer(Http2Peer&&) noexcept;
  Http2Peer& operator=(Http2Peer&&) noexcept;

  // A client: preface and empty SETTINGS are sent.
  static Http2Peer ConnectTo(uint16_t port);
  // A service: SETTINGS are sent, the preface is read.
  static Http2Peer Accept(RawListener& listener, std::string_view settings = "");

  bool is_connected() const { return peer_.is_connected(); }
  RawPeer& raw() { return peer_; }
  bool Send(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload = "");
  bool SendHead(uint32_t stream, const Fields& fields, bool ends);
  // A block larger than a frame, with CONTINUATION.
  bool SendHeadInPieces(uint32_t stream, const Fields& fields, bool ends);
  std::string EncodeFields(const Fields& fields);

  // The next frame, acknowledging SETTINGS on the way; nothing when the connection ended first.
  std::optional<Frame> Next();
  // The next one of this type, others being dropped.
  std::optional<Frame> NextOf(uint8_t type);
  Fields DecodeFields(std::string_view block);
  // All of a message of this stream; frames of others are taken in, too, for a later call.
  Http2Message Read(uint32_t stream);
  // The next stream that gets a head, whose message is then at hand for Read.
  uint32_t AwaitHead();
  // Opens the peer's windows as DATA is read. On by default.
  void SetOpensWindows(bool opens) { opens_windows_ = opens; }

 private:
  bool TakeFrame();
  void Take(const Frame& frame);

  RawPeer peer_;
  nghttp2_hd_deflater* deflater_ = nullptr;
  nghttp2_hd_inflater* inflater_ = nullptr;
  std::map<uint32_t, Http2Message> messages_;
  std::vector<uint32_t> heads_;  // streams with a head that AwaitHead has not told of
  bool opens_windows_ = true;
};

// A request without a body, and one with.
Fields GetFields(const std::string& path = "/");
Fields PostFields(const std::string& path = "/");

}  // namespace outrigger::test
