#include "compiler/socket_options_compiler.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "envoy/config/listener/v3/listener.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::core::v3::TcpKeepalive;
using envoy::config::listener::v3::Listener;
using testing::ElementsAre;
using testing::IsEmpty;
using When = SocketOption::When;

SocketOptions Keepalive(std::string_view yaml, Mistakes& mistakes) {
  ValidationErrors errors;
  SocketOptions options = CompileTcpKeepalive(FromYaml<TcpKeepalive>(yaml), errors);
  mistakes = errors.messages();
  return options;
}

SocketOptions Options(std::string_view items, Mistakes& mistakes) {
  const auto proto = FromYaml<Listener>("socket_options: [" + std::string(items) + "]");
  ValidationErrors errors;
  SocketOptions options = CompileSocketOptions(proto.socket_options(), errors);
  mistakes = errors.messages();
  return options;
}

SocketOptions Good(std::string_view items) {
  Mistakes mistakes;
  SocketOptions options = Options(items, mistakes);
  EXPECT_THAT(mistakes, IsEmpty());
  return options;
}

Mistakes Wrong(std::string_view items) {
  Mistakes mistakes;
  static_cast<void>(Options(items, mistakes));
  return mistakes;
}

TEST(SocketOptionsCompilerTest, KeepaliveIsWhatIsSaidOfIt) {
  Mistakes mistakes;
  EXPECT_THAT(Keepalive("{}", mistakes), ElementsAre(NumberOption(SOL_SOCKET, SO_KEEPALIVE, 1)));
  EXPECT_THAT(
      Keepalive("{keepalive_probes: 127, keepalive_time: 32767, keepalive_interval: 3}", mistakes),
      ElementsAre(NumberOption(SOL_SOCKET, SO_KEEPALIVE, 1),
                  NumberOption(IPPROTO_TCP, TCP_KEEPCNT, 127),
                  NumberOption(IPPROTO_TCP, TCP_KEEPIDLE, 32767),
                  NumberOption(IPPROTO_TCP, TCP_KEEPINTVL, 3)));
  EXPECT_THAT(mistakes, IsEmpty());
}

TEST(SocketOptionsCompilerTest, AZeroSwitchesKeepaliveOff) {
  Mistakes mistakes;
  EXPECT_THAT(Keepalive("{keepalive_probes: 0}", mistakes), IsEmpty());
  EXPECT_THAT(Keepalive("{keepalive_probes: 3, keepalive_time: 0}", mistakes), IsEmpty());
  EXPECT_THAT(Keepalive("{keepalive_interval: 0}", mistakes), IsEmpty());
  EXPECT_THAT(mistakes, IsEmpty());
}

TEST(SocketOptionsCompilerTest, KeepaliveHasTheLimitsOfTheKernel) {
  Mistakes mistakes;
  Keepalive("{keepalive_probes: 128, keepalive_time: 32768, keepalive_interval: 32768}", mistakes);
  EXPECT_THAT(mistakes,
              ElementsAre("keepalive_probes: must be at most 127: the kernel takes no more",
                          "keepalive_time: must be at most 32767: the kernel takes no more",
                          "keepalive_interval: must be at most 32767: the kernel takes no more"));
}

TEST(SocketOptionsCompilerTest, OptionsAreNumbersOrBytesAndHaveTheirTime) {
  SocketOption bytes = NumberOption(6, 23, 0);
  bytes.value = "abc";
  bytes.when = When::kListening;
  SocketOption bound = NumberOption(1, 8, -5);
  bound.when = When::kBound;
  EXPECT_THAT(Good("{level: 1, name: 9, int_value: 1}, "
                   "{level: 1, name: 8, int_value: -5, state: STATE_BOUND}, "
                   "{level: 6, name: 23, buf_value: YWJj, state: STATE_LISTENING}"),
              ElementsAre(NumberOption(1, 9, 1), bound, bytes));
}

TEST(SocketOptionsCompilerTest, OptionsOfDatagramsAreLeftOut) {
  EXPECT_THAT(Good("{level: 1, name: 9, int_value: 1, type: {datagram: {}}}, "
                   "{level: 1, name: 8, int_value: 2, type: {stream: {}, datagram: {}}}"),
              ElementsAre(NumberOption(1, 8, 2)));
}

TEST(SocketOptionsCompilerTest, NumbersFitTheSystemCall) {
  EXPECT_THAT(
      Wrong("{level: 2147483648, name: -2147483649, int_value: 4294967296}"),
      ElementsAre("socket_options[0].level: must be between -2147483648 and 2147483647",
                  "socket_options[0].name: must be between -2147483648 and 2147483647",
                  "socket_options[0].int_value: must be between -2147483648 and 2147483647"));
}

TEST(SocketOptionsCompilerTest, BytesHaveALimit) {
  // 'AAAA' is three bytes in base64.
  std::string bytes;
  for (int i = 0; i < 1366; ++i) bytes += "AAAA";
  EXPECT_THAT(Wrong("{level: 1, name: 9, buf_value: " + bytes + "}"),
              ElementsAre("socket_options[0].buf_value: must have at most 4096 bytes"));
}

TEST(SocketOptionsCompilerTest, ThereAreAtMost64Options) {
  std::string items;
  for (int i = 0; i < 65; ++i) items += "{level: 1, name: 9, int_value: 1},";
  EXPECT_THAT(Wrong(items), ElementsAre("socket_options: must have at most 64 items"));
}

}  // namespace
}  // namespace outrigger::compiler
