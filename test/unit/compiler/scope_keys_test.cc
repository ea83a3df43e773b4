#include "compiler/scope_keys.h"

#include "gtest/gtest.h"

namespace outrigger::compiler {
namespace {

RouteScope WithKey(std::string key) {
  RouteScope scope;
  scope.key = std::move(key);
  return scope;
}

TEST(ScopeKeysTest, AKeyIsHeldByTheScopeThatHasItNow) {
  ScopeKeys keys;
  keys.Set("one", WithKey("a"));
  EXPECT_EQ(keys.HolderOf("two", WithKey("a"), {}), "one");
  EXPECT_EQ(keys.HolderOf("one", WithKey("a"), {}), "");
  EXPECT_EQ(keys.HolderOf("two", WithKey("b"), {}), "");
  keys.Set("one", WithKey("b"));
  EXPECT_EQ(keys.HolderOf("two", WithKey("a"), {}), "");
  keys.Remove("one");
  EXPECT_EQ(keys.HolderOf("two", WithKey("b"), {}), "");
}

TEST(ScopeKeysTest, AScopeThatIsAboutToLeaveHoldsNothing) {
  ScopeKeys keys;
  keys.Set("one", WithKey("a"));
  EXPECT_EQ(keys.HolderOf("two", WithKey("a"), {"one"}), "");
}

TEST(ScopeKeysTest, SourcesDoNotMeet) {
  const auto source =
      std::make_shared<const ResourceSource>(FileSource{.path = "/a", .watched_folder = ""});
  ScopeKeys keys;
  keys.Set("one", WithKey("a"));
  EXPECT_EQ(keys.HolderOf(ResourceKey("two", source), WithKey("a"), {}), "");
}

}  // namespace
}  // namespace outrigger::compiler
