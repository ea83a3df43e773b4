#include "http/http2/frame_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/support/http2_peer.h"

namespace outrigger::http::http2 {
namespace {

// The headers found when the bytes come `piece` at a time.
std::vector<FrameHeader> Scan(std::string_view bytes, size_t piece) {
  FrameScanner scanner(4);
  std::vector<FrameHeader> found;
  for (size_t begin = 0; begin < bytes.size(); begin += piece) {
    std::string_view rest = bytes.substr(begin, piece);
    while (!rest.empty()) {
      const FrameScanner::Step step = scanner.Next(rest);
      if (step.completes_header) found.push_back(scanner.header());
      rest.remove_prefix(step.bytes);
    }
  }
  return found;
}

TEST(FrameScanner, FindsEveryHeaderHoweverTheBytesAreCut) {
  const std::string bytes = "pref" + test::FrameBytes(test::kSettings, 0, 0, "123456") +
                            test::FrameBytes(test::kHeaders, test::kEndHeaders, 1, "x") +
                            test::FrameBytes(test::kData, test::kEndStream, 0x7FFFFFFF) +
                            test::FrameBytes(test::kPing, 0, 0, std::string(70'000, 'p'));
  for (size_t piece = 1; piece < 40; ++piece) {
    const std::vector<FrameHeader> found = Scan(bytes, piece);
    ASSERT_EQ(found.size(), 4u) << piece;
    EXPECT_EQ(found[0].length, 6u);
    EXPECT_TRUE(found[1].is_headers() && found[1].ends_block() && !found[1].ends_stream());
    EXPECT_EQ(found[1].stream, 1);
    EXPECT_TRUE(found[2].is_data() && found[2].ends_stream());
    EXPECT_EQ(found[2].stream, 0x7FFFFFFF);
    EXPECT_EQ(found[3].length, 70'000u);
  }
}

TEST(FrameScanner, ABlockReachesToTheLastByteOfItsLastFrame) {
  FrameScanner scanner(0);
  const auto take = [&scanner](const std::string& bytes) {
    for (std::string_view rest = bytes; !rest.empty();) {
      rest.remove_prefix(scanner.Next(rest).bytes);
    }
    return scanner.is_inside_block();
  };
  const std::string headers = test::FrameBytes(test::kHeaders, 0, 1, "xy");
  EXPECT_TRUE(take(headers.substr(0, 10)));
  EXPECT_TRUE(take(headers.substr(10)));
  const std::string last = test::FrameBytes(test::kContinuation, test::kEndHeaders, 1, "z");
  EXPECT_TRUE(take(last.substr(0, 9)));
  EXPECT_FALSE(take(last.substr(9)));
  EXPECT_FALSE(take(test::FrameBytes(test::kData, 0, 1, "body")));
}

TEST(FrameScanner, R25_IdleFramesCarryNothingAndEndNothing) {
  const auto is_idle = [](uint8_t type, uint8_t flags, uint32_t length) {
    return FrameHeader{length, type, flags, 1}.is_idle();
  };
  EXPECT_TRUE(is_idle(test::kData, 0, 0));
  EXPECT_FALSE(is_idle(test::kData, test::kEndStream, 0));
  EXPECT_FALSE(is_idle(test::kData, 0, 1));
  EXPECT_TRUE(is_idle(test::kContinuation, 0, 0));
  EXPECT_FALSE(is_idle(test::kContinuation, test::kEndHeaders, 0));
  EXPECT_FALSE(is_idle(test::kSettings, 0, 0));
}

}  // namespace
}  // namespace outrigger::http::http2
