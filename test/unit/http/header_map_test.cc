#include "http/header_map.h"

#include <gtest/gtest.h>

#include <string>

namespace outrigger::http {
namespace {

std::string Text(const HeaderMap& fields) {
  std::string text;
  for (const HeaderField& field : fields) {
    text.append(field.name).append("=").append(field.value).append(" ");
  }
  return text;
}

// Every known field points to the first of its name.
void ExpectIndexIsRight(const HeaderMap& fields) {
  for (size_t i = 1; i < static_cast<size_t>(HeaderId::kCount); ++i) {
    const auto id = static_cast<HeaderId>(i);
    std::optional<std::string_view> first;
    for (const HeaderField& field : fields) {
      if (!first && field.name == HeaderName(id)) first = field.value;
    }
    EXPECT_EQ(fields.Get(id), first) << HeaderName(id);
    EXPECT_EQ(fields.Get(HeaderName(id)), first);
    EXPECT_EQ(fields.Has(id), first.has_value());
  }
}

HeaderMap Sample() {
  HeaderMap fields;
  fields.Add("x-a", "1");
  fields.Add("host", "h");
  fields.Add("x-a", "2");
  fields.Add("via", "v1");
  fields.Add(HeaderId::kVia, "v2");
  fields.Add("x-b", "3");
  return fields;
}

TEST(HeaderMap, KnownNamesHaveIdsAndOthersDoNot) {
  for (size_t i = 1; i < static_cast<size_t>(HeaderId::kCount); ++i) {
    const auto id = static_cast<HeaderId>(i);
    EXPECT_EQ(FindHeaderId(HeaderName(id)), id);
    EXPECT_EQ(FindHeaderId(std::string(HeaderName(id)) + "x"), HeaderId::kUnknown);
    EXPECT_EQ(FindHeaderId(HeaderName(id).substr(1)), HeaderId::kUnknown);
  }
  for (std::string_view name : {"", "x", "Host", "x_request_id", "content_length"}) {
    EXPECT_EQ(FindHeaderId(name), HeaderId::kUnknown) << name;
  }
}

TEST(HeaderMap, KeepsFieldsInOrderAndApart) {
  const HeaderMap fields = Sample();
  EXPECT_EQ(Text(fields), "x-a=1 host=h x-a=2 via=v1 via=v2 x-b=3 ");
  EXPECT_EQ(fields.Get("x-a"), "1");
  EXPECT_EQ(fields.Get("x-c"), std::nullopt);
  ExpectIndexIsRight(fields);
}

TEST(HeaderMap, SetReplacesEveryFieldOfANameWhereTheFirstStood) {
  HeaderMap fields = Sample();
  fields.Set("x-a", "9");
  fields.Set(HeaderId::kVia, "v");
  EXPECT_EQ(Text(fields), "x-a=9 host=h via=v x-b=3 ");
  fields.Set("x-new", "n");
  fields.Set("server", "s");
  EXPECT_EQ(Text(fields), "x-a=9 host=h via=v x-b=3 x-new=n server=s ");
  ExpectIndexIsRight(fields);
}

TEST(HeaderMap, RemoveKeepsTheOrderOfTheOthers) {
  HeaderMap fields = Sample();
  EXPECT_EQ(fields.Remove("x-a"), 2u);
  EXPECT_EQ(fields.Remove("x-a"), 0u);
  EXPECT_EQ(Text(fields), "host=h via=v1 via=v2 x-b=3 ");
  ExpectIndexIsRight(fields);
  EXPECT_EQ(fields.Remove(HeaderId::kVia), 2u);
  EXPECT_EQ(fields.Remove("host"), 1u);
  EXPECT_EQ(Text(fields), "x-b=3 ");
  ExpectIndexIsRight(fields);
}

TEST(HeaderMap, RemoveIfAsksAboutEachField) {
  HeaderMap fields = Sample();
  EXPECT_EQ(fields.RemoveIf([](const HeaderField& field) { return field.value.size() == 1; }), 4u);
  EXPECT_EQ(Text(fields), "via=v1 via=v2 ");
  ExpectIndexIsRight(fields);
}

TEST(HeaderMap, HoldsMoreFieldsThanAnyLimitAllows) {
  HeaderMap fields;
  for (int i = 0; i < 70'000; ++i) fields.Add("x-many", "1");
  fields.Add("host", "h");
  EXPECT_EQ(fields.Get(HeaderId::kHost), "h");
  EXPECT_EQ(fields.Remove("x-many"), 70'000u);
  EXPECT_EQ(Text(fields), "host=h ");
}

TEST(HeaderMap, ClearForgetsEverything) {
  HeaderMap fields = Sample();
  fields.Clear();
  EXPECT_EQ(fields.size(), 0u);
  ExpectIndexIsRight(fields);
}

}  // namespace
}  // namespace outrigger::http
