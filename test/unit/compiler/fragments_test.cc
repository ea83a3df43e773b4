#include "compiler/fragments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::compiler {
namespace {

TEST(FragmentsTest, SharesAreOfAHundredUnlessSaidOtherwise) {
  using Percent = envoy::type::v3::FractionalPercent;
  Percent percent;
  percent.set_numerator(3);
  EXPECT_EQ(CompileFraction(percent), (Fraction{3, 100}));
  percent.set_denominator(Percent::TEN_THOUSAND);
  EXPECT_EQ(CompileFraction(percent), (Fraction{3, 10'000}));
  percent.set_denominator(Percent::MILLION);
  EXPECT_EQ(CompileFraction(percent), (Fraction{3, 1'000'000}));
}

TEST(FragmentsTest, TheRuntimesNumberIsAPercentageAndNoMoreThanAll) {
  envoy::config::core::v3::RuntimeFractionalPercent share;
  share.mutable_default_value()->set_numerator(3);
  share.set_runtime_key("key");
  EXPECT_EQ(CompileFraction(share, {{"other", 7}}), (Fraction{3, 100}));
  EXPECT_EQ(CompileFraction(share, {{"key", 7}}), (Fraction{7, 100}));
  EXPECT_EQ(CompileFraction(share, {{"key", UINT64_MAX}}), (Fraction{100, 100}));
}

TEST(FragmentsTest, OnlyAsciiHasALowerCase) {
  EXPECT_EQ(LowerCase("AbC-\xC3\x84"), "abc-\xC3\x84");
}

TEST(FragmentsTest, DurationsAreCutAtTheirRange) {
  google::protobuf::Duration proto;
  proto.set_seconds(2);
  proto.set_nanos(5);
  EXPECT_EQ(ToDuration(proto), std::chrono::seconds(2) + std::chrono::nanoseconds(5));
  proto.set_seconds(315'576'000'000);
  EXPECT_GT(ToDuration(proto), std::chrono::hours(24 * 365 * 250));
  proto.set_seconds(-1);
  EXPECT_EQ(ToDuration(proto), std::chrono::nanoseconds(5));
}

}  // namespace
}  // namespace outrigger::compiler
