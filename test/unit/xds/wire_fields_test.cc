#include "xds/wire_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::xds {
namespace {

using envoy::service::discovery::v3::DiscoveryResponse;
using testing::ElementsAre;

TEST(WireFieldsTest, EachFieldIsHandedOutWithItsContent) {
  DiscoveryResponse response;
  response.set_version_info("7");
  response.set_canary(true);
  response.set_nonce("n");
  const std::string bytes = response.SerializeAsString();
  std::string all;
  std::vector<std::string> contents;
  WireFields fields(bytes);
  while (fields.Next()) {
    all += fields.field();
    contents.emplace_back(fields.content());
  }
  EXPECT_TRUE(fields.ok());
  EXPECT_EQ(all, bytes);
  EXPECT_THAT(contents, ElementsAre("7", "", "n"));
}

TEST(WireFieldsTest, BytesThatEndTooSoonAreNoMessage) {
  DiscoveryResponse response;
  response.set_version_info("version");
  const std::string bytes = response.SerializeAsString();
  for (size_t size = 1; size < bytes.size(); ++size) {
    WireFields fields(std::string_view(bytes).substr(0, size));
    while (fields.Next()) {
    }
    EXPECT_FALSE(fields.ok()) << size;
  }
}

TEST(WireFieldsTest, ATagOfZeroEndsNoMessage) {
  WireFields fields(std::string_view("\x0a\x01x\0\x0a\x01y", 7));
  EXPECT_TRUE(fields.Next());
  EXPECT_FALSE(fields.Next());
  EXPECT_FALSE(fields.ok());
}

}  // namespace
}  // namespace outrigger::xds
