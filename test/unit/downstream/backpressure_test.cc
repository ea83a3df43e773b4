// Who does not read is not read for: a slow reader on one side stops the sender on the other, and
// nothing is lost when it goes on (F13).
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

constexpr size_t kBodyBytes = 64 * 1024 * 1024;
// Two water marks, what one read brings, and what the exchange itself holds.
constexpr size_t kHeldBytesMax = 384 * 1024;
constexpr int kQuietTurns = 50;

std::string MakeBody() {
  std::string body(kBodyBytes, '\0');
  uint32_t state = 1;
  for (char& byte : body) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return body;
}

class Backpressure : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { body_ = new std::string(MakeBody()); }
  static void TearDownTestSuite() { delete body_; }

  // Offers the rest of the body until nobody takes any more of it for some turns.
  void SendUntilNobodyTakes(LoopbackPeer& sender) {
    for (int quiet = 0; quiet < kQuietTurns && sent_ < kBodyBytes; ++quiet) {
      const size_t taken = sender.Send(std::string_view(*body_).substr(sent_));
      if (taken > 0) quiet = 0;
      sent_ += taken;
      http_.RunTurns(1);
      ASSERT_LE(http_.world.slabs.slabs_out() * SlabPool::kSlabBytes, kHeldBytesMax);
    }
  }
  void PassTheRest(LoopbackPeer& sender, LoopbackPeer& reader, std::string_view head) {
    SendUntilNobodyTakes(sender);
    ASSERT_LT(sent_, kBodyBytes) << "the kernel took it all: nothing was tested";
    while (reader.received().size() < head.size() + kBodyBytes) {
      sent_ += sender.Send(std::string_view(*body_).substr(sent_));
      http_.RunTurns(1);
      ASSERT_LE(http_.world.slabs.slabs_out() * SlabPool::kSlabBytes, kHeldBytesMax);
      ASSERT_TRUE(reader.Receive());
    }
    EXPECT_TRUE(std::string_view(reader.received()).substr(head.size()) == *body_);
  }

  static const std::string* body_;
  HttpWorld http_;
  size_t sent_ = 0;
};

const std::string* Backpressure::body_ = nullptr;

TEST_F(Backpressure, AServiceThatDoesNotReadStopsTheClient) {
  LoopbackPeer client = http_.Client();
  client.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kBodyBytes) +
              "\r\n\r\n");
  LoopbackPeer service = http_.Service();
  ASSERT_TRUE(http_.Receives(service, "\r\n\r\n"));
  const std::string head = service.received();
  PassTheRest(client, service, head);
  service.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(http_.Receives(client, "\r\n\r\n"));
}

TEST_F(Backpressure, AClientThatDoesNotReadStopsTheService) {
  LoopbackPeer client = http_.Client();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  LoopbackPeer service = http_.Service();
  ASSERT_TRUE(http_.Receives(service, "\r\n\r\n"));
  service.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBodyBytes) + "\r\n\r\n");
  ASSERT_TRUE(http_.Receives(client, "\r\n\r\n"));
  const std::string head = client.received();
  PassTheRest(service, client, head);
}

TEST_F(Backpressure, AClientThatGoesWhileItsServiceIsStoppedFreesEverything) {
  LoopbackPeer client = http_.Client();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  LoopbackPeer service = http_.Service();
  ASSERT_TRUE(http_.Receives(service, "\r\n\r\n"));
  service.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBodyBytes) + "\r\n\r\n");
  SendUntilNobodyTakes(service);
  client.Reset();
  EXPECT_TRUE(http_.BecomesEmpty());
}

}  // namespace
}  // namespace outrigger::test
