// R70: odd addresses and ports, wherever a resource names one. What is taken and what is refused
// was read off a running Envoy 1.40 (`--mode validate`), but for the last lines of kTexts.
#include <fmt/format.h>

#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using envoy::config::core::v3::SocketAddress;
using Hcm = envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
using testing::HasSubstr;

struct Text {
  std::string_view text;
  bool is_taken;
};

constexpr Text kTexts[] = {
    {"fe80::1%lo", true},
    {"fe80::1%1", true},
    {"fe80::1%0", true},
    {"fe80::1%nosuch", false},
    {"fe80::1%", false},
    {"fe80::1%99999999999", false},
    {"fe80::1%lo%lo", false},
    {"127.0.0.1%lo", false},
    {"::ffff:127.0.0.1", true},
    {"::FFFF:7f00:1", true},
    {"::", true},
    {"0.0.0.0", true},
    {"localhost", false},
    {"", false},
    {"127.0.0.1 ", false},
    {"127.1", false},
    {"0127.0.0.1", false},
    {"0x7f.0.0.1", false},
    {"1.2.3.4.5", false},
    {"256.0.0.1", false},
    {"[::1]", false},
    {"::1/64", false},
    {"1.2.3.4/32", false},
    {"::g", false},
    {"example.com", false},
    {"/run/x.sock", false},
    {"@x", false},
    // Cut off there by Envoy: nobody means it.
    {std::string_view("127.0.0.1\0x", 11), false},
};

class OddAddressesTest : public ConfigurationTest {
 protected:
  // What is wrong with it; empty: nothing.
  std::string ErrorOf(std::string_view type_url, const std::string& bytes) {
    const xds::Verdict verdict = Push(type_url, {{"odd", bytes}});
    return verdict.errors.empty() ? "" : verdict.errors.at(0).message;
  }
  static SocketAddress Socket(std::string_view host, uint32_t port) {
    SocketAddress socket;
    socket.set_address(std::string(host));
    socket.set_port_value(port);
    return socket;
  }
  std::string ListenerError(const SocketAddress& socket, const Hcm& hcm_fields = {}) {
    envoy::config::listener::v3::Listener listener;
    EXPECT_TRUE(listener.ParseFromString(test::ListenerBytes(test::ListenerYaml("odd", "r"))));
    *listener.mutable_address()->mutable_socket_address() = socket;
    auto& any = *listener.mutable_filter_chains(0)->mutable_filters(0)->mutable_typed_config();
    any.set_value(any.value() + hcm_fields.SerializeAsString());  // merges them
    return ErrorOf(kListenerType, listener.SerializeAsString());
  }
  std::string EndpointError(const SocketAddress& socket) {
    envoy::config::endpoint::v3::ClusterLoadAssignment assignment;
    assignment.set_cluster_name("odd");
    auto& endpoint = *assignment.add_endpoints()->add_lb_endpoints()->mutable_endpoint();
    *endpoint.mutable_address()->mutable_socket_address() = socket;
    return ErrorOf(kEndpointType, assignment.SerializeAsString());
  }
  std::string RangeError(std::string_view prefix, uint32_t bits) {
    Hcm hcm;
    auto& range = *hcm.mutable_internal_address_config()->add_cidr_ranges();
    range.set_address_prefix(std::string(prefix));
    range.mutable_prefix_len()->set_value(bits);
    return ListenerError(Socket("127.0.0.1", 0), hcm);
  }
  void SetUp() override { PushCluster("odd"); }
};

TEST_F(OddAddressesTest, R70_AddressesOfListenersAreThoseOfEnvoy) {
  for (const Text& line : kTexts) {
    const std::string error = ListenerError(Socket(line.text, 80));
    EXPECT_EQ(error.empty(), line.is_taken) << line.text << ": " << error;
    if (!line.is_taken) {
      EXPECT_THAT(error, HasSubstr("address.socket_address.address: "));
    }
  }
}

TEST_F(OddAddressesTest, R70_AddressesOfEndpointsAreThoseOfEnvoy) {
  for (const Text& line : kTexts) {
    const std::string error = EndpointError(Socket(line.text, 80));
    EXPECT_EQ(error.empty(), line.is_taken) << line.text << ": " << error;
    if (!line.is_taken) {
      EXPECT_THAT(error, HasSubstr("address.socket_address.address: "));
    }
  }
}

TEST_F(OddAddressesTest, R70_PrefixesOfRangesAreThoseOfEnvoy) {
  for (const Text& line : kTexts) {
    const std::string error = RangeError(line.text, 8);
    EXPECT_EQ(error.empty(), line.is_taken) << line.text << ": " << error;
    if (!line.is_taken) {
      EXPECT_THAT(error, HasSubstr("cidr_ranges[0].address_prefix: "));
    }
  }
}

TEST_F(OddAddressesTest, R70_LengthsOfRangesEndAtTheirAddresses) {
  for (const uint32_t bits : {0u, 1u, 32u}) EXPECT_EQ(RangeError("10.0.0.0", bits), "") << bits;
  for (const uint32_t bits : {0u, 33u, 128u}) EXPECT_EQ(RangeError("::1", bits), "") << bits;
  for (const uint32_t bits : {33u, 128u, 129u, UINT32_MAX}) {
    EXPECT_THAT(RangeError("10.0.0.0", bits), HasSubstr("cidr_ranges[0].prefix_len: ")) << bits;
  }
  for (const uint32_t bits : {129u, UINT32_MAX}) {
    EXPECT_THAT(RangeError("::1", bits), HasSubstr("cidr_ranges[0].prefix_len: ")) << bits;
  }
}

TEST_F(OddAddressesTest, R70_PortsAreThoseOfEnvoy) {
  for (const uint32_t port : {0u, 1u, 65535u}) {
    EXPECT_EQ(ListenerError(Socket("127.0.0.1", port)), "") << port;
    EXPECT_EQ(EndpointError(Socket("127.0.0.1", port)), "") << port;
  }
  for (const uint32_t port : {65536u, 65616u, UINT32_MAX}) {
    const auto is_named = HasSubstr("address.socket_address.port_value: ");
    EXPECT_THAT(ListenerError(Socket("127.0.0.1", port)), is_named) << port;
    EXPECT_THAT(EndpointError(Socket("127.0.0.1", port)), is_named) << port;
  }
}

TEST_F(OddAddressesTest, R70_APortByNameOrNoneIsRefused) {
  SocketAddress named = Socket("127.0.0.1", 0);
  named.set_named_port("http");
  SocketAddress none = Socket("127.0.0.1", 0);
  none.clear_port_value();
  for (const SocketAddress& socket : {named, none}) {
    EXPECT_THAT(ListenerError(socket), HasSubstr("address.socket_address"));
    EXPECT_THAT(EndpointError(socket), HasSubstr("address.socket_address"));
  }
}

}  // namespace
}  // namespace outrigger::compiler
