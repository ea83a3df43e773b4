#include "routing/prefix_tree.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"

namespace outrigger::routing {
namespace {

uint32_t Longest(const PrefixTree& tree, std::string_view text) {
  return tree.FindLongest(text.size(), [text](size_t i) { return text[i]; });
}

TEST(PrefixTreeTest, AnEmptyTreeFindsNothing) {
  const PrefixTree tree;
  EXPECT_TRUE(tree.empty());
  EXPECT_EQ(Longest(tree, ""), PrefixTree::kNone);
  EXPECT_EQ(Longest(tree, "/a"), PrefixTree::kNone);
}

TEST(PrefixTreeTest, FindsTheLongestKeyThatTheTextBeginsWith) {
  const std::vector<std::string_view> keys = {"/", "/api", "/api/users", "/apple"};
  const PrefixTree tree(keys);
  EXPECT_EQ(Longest(tree, "/x"), 0u);
  EXPECT_EQ(Longest(tree, "/ap"), 0u);
  EXPECT_EQ(Longest(tree, "/api"), 1u);
  EXPECT_EQ(Longest(tree, "/api/user"), 1u);
  EXPECT_EQ(Longest(tree, "/api/users/7"), 2u);
  EXPECT_EQ(Longest(tree, "/apples"), 3u);
  EXPECT_EQ(Longest(tree, "api"), PrefixTree::kNone);
}

TEST(PrefixTreeTest, TheEmptyKeyIsAPrefixOfEveryText) {
  const std::vector<std::string_view> keys = {"", "a"};
  const PrefixTree tree(keys);
  EXPECT_FALSE(tree.empty());
  EXPECT_EQ(Longest(tree, ""), 0u);
  EXPECT_EQ(Longest(tree, "b"), 0u);
  EXPECT_EQ(Longest(tree, "ab"), 1u);
}

TEST(PrefixTreeTest, BytesBeyondAsciiAreOrdinaryBytes) {
  const std::vector<std::string_view> keys = {"/\xff", std::string_view("/\0x", 3), "/\x80"};
  const PrefixTree tree(keys);
  EXPECT_EQ(Longest(tree, "/\xff\xff"), 0u);
  EXPECT_EQ(Longest(tree, std::string_view("/\0xy", 4)), 1u);
  EXPECT_EQ(Longest(tree, "/\x80"), 2u);
}

TEST(PrefixTreeTest, AgreesWithTryingEveryKey) {
  FastRandom random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> words;
    const auto word = [&random] {
      std::string text(random.Below(9), ' ');
      for (char& c : text) c = "ab"[random.Below(2)];
      return text;
    };
    for (uint64_t i = random.Below(40); i > 0; --i) words.push_back(word());
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    const std::vector<std::string_view> keys(words.begin(), words.end());
    const std::vector<std::string_view> reversed(keys.rbegin(), keys.rend());
    const PrefixTree tree(keys);
    const PrefixTree reversed_tree(reversed);
    const std::string text = word() + word();
    uint32_t expected = PrefixTree::kNone;
    for (uint32_t i = 0; i < keys.size(); ++i) {
      if (text.starts_with(keys[i])) expected = i;  // sorted: the last one is the longest
    }
    ASSERT_EQ(Longest(tree, text), expected) << "round " << round << " text " << text;
    const uint32_t found = Longest(reversed_tree, text);
    ASSERT_EQ(found == PrefixTree::kNone ? "none" : reversed[found],
              expected == PrefixTree::kNone ? "none" : keys[expected])
        << "round " << round << " text " << text;
  }
}

}  // namespace
}  // namespace outrigger::routing
