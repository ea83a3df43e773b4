#include "xds/nack_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::xds {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Le;
using testing::StartsWith;

TEST(NackMessageTest, ListsNameAndReasonOfEveryResource) {
  EXPECT_EQ(MakeNackMessage({{"a", "one"}, {"b", "two"}}), "a: one; b: two");
}

TEST(NackMessageTest, AnUnnamedResourceIsCalledSo) {
  EXPECT_EQ(MakeNackMessage({{"", "no name"}}), "(unnamed): no name");
}

TEST(NackMessageTest, LongReasonsAreCutSoThatEveryNameFits) {
  const std::string text =
      MakeNackMessage({{"first", std::string(9000, 'x')}, {"second", std::string(9000, 'y')}});
  EXPECT_THAT(text.size(), Le(kNackMessageBytesMax));
  EXPECT_THAT(text, StartsWith("first: xxx"));
  EXPECT_THAT(text, HasSubstr("...; second: yyy"));
}

TEST(NackMessageTest, AShortReasonLeavesItsRoomToTheOthers) {
  const std::string text = MakeNackMessage({{"a", "short"}, {"b", std::string(3900, 'y')}});
  EXPECT_THAT(text, HasSubstr("a: short; b: " + std::string(3900, 'y')));
}

TEST(NackMessageTest, NamesThatDoNotFitAreCounted) {
  std::vector<ResourceError> errors(1000, ResourceError{"cluster-with-a-name", "bad"});
  const std::string text = MakeNackMessage(errors);
  EXPECT_THAT(text.size(), Le(kNackMessageBytesMax));
  EXPECT_THAT(text, StartsWith("cluster-with-a-name"));
  EXPECT_THAT(text, EndsWith(" more)"));
}

TEST(NackMessageTest, AHugeNameIsCut) {
  const std::string text = MakeNackMessage({{std::string(1 << 20, 'n'), "bad"}, {"b", "worse"}});
  EXPECT_THAT(text.size(), Le(kNackMessageBytesMax));
  EXPECT_THAT(text, HasSubstr("...: bad; b: worse"));
}

TEST(NackMessageTest, OnlyPrintableAsciiIsSent) {
  EXPECT_EQ(MakeNackMessage({{"a\n", "\xff\xc3x"}}), "a?: ??x");
}

}  // namespace
}  // namespace outrigger::xds
