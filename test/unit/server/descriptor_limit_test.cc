#include "server/descriptor_limit.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

TEST(DescriptorLimitTest, R75_NineTenthsLess64AreForConnections) {
  EXPECT_EQ(ConnectionsFor(1024), 854u);  // 918 - 64
  EXPECT_EQ(ConnectionsFor(1000000), 899936u);
  EXPECT_EQ(ConnectionsFor(256), 161u);
}

TEST(DescriptorLimitTest, R75_FewDescriptorsAreForSixteenConnections) {
  for (const uint64_t descriptors : {0u, 10u, 64u, 80u}) {
    EXPECT_EQ(ConnectionsFor(descriptors), 16u);
  }
}

TEST(DescriptorLimitTest, R75_NoLimitOfDescriptorsIsAVeryHighOne) {
  EXPECT_EQ(ConnectionsFor(UINT64_MAX), (1u << 30) / 10 * 9 - 64);
  EXPECT_GE(ConnectionsMaxByDefault(), 16u);
}

}  // namespace
}  // namespace outrigger
