#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "grpc_link/byte_stream.h"
#include "test/support/http2_peer.h"
#include "test/unit/grpc_link/link_fixture.h"

namespace outrigger {
namespace {

using test::Frame;
using test::Http2Peer;

// Enough of them for gRPC to wonder how fast they could come.
constexpr int kMessages = 3'000;

class CountedMessages final : public ByteStreamEvents {
 public:
  void OnReady() override {}
  void OnMessage(std::string_view message) override { bytes += message.size(); }
  void OnClosed(const absl::Status&) override {}

  size_t bytes = 0;
};

// The next frame of a type; notes whether a PING that is no answer comes before it.
std::optional<Frame> NextOf(Http2Peer& peer, uint8_t type, bool& is_pinged) {
  while (std::optional<Frame> frame = peer.Next()) {
    const bool is_answer = (frame->flags & test::kAck) != 0;
    if (frame->type == type && (type != test::kPing || is_answer)) return frame;
    is_pinged |= frame->type == test::kPing && !is_answer;
  }
  ADD_FAILURE() << "no frame of type " << int{type};
  return std::nullopt;
}

// A server that answers a call with many messages and asks for a sign of life behind each: returns
// whether it was pinged meanwhile.
bool IsPinged(test::RawListener& listener, std::string_view message) {
  bool is_pinged = false;
  Http2Peer peer = Http2Peer::Accept(listener);
  const std::optional<Frame> head = NextOf(peer, test::kHeaders, is_pinged);
  if (!head.has_value()) return false;
  peer.SendHead(head->stream, {{":status", "200"}, {"content-type", "application/grpc"}}, false);
  const auto size = static_cast<uint32_t>(message.size());
  const std::string framed = '\0' + test::Number32(size) + std::string(message);
  for (int i = 0; i < kMessages; ++i) {
    peer.Send(test::kData, 0, head->stream, framed);
    peer.Send(test::kPing, 0, 0, "are you?");
    if (!NextOf(peer, test::kPing, is_pinged).has_value()) break;
  }
  return is_pinged;
}

TEST(LinkPingsTest, P16_MessagesAreNoReasonForAPing) {
  test::RawListener listener;
  LinkFixture client(listener.port());
  CountedMessages events;
  const ByteStream stream(client.control, *client.link, client.completions, {"/a.B/C", {}}, events);
  const std::string message(1'000, 'm');
  std::atomic<bool> is_over = false;
  bool is_pinged = true;
  std::thread server([&] {
    is_pinged = IsPinged(listener, message);
    is_over = true;
  });
  EXPECT_TRUE(
      client.Until([&] { return is_over.load() && events.bytes == kMessages * message.size(); }));
  server.join();
  EXPECT_FALSE(is_pinged);
}

}  // namespace
}  // namespace outrigger
