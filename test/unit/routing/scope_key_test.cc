#include "routing/scope_key.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/slab.h"
#include "gtest/gtest.h"

namespace outrigger::routing {
namespace {

class ScopeKeyTest : public testing::Test {
 protected:
  void Add(std::string_view name, std::string_view value) { request_.headers.Add(name, value); }
  std::optional<std::string> Key(const ScopeFragments& fragments) {
    const auto key = ScopeKeyOf(fragments, request_, arena_);
    return key.has_value() ? std::optional(std::string(*key)) : std::nullopt;
  }

  SlabPool slabs_;
  Arena arena_{slabs_};
  http::RequestHead request_;
};

const ScopeFragment kWhole = {
    .field = "x", .element_separator = "", .index = 0, .key = "", .key_separator = ""};

ScopeFragment Element(uint32_t index) {
  ScopeFragment fragment = kWhole;
  fragment.element_separator = ";";
  fragment.index = index;
  return fragment;
}

ScopeFragment Keyed(std::string key, std::string separator = "=") {
  ScopeFragment fragment = Element(0);
  fragment.key = std::move(key);
  fragment.key_separator = std::move(separator);
  return fragment;
}

TEST_F(ScopeKeyTest, AFieldIsTakenWholeWithoutASeparator) {
  Add("x", "a;b");
  EXPECT_EQ(Key({kWhole}), "a;b");
}

TEST_F(ScopeKeyTest, TheFirstOfSeveralFieldsCounts) {
  Add("x", "a");
  Add("x", "b");
  EXPECT_EQ(Key({kWhole}), "a");
}

TEST_F(ScopeKeyTest, ElementsAreCountedFromZeroEmptyOnesToo) {
  Add("x", "a;;b");
  EXPECT_EQ(Key({Element(0)}), "a");
  EXPECT_EQ(Key({Element(1)}), "");
  EXPECT_EQ(Key({Element(2)}), "b");
  EXPECT_EQ(Key({Element(3)}), std::nullopt);
}

TEST_F(ScopeKeyTest, AnEmptyFieldHasOneEmptyElement) {
  Add("x", "");
  EXPECT_EQ(Key({Element(0)}), "");
  EXPECT_EQ(Key({Element(1)}), std::nullopt);
}

TEST_F(ScopeKeyTest, AnElementIsFoundByItsKey) {
  Add("x", "n=1;v=2=3;v=4;alone");
  EXPECT_EQ(Key({Keyed("v")}), "2=3");
  EXPECT_EQ(Key({Keyed("alone")}), "");
  EXPECT_EQ(Key({Keyed("w")}), std::nullopt);
  EXPECT_EQ(Key({Keyed("", "=")}), "n=1");  // no key: by its position
}

TEST_F(ScopeKeyTest, AMissingFieldMakesNoKey) {
  Add("y", "a");
  EXPECT_EQ(Key({kWhole}), std::nullopt);
}

TEST_F(ScopeKeyTest, HostAndPseudoFieldsAreFields) {
  ScopeFragment host = kWhole;
  host.field = "host";
  EXPECT_EQ(Key({host}), std::nullopt);
  request_.authority = "a.b:80";
  EXPECT_EQ(Key({host}), "a.b:80");
  host.field = ":authority";
  EXPECT_EQ(Key({host}), "a.b:80");
}

TEST_F(ScopeKeyTest, SeveralFragmentsAreKeptApart) {
  Add("x", "a;b");
  Add("y", "c");
  ScopeFragment y = kWhole;
  y.field = "y";
  EXPECT_EQ(Key({Element(1), y}), JoinScopeKey(std::vector<std::string>{"b", "c"}));
  EXPECT_NE(JoinScopeKey(std::vector<std::string>{"ab", "c"}),
            JoinScopeKey(std::vector<std::string>{"a", "bc"}));
  EXPECT_EQ(Key({Element(2), y}), std::nullopt);
}

}  // namespace
}  // namespace outrigger::routing
