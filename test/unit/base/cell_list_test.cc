#include "base/cell_list.h"

#include <gtest/gtest.h>

#include <vector>

namespace outrigger {
namespace {

struct Thing {
  Thing(int its_number, int& its_count) : number(its_number), living(its_count) { ++living; }
  ~Thing() { --living; }
  int number;
  int& living;
};

class CellListTest : public ::testing::Test {
 protected:
  SlabPool cells_{64, 4};
  int living_ = 0;
};

TEST_F(CellListTest, AnyElementCanEndWhileTheOthersStay) {
  CellList<Thing> list(cells_);
  std::vector<Thing*> things;
  for (int i = 0; i < 10; ++i) things.push_back(&list.Make(i, living_));
  for (const int doomed : {9, 0, 4}) list.Destroy(*things[doomed]);
  ASSERT_EQ(list.size(), 7u);
  EXPECT_EQ(living_, 7);
  int sum = 0;
  for (size_t i = 0; i < list.size(); ++i) sum += list[i].number;
  EXPECT_EQ(sum, 45 - 9 - 0 - 4);
}

TEST_F(CellListTest, CellsGoBackToTheirPool) {
  {
    CellList<Thing> list(cells_);
    for (int i = 0; i < 10; ++i) list.Make(i, living_);
    EXPECT_EQ(cells_.slabs_out(), 10u);
    list.Destroy(list[3]);
    EXPECT_EQ(cells_.slabs_out(), 9u);
  }
  EXPECT_EQ(cells_.slabs_out(), 0u);
  EXPECT_EQ(living_, 0);
}

TEST_F(CellListTest, AnElementMustFitIntoACell) {
  SlabPool small(sizeof(Thing), 4);
  EXPECT_DEATH(CellList<Thing>{small}, "");
}

}  // namespace
}  // namespace outrigger
