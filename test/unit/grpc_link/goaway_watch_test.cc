#include "grpc_link/goaway_watch.h"

#include <gtest/gtest.h>

#include <string>

namespace outrigger {
namespace {

std::string Frame(uint8_t type, const std::string& payload) {
  std::string frame;
  frame.push_back(static_cast<char>(payload.size() >> 16));
  frame.push_back(static_cast<char>(payload.size() >> 8));
  frame.push_back(static_cast<char>(payload.size()));
  frame.push_back(static_cast<char>(type));
  return frame.append(5, '\0').append(payload);  // flags and stream
}

std::string GoAway(uint8_t code) {
  return Frame(7, std::string("\0\0\0\1\0\0\0", 7) + static_cast<char>(code) + "too_many_pings");
}

const std::string kSettings = Frame(4, std::string(36, '\x0b'));
const std::string kMessage = Frame(0, std::string(70'000, '\7'));

TEST(GoAwayWatchTest, FindsARequestForCalmBetweenOtherFrames) {
  GoAwayWatch watch;
  EXPECT_FALSE(watch.Feed(kSettings + kMessage));
  EXPECT_TRUE(watch.Feed(kSettings + GoAway(11) + kMessage));
  EXPECT_FALSE(watch.Feed(kSettings + kMessage));
  EXPECT_TRUE(watch.Feed(GoAway(11)));
}

TEST(GoAwayWatchTest, OtherReasonsAreNoRequestForCalm) {
  GoAwayWatch watch;
  EXPECT_FALSE(watch.Feed(GoAway(0) + GoAway(2) + GoAway(1)));
}

TEST(GoAwayWatchTest, FindsItHoweverTheBytesAreSplit) {
  const std::string bytes = kSettings + GoAway(0) + GoAway(11) + kSettings;
  for (size_t piece = 1; piece < bytes.size(); ++piece) {
    GoAwayWatch watch;
    int told = 0;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      if (watch.Feed(std::string_view(bytes).substr(at, piece))) ++told;
    }
    EXPECT_EQ(told, 1) << "pieces of " << piece;
  }
}

TEST(GoAwayWatchTest, AGoAwayTooShortForItsFieldsIsSkipped) {
  GoAwayWatch watch;
  EXPECT_FALSE(watch.Feed(Frame(7, "short")));
  EXPECT_TRUE(watch.Feed(GoAway(11)));
}

}  // namespace
}  // namespace outrigger
