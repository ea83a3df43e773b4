#include "base/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace outrigger {
namespace {

TEST(ArenaTest, CopiesTextThatOutlivesItsSource) {
  SlabPool pool;
  Arena arena(pool);
  std::string source = "hello";
  const std::string_view copy = arena.Copy(source);
  source.assign("XXXXX");
  EXPECT_EQ(copy, "hello");
}

TEST(ArenaTest, JoinsPiecesIntoOneString) {
  SlabPool pool;
  Arena arena(pool);
  const std::string_view pieces[] = {"a", "", "bc"};
  EXPECT_EQ(arena.Join(pieces), "abc");
  EXPECT_EQ(arena.Join({}), "");
}

TEST(ArenaTest, AlignsEverythingForAnyScalar) {
  SlabPool pool;
  Arena arena(pool);
  for (size_t size : {1, 3, 17, 64}) {
    const auto address = reinterpret_cast<uintptr_t>(arena.Allocate(size));
    EXPECT_EQ(address % alignof(std::max_align_t), 0u);
  }
}

TEST(ArenaTest, ConstructsArraysZeroed) {
  SlabPool pool;
  Arena arena(pool);
  std::memset(arena.Allocate(64), 0xff, 64);
  arena.Reset();
  for (int value : arena.NewArray<int>(16)) EXPECT_EQ(value, 0);
}

TEST(ArenaTest, TakesFurtherSlabsAndGivesBackAllButOneOnReset) {
  SlabPool pool(1024, 8);
  Arena arena(pool);
  for (int i = 0; i < 10; ++i) arena.Allocate(400);
  EXPECT_EQ(pool.slabs_out(), 5u);
  arena.Reset();
  EXPECT_EQ(pool.slabs_out(), 1u);
  EXPECT_EQ(arena.bytes_used(), 0u);
}

TEST(ArenaTest, KeepsItsSlabFromOneUseToTheNext) {
  SlabPool pool;
  Arena arena(pool);
  const void* first = arena.Allocate(8);
  arena.Reset();
  EXPECT_EQ(arena.Allocate(8), first);
}

TEST(ArenaTest, ServesWhatIsLargerThanASlabFromTheHeap) {
  SlabPool pool(1024, 8);
  Arena arena(pool);
  std::memset(arena.Allocate(100'000), 1, 100'000);
  EXPECT_EQ(pool.slabs_out(), 0u);
  EXPECT_EQ(arena.Copy("still usable"), "still usable");
}

TEST(ArenaTest, ReturnsItsLastSlabWhenDestroyed) {
  SlabPool pool;
  {
    Arena arena(pool);
    arena.Allocate(1);
  }
  EXPECT_EQ(pool.slabs_out(), 0u);
}

#if defined(__SANITIZE_ADDRESS__)
TEST(ArenaDeathTest, TouchingMemoryAfterResetIsCaught) {
  SlabPool pool;
  Arena arena(pool);
  volatile const char* text = arena.Copy("secret").data();
  arena.Reset();
  EXPECT_DEATH(static_cast<void>(text[0]), "use-after-poison");
}
#endif

}  // namespace
}  // namespace outrigger
