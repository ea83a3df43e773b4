#include "base/slab.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

TEST(SlabPoolTest, HandsOutAGivenBlockAgain) {
  SlabPool pool;
  char* slab = pool.Take();
  pool.Give(slab);
  EXPECT_EQ(pool.Take(), slab);
  pool.Give(slab);
}

TEST(SlabPoolTest, CountsBlocksThatAreOut) {
  SlabPool pool;
  char* first = pool.Take();
  char* second = pool.Take();
  EXPECT_EQ(pool.slabs_out(), 2u);
  pool.Give(first);
  pool.Give(second);
  EXPECT_EQ(pool.slabs_out(), 0u);
}

TEST(SlabPoolTest, KeepsNoMoreThanItsMaximum) {
  SlabPool pool(64, 1);
  char* first = pool.Take();
  char* second = pool.Take();
  pool.Give(first);
  pool.Give(second);  // freed at once; the sanitizer's leak check is the witness
  EXPECT_EQ(pool.Take(), first);
  pool.Give(first);
}

TEST(SlabPoolTest, TrimsWhatNobodyUses) {
  SlabPool pool;
  pool.Give(pool.Take());
  pool.Trim();
  char* slab = pool.Take();
  slab[0] = 'x';
  pool.Give(slab);
}

TEST(SlabPoolDeathTest, AbortsWhenMoreComesBackThanWentOut) {
  SlabPool pool;
  char block[64];
  EXPECT_DEATH(pool.Give(block), "broken invariant: slabs_out_ > 0");
}

}  // namespace
}  // namespace outrigger
