#include "grpc_link/link.h"

#include <grpcpp/channel.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "test/unit/grpc_link/link_fixture.h"

namespace outrigger {
namespace {

// A server of bare sockets: what it says is what the test writes.
class LinkTest : public testing::Test {
 protected:
  LinkTest() {
    const Address any = *Address::FromIp("127.0.0.1", 0);
    listen_ = OwnedDescriptor(sockets_.Open(any));
    EXPECT_EQ(sockets_.Bind(listen_.get(), any), 0);
    EXPECT_EQ(sockets_.Listen(listen_.get(), 16), 0);
    link_.emplace(sockets_.LocalAddress(listen_.get()).port());
  }

  // Opens a channel and hands back the server's end of its connection.
  OwnedDescriptor Connect() {
    bool is_open = false;
    link_->link->Open([&](absl::StatusOr<std::shared_ptr<grpc::Channel>> channel) {
      is_open = channel.ok();
      if (channel.ok()) channel_ = *std::move(channel);
    });
    EXPECT_TRUE(link_->Until([&] { return is_open; }));
    Address peer;
    return OwnedDescriptor(sockets_.Accept(listen_.get(), peer));
  }
  void SendRequestForCalm(const OwnedDescriptor& server_end) {
    const std::string_view bytes("\0\0\0\4\0\0\0\0\0\0\0\x08\7\0\0\0\0\0\0\0\0\0\0\0\0\x0b", 26);
    EXPECT_EQ(send(server_end.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), 26);
  }

  SystemSockets sockets_;
  OwnedDescriptor listen_;
  std::optional<LinkFixture> link_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(LinkTest, P16_AServerThatAsksForCalmGetsHalfAsManyPings) {
  EXPECT_EQ(link_->link->keep_alive(), Link::kKeepAliveFirst);
  const OwnedDescriptor server_end = Connect();
  SendRequestForCalm(server_end);
  EXPECT_TRUE(link_->Until([&] { return link_->link->keep_alive() == 2 * Link::kKeepAliveFirst; }));
}

TEST_F(LinkTest, P16_ThePingIntervalHasALimit) {
  for (Duration expected = 2 * Link::kKeepAliveFirst; expected < 4 * Link::kKeepAliveMax;
       expected *= 2) {
    const OwnedDescriptor server_end = Connect();
    SendRequestForCalm(server_end);
    ASSERT_TRUE(link_->Until(
        [&] { return link_->link->keep_alive() == std::min(expected, Link::kKeepAliveMax); }));
  }
}

}  // namespace
}  // namespace outrigger
