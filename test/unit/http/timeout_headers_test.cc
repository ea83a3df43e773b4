#include "http/timeout_headers.h"

#include <gtest/gtest.h>

#include "base/slab.h"

namespace outrigger::http {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(TimeoutHeaders, R76_GrpcTimeoutsHaveAUnit) {
  EXPECT_EQ(ParseGrpcTimeout("200m"), milliseconds(200));
  EXPECT_EQ(ParseGrpcTimeout("1S"), seconds(1));
  EXPECT_EQ(ParseGrpcTimeout("2M"), seconds(120));
  EXPECT_EQ(ParseGrpcTimeout("3H"), hours(3));
  EXPECT_EQ(ParseGrpcTimeout("0m"), Duration::zero());
  EXPECT_EQ(ParseGrpcTimeout("200 m"), milliseconds(200));  // as Envoy reads it
}

TEST(TimeoutHeaders, R76_PartsOfAMillisecondCountAsOne) {
  EXPECT_EQ(ParseGrpcTimeout("1n"), milliseconds(1));
  EXPECT_EQ(ParseGrpcTimeout("300000n"), milliseconds(1));
  EXPECT_EQ(ParseGrpcTimeout("1001u"), milliseconds(2));
  EXPECT_EQ(ParseGrpcTimeout("2000u"), milliseconds(2));
}

TEST(TimeoutHeaders, R76_MalformedGrpcTimeoutsAreNone) {
  for (const std::string_view text : {"", "m", "200", "5x", "-1S", "+1S", "1.5S", "999999999S",
                                      "99999999999S", "S1", " 1S", "0x1S"}) {
    EXPECT_EQ(ParseGrpcTimeout(text), std::nullopt) << text;
  }
}

TEST(TimeoutHeaders, R76_LongTimeoutsSaturate) {
  EXPECT_EQ(ParseGrpcTimeout("99999999S"), seconds(99999999));
  EXPECT_EQ(ParseGrpcTimeout("99999999H"), kTimeoutMax);
  EXPECT_EQ(ParseMilliseconds("9999999999999999999"), kTimeoutMax);
  EXPECT_EQ(ParseMilliseconds("18446744073709551616"), std::nullopt);
}

TEST(TimeoutHeaders, R76_MillisecondsAreDigits) {
  EXPECT_EQ(ParseMilliseconds("200"), milliseconds(200));
  EXPECT_EQ(ParseMilliseconds("0"), Duration::zero());
  for (const std::string_view text : {"", "bad", "200abc", "-5", " 1", "1 ", "1.5", "0x10"}) {
    EXPECT_EQ(ParseMilliseconds(text), std::nullopt) << text;
  }
}

TEST(TimeoutHeaders, WrittenOnesFitEightDigits) {
  SlabPool slabs;
  Arena arena(slabs);
  EXPECT_EQ(FormatGrpcTimeout(milliseconds(500), arena), "500m");
  EXPECT_EQ(FormatGrpcTimeout(seconds(1), arena), "1000m");
  EXPECT_EQ(FormatGrpcTimeout(milliseconds(99'999'999), arena), "99999999m");
  EXPECT_EQ(FormatGrpcTimeout(seconds(100'000), arena), "100000S");
  EXPECT_EQ(FormatGrpcTimeout(kTimeoutMax, arena), "52560000M");
  EXPECT_EQ(FormatMilliseconds(kTimeoutMax, arena), "3153600000000");
  EXPECT_EQ(FormatMilliseconds(Duration(1'999'999), arena), "1");
}

}  // namespace
}  // namespace outrigger::http
