#include "compiler/bind_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>

#include "envoy/config/core/v3/address.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::core::v3::BindConfig;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Compiled<ClientSockets> Compile(std::string_view yaml) {
  return CompileLikeReceived<ClientSockets>(
      FromYaml<BindConfig>(yaml), [](const BindConfig& proto, ValidationErrors& errors) {
        auto sockets = std::make_shared<const ClientSockets>(CompileBind(proto, errors));
        return errors.ok() ? sockets : nullptr;
      });
}

ClientSockets Good(std::string_view yaml) {
  const auto compiled = Compile(yaml);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? ClientSockets() : *compiled.value;
}

Mistakes Wrong(std::string_view yaml) { return Compile(yaml).mistakes; }

std::vector<std::pair<int, int>> NamesOf(const SocketOptions& options) {
  std::vector<std::pair<int, int>> names;
  for (const SocketOption& option : options) names.emplace_back(option.level, option.name);
  return names;
}

constexpr std::string_view kBoth =
    "{source_address: {address: 127.0.0.6, port_value: 0}, extra_source_addresses: [{address: "
    "{address: '::6', port_value: 0}}]}";

TEST(BindCompilerTest, EachFamilyHasItsSource) {
  const ClientSockets sockets = Good(kBoth);
  ASSERT_EQ(sockets.size(), 2u);
  const auto source_for = [&sockets](const char* host) {
    return SocketFor(sockets, *Address::FromIp(host, 80)).source.ip();
  };
  EXPECT_EQ(source_for("10.0.0.1"), "127.0.0.6");
  EXPECT_EQ(source_for("2001:db8::1"), "::6");
}

TEST(BindCompilerTest, AFamilyWithoutASourceHasTheFirst) {
  const ClientSockets sockets = Good("{source_address: {address: 127.0.0.6, port_value: 0}}");
  EXPECT_EQ(SocketFor(sockets, *Address::FromIp("::1", 80)).source.ip(), "127.0.0.6");
}

TEST(BindCompilerTest, PortsAreChosenLateUnlessTheyAreNamed) {
  const auto options = [](std::string_view yaml) { return NamesOf(Good(yaml)[0].options); };
  EXPECT_THAT(options("{source_address: {address: 127.0.0.6, port_value: 0}}"),
              ElementsAre(std::pair(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT)));
  EXPECT_THAT(options("{source_address: {address: 127.0.0.6, port_value: 7}}"), IsEmpty());
}

TEST(BindCompilerTest, AddressesThatAreNotThereYetAreForFreeBinds) {
  EXPECT_THAT(
      NamesOf(
          Good("{source_address: {address: 10.9.9.9, port_value: 7}, freebind: true}")[0].options),
      ElementsAre(std::pair(IPPROTO_IP, IP_FREEBIND)));
  EXPECT_THAT(
      NamesOf(Good("{source_address: {address: '::9', port_value: 7}, freebind: true}")[0].options),
      ElementsAre(std::pair(IPPROTO_IPV6, IPV6_FREEBIND)));
}

TEST(BindCompilerTest, SocketsHaveTheOptionsOfTheirSource) {
  const ClientSockets sockets = Good(
      "{source_address: {address: 127.0.0.6, port_value: 7}, socket_options: [{level: 1, "
      "name: 36, int_value: 5}], extra_source_addresses: [{address: {address: '::6', "
      "port_value: 7}, socket_options: {socket_options: [{level: 1, name: 12, int_value: "
      "5}]}}]}");
  EXPECT_THAT(NamesOf(sockets[0].options), ElementsAre(std::pair(1, 36)));
  EXPECT_THAT(NamesOf(sockets[1].options), ElementsAre(std::pair(1, 12)));
  // Those of the first where it has none of its own.
  const ClientSockets shared = Good(
      "{source_address: {address: 127.0.0.6, port_value: 7}, socket_options: [{level: 1, "
      "name: 36, int_value: 5}], extra_source_addresses: [{address: {address: '::6', "
      "port_value: 7}}]}");
  EXPECT_THAT(NamesOf(shared[1].options), ElementsAre(std::pair(1, 36)));
}

TEST(BindCompilerTest, OptionsAloneAreForAnySource) {
  const ClientSockets sockets = Good("{socket_options: [{level: 1, name: 36, int_value: 5}]}");
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_FALSE(sockets[0].source.is_set());
  EXPECT_THAT(NamesOf(sockets[0].options), ElementsAre(std::pair(1, 36)));
}

TEST(BindCompilerTest, EachMistakeHasItsPath) {
  EXPECT_THAT(Wrong("{source_address: {address: home, port_value: 0}}"),
              ElementsAre("source_address.address: must be an IP address, is \"home\""));
  EXPECT_THAT(Wrong("{extra_source_addresses: [{address: {address: '::6', port_value: 0}}]}"),
              ElementsAre("extra_source_addresses: must not be set without source_address"));
  EXPECT_THAT(Wrong("{source_address: {address: 127.0.0.6, port_value: 0}, "
                    "extra_source_addresses: [{address: {address: 127.0.0.7, port_value: 0}}]}"),
              ElementsAre("extra_source_addresses[0].address: must be of another family than "
                          "source_address"));
  EXPECT_THAT(Wrong("{source_address: {address: 127.0.0.6, port_value: 0}, "
                    "extra_source_addresses: [{address: {address: '::7', port_value: 0}}, "
                    "{address: {address: '::6', port_value: 0}}]}"),
              ElementsAre("extra_source_addresses: must have at most 1 item"));
}

TEST(BindCompilerTest, OtherWaysOfNamingSourcesAreRefused) {
  EXPECT_THAT(Wrong("{additional_source_addresses: [{address: '::6', port_value: 0}]}"),
              ElementsAre(HasSubstr("additional_source_addresses: is not supported: ")));
  EXPECT_THAT(Wrong("{local_address_selector: {name: x, typed_config: {'@type': "
                    "type.googleapis.com/envoy.config.core.v3.Node}}}"),
              ElementsAre(HasSubstr("local_address_selector: is not supported: ")));
}

}  // namespace
}  // namespace outrigger::compiler
