#include "base/intrusive_list.h"

#include <gtest/gtest.h>

#include <memory>

namespace outrigger {
namespace {

struct Left;
struct Right;

struct Element : IntrusiveHook<Element, Left>, IntrusiveHook<Element, Right> {
  explicit Element(int number) : value(number) {}
  int value;
};

using LeftList = IntrusiveList<Element, Left>;
using RightList = IntrusiveList<Element, Right>;

TEST(IntrusiveListTest, KeepsTheOrderOfPushing) {
  LeftList list;
  Element one(1), two(2), three(3);
  list.PushBack(two);
  list.PushBack(three);
  list.PushFront(one);
  EXPECT_EQ(list.Front()->value, 1);
  EXPECT_EQ(list.Next(one)->value, 2);
  EXPECT_EQ(list.Back()->value, 3);
  EXPECT_EQ(list.Next(three), nullptr);
}

TEST(IntrusiveListTest, LosesElementsThatAreDestroyed) {
  LeftList list;
  auto element = std::make_unique<Element>(1);
  list.PushBack(*element);
  element.reset();
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.Front(), nullptr);
}

TEST(IntrusiveListTest, MovesAnElementThatIsPushedAgain) {
  LeftList first, second;
  Element element(1);
  first.PushBack(element);
  second.PushBack(element);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second.Front(), &element);
}

TEST(IntrusiveListTest, HoldsOneElementInTwoListsByTag) {
  LeftList left;
  RightList right;
  Element element(1);
  left.PushBack(element);
  right.PushBack(element);
  LeftList::Remove(element);
  EXPECT_TRUE(left.empty());
  EXPECT_EQ(right.Front(), &element);
}

TEST(IntrusiveListTest, FreesItsElementsWhenItGoesFirst) {
  Element element(1);
  {
    LeftList list;
    list.PushBack(element);
  }
  EXPECT_FALSE((static_cast<IntrusiveHook<Element, Left>&>(element).is_linked()));
}

}  // namespace
}  // namespace outrigger
