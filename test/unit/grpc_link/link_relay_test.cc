#include "grpc_link/link_relay.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/slab.h"
#include "cluster/cluster_stats.h"
#include "net/socket.h"

namespace outrigger {
namespace {

using testing::HasSubstr;

// A relay to a listening socket of the test's own; one loop, turned by hand.
class LinkRelayTest : public testing::Test {
 protected:
  LinkRelayTest() {
    const Address any = *Address::FromIp("127.0.0.1", 0);
    listen_ = OwnedDescriptor(sockets_.Open(any));
    EXPECT_EQ(sockets_.Bind(listen_.get(), any), 0);
    EXPECT_EQ(sockets_.Listen(listen_.get(), 16), 0);
    endpoint_ = sockets_.LocalAddress(listen_.get());
  }

  bool Until(const std::function<bool()>& is_true) {
    const MonotonicTime end = clock_.Now() + std::chrono::seconds(20);
    while (!is_true()) {
      if (clock_.Now() > end) return false;
      loop_.RunOnce(std::chrono::milliseconds(20));
    }
    return true;
  }
  RelayTarget Target() const {
    RelayTarget target;
    target.endpoint = endpoint_;
    target.stats = scope_;
    return target;
  }
  void Open() {
    relays_.Open(Target(), [this](absl::StatusOr<OwnedDescriptor> opened) {
      if (opened.ok()) {
        grpc_end_ = *std::move(opened);
      } else {
        error_ = opened.status();
      }
    });
  }
  // Both ends connected.
  bool OpenBoth() {
    Open();
    return Until([&] {
      if (server_end_.get() < 0) {
        server_end_ = OwnedDescriptor(std::max(sockets_.Accept(listen_.get(), peer_), -1));
      }
      return server_end_.get() >= 0 && grpc_end_.get() >= 0;
    });
  }
  // The relay's own descriptor of the connection that the server has accepted.
  int ClientEnd() {
    for (int fd = 0; fd < 1024; ++fd) {
      if (fd != server_end_.get() && sockets_.LocalAddress(fd) == peer_) return fd;
    }
    return -1;
  }
  static int Option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
  }
  // What the descriptor has to say right now is appended; true at end of stream.
  static bool ReadInto(std::string& all, const OwnedDescriptor& from) {
    char piece[65536];
    ssize_t count = 0;
    while ((count = read(from.get(), piece, sizeof piece)) > 0) {
      all.append(piece, static_cast<size_t>(count));
    }
    return count == 0;
  }
  static size_t WriteAll(const OwnedDescriptor& to, std::string_view bytes) {
    const ssize_t count = write(to.get(), bytes.data(), bytes.size());
    return count < 0 ? 0 : static_cast<size_t>(count);
  }

  SystemClock clock_;
  EventLoop loop_{clock_};
  SystemSockets sockets_;
  SlabPool slabs_;
  std::vector<char> scratch_ = std::vector<char>(NetContext::kReadScratchBytes);
  NetContext net_{loop_, sockets_, slabs_, scratch_.data()};
  LinkRelays relays_{net_};
  Address endpoint_;
  Address peer_;  // of the accepted connection
  std::shared_ptr<stats::Scope> scope_ = std::make_shared<stats::Scope>(kClusterFamily, "xds");
  OwnedDescriptor listen_;
  OwnedDescriptor server_end_;
  OwnedDescriptor grpc_end_;
  absl::Status error_;
};

TEST_F(LinkRelayTest, CarriesBytesBothWays) {
  ASSERT_TRUE(OpenBoth());
  ASSERT_EQ(WriteAll(grpc_end_, "to the server"), 13u);
  ASSERT_EQ(WriteAll(server_end_, "to grpc"), 7u);
  std::string at_server;
  std::string at_grpc;
  EXPECT_TRUE(Until([&] {
    ReadInto(at_server, server_end_);
    ReadInto(at_grpc, grpc_end_);
    return at_server == "to the server" && at_grpc == "to grpc";
  }));
}

TEST_F(LinkRelayTest, ClosesTheServerSideWhenGrpcCloses) {
  ASSERT_TRUE(OpenBoth());
  ASSERT_EQ(WriteAll(grpc_end_, "last words"), 10u);
  grpc_end_ = OwnedDescriptor();
  std::string at_server;
  EXPECT_TRUE(Until([&] { return ReadInto(at_server, server_end_); }));
  EXPECT_EQ(at_server, "last words");
  EXPECT_TRUE(Until([&] { return relays_.size() == 0; }));
}

TEST_F(LinkRelayTest, ClosesTheGrpcSideWhenTheServerCloses) {
  ASSERT_TRUE(OpenBoth());
  ASSERT_EQ(WriteAll(server_end_, "goodbye"), 7u);
  server_end_ = OwnedDescriptor();
  std::string at_grpc;
  EXPECT_TRUE(Until([&] { return ReadInto(at_grpc, grpc_end_); }));
  EXPECT_EQ(at_grpc, "goodbye");
  EXPECT_TRUE(Until([&] { return relays_.size() == 0; }));
}

TEST_F(LinkRelayTest, AReaderThatIsSlowStopsTheWriterAndLosesNothing) {
  ASSERT_TRUE(OpenBoth());
  const std::string piece(65536, 'x');
  size_t sent = 0;
  // Ends because the relay does not buffer without bound: sockets and water marks fill up.
  int turns_without_progress = 0;
  while (turns_without_progress < 20) {
    const size_t taken = WriteAll(server_end_, piece);
    sent += taken;
    turns_without_progress = taken == 0 ? turns_without_progress + 1 : 0;
    loop_.RunOnce(Duration::zero());
    ASSERT_LT(sent, size_t{256} * 1024 * 1024);
  }
  std::string at_grpc;
  EXPECT_TRUE(Until([&] {
    ReadInto(at_grpc, grpc_end_);
    return at_grpc.size() == sent;
  }));
}

TEST_F(LinkRelayTest, P16_TheKernelNoticesWhenASilentServerIsGone) {
  ASSERT_TRUE(OpenBoth());
  const int fd = ClientEnd();
  ASSERT_GE(fd, 0);
  EXPECT_EQ(Option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(Option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 30);
  EXPECT_EQ(Option(fd, IPPROTO_TCP, TCP_KEEPINTVL), 5);
  EXPECT_EQ(Option(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
  EXPECT_EQ(Option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 45'000);
}

TEST_F(LinkRelayTest, CountsAsAnUpstreamConnectionOfItsCluster) {
  ASSERT_TRUE(OpenBoth());
  EXPECT_EQ(scope_->Sum(kUpstreamCxTotal), 1u);
  EXPECT_EQ(scope_->Sum(kUpstreamCxActive), 1u);
  ASSERT_EQ(WriteAll(server_end_, "goodbye"), 7u);
  server_end_ = OwnedDescriptor();
  ASSERT_TRUE(Until([&] { return relays_.size() == 0; }));
  EXPECT_EQ(scope_->Sum(kUpstreamCxActive), 0u);
  EXPECT_EQ(scope_->Sum(kUpstreamCxDestroyRemote), 1u);
  EXPECT_EQ(scope_->Sum(kUpstreamCxDestroyLocal), 0u);
  EXPECT_EQ(scope_->Sum(kUpstreamCxRxBytesTotal), 7u);
}

TEST_F(LinkRelayTest, AFailedConnectNamesAddressAndReason) {
  endpoint_ = *Address::FromPath("/nonexistent/xds.sock");
  Open();
  ASSERT_TRUE(Until([&] { return !error_.ok(); }));
  EXPECT_EQ(error_.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error_.message()),
              HasSubstr("/nonexistent/xds.sock: No such file or directory"));
  EXPECT_TRUE(Until([&] { return relays_.size() == 0; }));
  EXPECT_EQ(scope_->Sum(kUpstreamCxConnectFail), 1u);
}

TEST_F(LinkRelayTest, OneRelayMoreThanTheLimitIsRefused) {
  endpoint_ = *Address::FromPath("/nonexistent/xds.sock");
  for (size_t i = 0; i < LinkRelays::kRelaysMax; ++i) Open();
  EXPECT_TRUE(error_.ok());
  Open();
  EXPECT_EQ(error_.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Until([&] { return relays_.size() == 0; }));
}

TEST_F(LinkRelayTest, RelaysMayBeDestroyedWhileTheyConnectAndCarry) {
  LinkRelays relays(net_);
  relays.Open(Target(), [](absl::StatusOr<OwnedDescriptor>) {});
  ASSERT_TRUE(OpenBoth());
  relays.Open(Target(), [](absl::StatusOr<OwnedDescriptor>) {});
}

}  // namespace
}  // namespace outrigger
