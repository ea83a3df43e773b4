#include "xds/resource_store.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "base/random.h"

namespace outrigger::xds {
namespace {

// Against a plain map: what is found, and in which order all of it is.
TEST(ResourceStoreTest, RandomChangesAreFoundByName) {
  FastRandom random(7);
  ResourceStore<int> store;
  std::map<std::string, int, std::less<>> expected;
  for (int turn = 0; turn < 5000; ++turn) {
    const std::string name = "resource-with-a-name-" + std::to_string(random.Below(300));
    const uint64_t what = random.Below(200);
    if (what == 0) {
      const auto is_kept = [](std::string_view kept) { return kept.back() % 2 == 0; };
      store.EraseUnless([&](const std::string& kept, const auto&) { return is_kept(kept); });
      std::erase_if(expected, [&](const auto& item) { return !is_kept(item.first); });
    } else if (what < 80) {
      EXPECT_EQ(store.Erase(name), expected.erase(name) > 0);
    } else {
      store[name].value = std::make_shared<const int>(turn);
      expected[name] = turn;
    }
    const auto* found = store.Find(name);
    ASSERT_EQ(found != nullptr, expected.contains(name));
    if (found == nullptr) continue;
    EXPECT_EQ(*found->value, expected[name]);
    EXPECT_EQ(&store[name], found);
  }
  ASSERT_EQ(store.entries().size(), expected.size());
  auto next = expected.begin();
  for (const auto& [name, entry] : store.entries()) {
    EXPECT_EQ(name, next->first);
    EXPECT_EQ(*entry.value, (next++)->second);
    EXPECT_EQ(store.Find(name), &entry);
  }
}

// The name that is given may be that of the entry itself.
TEST(ResourceStoreTest, AnEntryIsErasedByItsOwnName) {
  ResourceStore<int> store;
  store["a"];
  EXPECT_TRUE(store.Erase(store.entries().begin()->first));
  EXPECT_EQ(store.Find("a"), nullptr);
}

}  // namespace
}  // namespace outrigger::xds
