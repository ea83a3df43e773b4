#include "http/metadata.h"

#include <gtest/gtest.h>

#include "http/metadata_match.h"

namespace outrigger::http {
namespace {

MetadataValue List(std::vector<MetadataValue> items) {
  return {.kind = MetadataValue::Kind::kList, .items = std::move(items)};
}
MetadataValue StructOf(std::string_view key, MetadataValue value) {
  MetadataValue made = MetadataValue::Struct();
  made.Set(key, std::move(value));
  return made;
}

TEST(MetadataTest, AKeyHasTheValueThatItWasGivenLast) {
  MetadataValue value = MetadataValue::Struct();
  value.Set("b", MetadataValue::Of("1"));
  value.Set("a", MetadataValue::Of(2));
  value.Set("b", MetadataValue::OfBool(true));
  EXPECT_EQ(value.keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*value.Find("b"), MetadataValue::OfBool(true));
  EXPECT_EQ(value.Find("c"), nullptr);
}

TEST(MetadataTest, AnUpdateJoinsStructsAndListsAndReplacesTheRest) {
  MetadataValue value = MetadataValue::Struct();
  value.Set("list", List({MetadataValue::Of("a")}));
  value.Set("text", MetadataValue::Of("old"));
  value.Set("deep", StructOf("x", MetadataValue::Of(1)));
  value.Set("kind", MetadataValue::Of("text"));
  MetadataValue with = MetadataValue::Struct();
  with.Set("list", List({MetadataValue::Of("b")}));
  with.Set("text", MetadataValue::Of("new"));
  with.Set("deep", StructOf("y", MetadataValue::Of(2)));
  with.Set("kind", List({}));
  value.Update(with);
  EXPECT_EQ(value.Find("list")->items.size(), 2u);
  EXPECT_EQ(value.Find("text")->text, "new");
  EXPECT_EQ(value.Find("deep")->keys, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(*value.Find("kind"), List({}));
}

TEST(MetadataTest, APathLeadsThroughStructs) {
  Metadata metadata;
  metadata.Set("space", "a", StructOf("b", MetadataValue::Of("c")));
  const std::vector<std::string> path = {"a", "b"};
  ASSERT_NE(metadata.Find("space", path), nullptr);
  EXPECT_EQ(metadata.Find("space", path)->text, "c");
  EXPECT_EQ(metadata.Find("other", path), nullptr);
  const std::vector<std::string> beyond = {"a", "b", "c"};
  EXPECT_EQ(metadata.Find("space", beyond), nullptr);
  EXPECT_TRUE(metadata.Has("space"));
  metadata.Clear();
  EXPECT_TRUE(metadata.empty());
}

TEST(MetadataTest, WhatWouldBeTooMuchIsNotKept) {
  Metadata metadata;
  const std::string half(Metadata::kBytesMax / 2, 'x');
  metadata.Set("s", "a", MetadataValue::Of(half));
  metadata.Set("s", "b", MetadataValue::Of(half));
  metadata.Set("s", "c", MetadataValue::Of("small"));
  EXPECT_EQ(metadata.Find("s", {})->keys, (std::vector<std::string>{"a", "c"}));
  metadata.Clear();
  metadata.Set("s", "b", MetadataValue::Of(half));
  EXPECT_TRUE(metadata.Has("s"));
}

TEST(MetadataTest, EachKindOfValueIsMatchedByItsOwnKindOfCondition) {
  using Kind = ValueMatch::Kind;
  const MetadataValue text = MetadataValue::Of("text");
  const MetadataValue number = MetadataValue::Of(2);
  const MetadataValue list = List({MetadataValue::Of("a"), MetadataValue::Of("text")});
  ValueMatch is_text{.kind = Kind::kString};
  is_text.string.text = "text";
  EXPECT_TRUE(is_text.Matches(&text));
  EXPECT_FALSE(is_text.Matches(&number));
  EXPECT_FALSE(is_text.Matches(nullptr));
  const ValueMatch range{.kind = Kind::kNumber, .first = 1, .end = 2};
  EXPECT_FALSE(range.Matches(&number));
  const ValueMatch exact{.kind = Kind::kNumber, .first = 2, .end = 2};
  EXPECT_TRUE(exact.Matches(&number));
  const ValueMatch any_item{.kind = Kind::kAnyItem, .children = {is_text}};
  EXPECT_TRUE(any_item.Matches(&list));
  EXPECT_FALSE(any_item.Matches(&text));
  const ValueMatch either{.kind = Kind::kAnyOf, .children = {is_text, exact}};
  EXPECT_TRUE(either.Matches(&text));
  EXPECT_TRUE(either.Matches(&number));
  EXPECT_FALSE(either.Matches(&list));
  const ValueMatch absent{.kind = Kind::kPresent, .is_true = false};
  EXPECT_TRUE(absent.Matches(nullptr));
  EXPECT_FALSE(absent.Matches(&text));
  const MetadataValue nothing;
  EXPECT_TRUE(ValueMatch{}.Matches(&nothing));
  EXPECT_FALSE(ValueMatch{}.Matches(nullptr));
}

}  // namespace
}  // namespace outrigger::http
