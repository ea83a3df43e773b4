#include "net/bind.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "test/support/fake_sockets.h"
#include "test/support/loopback.h"
#include "test/support/own_sockets.h"

namespace outrigger {
namespace {

Address AnyPort(const char* host = "127.0.0.1") { return *Address::FromIp(host, 0); }

class BindTest : public testing::Test {
 protected:
  // A bound descriptor that the test closes at its end.
  int MustBind(const Address& address, const BindOptions& options = {}) {
    const absl::StatusOr<int> fd = BindListenSocket(sockets_, address, options);
    EXPECT_TRUE(fd.ok()) << fd.status();
    return fd.value_or(-1);
  }
  std::string ErrorOf(const Address& address) {
    const absl::StatusOr<int> fd = BindListenSocket(sockets_, address);
    return fd.ok() ? "" : std::string(fd.status().message());
  }
  Address PathInTempFolder(const char* name) const {
    return *Address::FromPath(testing::TempDir() + "outrigger_bind_" + std::to_string(getpid()) +
                              "_" + name);
  }

  FakeSockets sockets_;
};

TEST_F(BindTest, SharesAnAddressAmongOurOwnSockets) {
  const int first = MustBind(AnyPort());
  ASSERT_EQ(sockets_.Listen(first, 16), 0);
  const Address address = sockets_.LocalAddress(first);
  const int second = MustBind(address, {.is_port_ours = true});
  EXPECT_EQ(sockets_.LocalAddress(second), address);
  sockets_.Close(first);
  sockets_.Close(second);
}

TEST_F(BindTest, FindsAStrangerWhoAlsoSharesThePort) {
  const int stranger = MustBind(AnyPort());
  ASSERT_EQ(sockets_.Listen(stranger, 16), 0);
  const Address address = sockets_.LocalAddress(stranger);
  EXPECT_EQ(ErrorOf(address), "cannot bind " + address.ToString() + ": Address already in use");
  sockets_.Close(stranger);
  EXPECT_EQ(sockets_.open_descriptors(), 0u);
}

TEST_F(BindTest, GivesASocketFileItsPermissions) {
  const Address address = PathInTempFolder("mode");
  const int fd = MustBind(address, {.file_mode = 0600});
  struct stat status{};
  ASSERT_EQ(stat(address.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  sockets_.Close(fd);
  unlink(address.path().c_str());
}

TEST_F(BindTest, NamesAddressAndReasonOfEveryFailure) {
  sockets_.FailNext(SocketCall::kOpen, EMFILE);
  EXPECT_EQ(ErrorOf(AnyPort()), "cannot bind 127.0.0.1:0: Too many open files");
  sockets_.FailNext(SocketCall::kBind, EACCES);
  EXPECT_EQ(ErrorOf(AnyPort()), "cannot bind 127.0.0.1:0: Permission denied");
  sockets_.FailNext(SocketCall::kSetOption, EINVAL);
  EXPECT_EQ(ErrorOf(AnyPort()), "cannot bind 127.0.0.1:0: Invalid argument");
  EXPECT_EQ(sockets_.open_descriptors(), 0u);
}

TEST_F(BindTest, SetsTheOptionsThatAreAskedForAndNamesTheOneThatIsRefused) {
  using When = SocketOption::When;
  SocketOption keepalive = NumberOption(SOL_SOCKET, SO_KEEPALIVE, 1);
  for (const When when : {When::kBeforeBind, When::kBound, When::kListening}) {
    keepalive.when = when;
    const int fd = MustBind(AnyPort(), {.socket_options = {keepalive}});
    EXPECT_EQ(test::SocketOptionOf(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    sockets_.Close(fd);
    SocketOption refused = NumberOption(SOL_SOCKET, 9999, 1);
    refused.when = when;
    const absl::StatusOr<int> none =
        BindListenSocket(sockets_, AnyPort(), {.socket_options = {keepalive, refused}});
    EXPECT_EQ(none.status().message(),
              "cannot set socket option 1/9999 of 127.0.0.1:0: Protocol not available");
  }
  EXPECT_EQ(sockets_.open_descriptors(), 0u);
}

TEST_F(BindTest, ReplacesTheFileOfAListenerThatDied) {
  const Address path = PathInTempFolder("stale");
  sockets_.Close(MustBind(path));  // closing leaves the file
  const int fd = MustBind(path);
  sockets_.Close(fd);
  unlink(path.path().c_str());
}

TEST_F(BindTest, LeavesTheFileOfAListenerThatLives) {
  const Address path = PathInTempFolder("live");
  const int listener = MustBind(path);
  ASSERT_EQ(sockets_.Listen(listener, 16), 0);
  EXPECT_EQ(ErrorOf(path), "cannot bind " + path.path() + ": Address already in use");
  LoopbackPeer still_reachable = ConnectTo(path);
  sockets_.Close(listener);
  unlink(path.path().c_str());
}

TEST_F(BindTest, NeverRemovesAFileThatIsNoSocket) {
  const Address path = PathInTempFolder("file");
  close(open(path.path().c_str(), O_CREAT | O_WRONLY, 0600));
  EXPECT_EQ(ErrorOf(path), "cannot bind " + path.path() + ": Address already in use");
  struct stat status{};
  EXPECT_EQ(stat(path.path().c_str(), &status), 0);
  unlink(path.path().c_str());
}

TEST_F(BindTest, BindsAbstractNames) {
  const Address name = *Address::FromPath("@outrigger_bind_test_" + std::to_string(getpid()));
  const int fd = MustBind(name);
  EXPECT_EQ(sockets_.LocalAddress(fd), name);
  sockets_.Close(fd);
}

}  // namespace
}  // namespace outrigger
