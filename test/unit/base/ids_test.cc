#include "base/ids.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "absl/container/flat_hash_map.h"

namespace outrigger {
namespace {

TEST(IdTest, IsUnsetUntilGivenAValue) {
  EXPECT_FALSE(ClusterId().is_set());
  EXPECT_TRUE(ClusterId{0}.is_set());
}

TEST(IdTest, ComparesAndOrdersByValue) {
  EXPECT_EQ(ClusterId{1}, ClusterId{1});
  EXPECT_NE(ClusterId{1}, ClusterId{2});
  EXPECT_LT(ClusterId{1}, ClusterId{2});
}

TEST(IdTest, IsAKeyOfHashTables) {
  absl::flat_hash_map<ListenerId, int> map;
  map[ListenerId{3}] = 30;
  EXPECT_EQ(map.at(ListenerId{3}), 30);
}

TEST(IdTest, DoesNotMixWithIdsOfOtherKinds) {
  EXPECT_FALSE((std::is_convertible_v<ClusterId, ListenerId>));
}

}  // namespace
}  // namespace outrigger
