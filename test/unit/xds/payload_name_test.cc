#include "xds/payload_name.h"

#include <gtest/gtest.h>

#include <string>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"

namespace outrigger::xds {
namespace {

// Whatever else it holds, before or after.
template <typename Proto>
std::string Named(const std::string& name) {
  Proto proto;
  proto.set_name(name);
  return proto.SerializeAsString();
}

TEST(PayloadNameTest, X38EveryTypeHasItsNameInTheSameField) {
  using envoy::config::endpoint::v3::ClusterLoadAssignment;
  EXPECT_EQ(NameInside(Named<envoy::config::cluster::v3::Cluster>("c")), "c");
  EXPECT_EQ(NameInside(Named<envoy::config::listener::v3::Listener>("l")), "l");
  EXPECT_EQ(NameInside(Named<envoy::config::route::v3::RouteConfiguration>("r")), "r");
  EXPECT_EQ(NameInside(Named<envoy::extensions::transport_sockets::tls::v3::Secret>("s")), "s");
  ClusterLoadAssignment endpoints;
  endpoints.set_cluster_name("e");
  endpoints.mutable_policy()->set_weighted_priority_health(true);
  EXPECT_EQ(NameInside(endpoints.SerializeAsString()), "e");
}

TEST(PayloadNameTest, TheLastOneCountsAsInAnyMessage) {
  const std::string before = Named<envoy::config::cluster::v3::Cluster>("before");
  const std::string after = Named<envoy::config::cluster::v3::Cluster>("after");
  EXPECT_EQ(NameInside(before + after), "after");
  EXPECT_EQ(NameInside(std::string("\x20\x01", 2) + after), "after");  // field 4 comes first
}

TEST(PayloadNameTest, BytesThatAreNoMessageHaveNoName) {
  EXPECT_EQ(NameInside(""), "");
  EXPECT_EQ(NameInside("\xff\xff\xff"), "");
  EXPECT_EQ(NameInside("\x0a\x05"
                       "abc"),
            "");  // cut short
  EXPECT_EQ(NameInside("\x0a\x01"
                       "a\x0a\x7f"),
            "");  // the second one is
  EXPECT_EQ(NameInside("\x0a\x01"
                       "a\x3f"),
            "");                          // then no wire type
  EXPECT_EQ(NameInside("\x08\x01"), "");  // field 1 is a number
}

TEST(PayloadNameTest, NamesAreUtf8) {
  EXPECT_EQ(NameInside("\x0a\x02\xc3\xa9"), "\xc3\xa9");
  EXPECT_EQ(NameInside("\x0a\x02\xc3\x28"), "");
}

}  // namespace
}  // namespace outrigger::xds
