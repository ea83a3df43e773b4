#include "http/grpc_frames.h"

#include <gtest/gtest.h>

#include <string>

namespace outrigger::http {
namespace {

std::string Message(uint32_t size) {
  std::string message(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) message += static_cast<char>(size >> shift & 0xff);
  return message.append(size, 'x');
}

TEST(GrpcFrames, CountsMessagesByTheirFirstByte) {
  GrpcFrames frames(GrpcFrames::Side::kRequest);
  EXPECT_EQ(frames.CountBegun(""), 0u);
  EXPECT_EQ(frames.CountBegun(Message(3) + Message(0) + Message(700)), 3u);
  EXPECT_EQ(frames.CountBegun(Message(1)), 1u);
  EXPECT_EQ(frames.CountBegun(std::string_view("\x01", 1)), 1u);
}

TEST(GrpcFrames, CountsTheSameHoweverTheBytesCome) {
  const std::string bytes = Message(300) + Message(0) + Message(5) + Message(0);
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    GrpcFrames frames(GrpcFrames::Side::kRequest);
    uint64_t count = 0;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      count += frames.CountBegun(std::string_view(bytes).substr(at, piece));
    }
    EXPECT_EQ(count, 4u) << piece;
  }
}

TEST(GrpcFrames, AMessageMayBeAsLongAsItsPrefixCanSay) {
  GrpcFrames frames(GrpcFrames::Side::kRequest);
  EXPECT_EQ(frames.CountBegun(std::string_view("\0\xff\xff\xff\xff", 5)), 1u);
  EXPECT_EQ(frames.CountBegun(std::string(100'000, '\0')), 0u);
}

TEST(GrpcFrames, NothingIsCountedBehindTheEndOfAnAnswer) {
  const std::string bytes = Message(1) + std::string("\2\0\0\0\1x", 6) + Message(1);
  EXPECT_EQ(GrpcFrames(GrpcFrames::Side::kRequest).CountBegun(bytes), 3u);
  GrpcFrames answer(GrpcFrames::Side::kResponse);
  EXPECT_EQ(answer.CountBegun(bytes), 1u);
  EXPECT_EQ(answer.CountBegun(Message(1)), 0u);
}

}  // namespace
}  // namespace outrigger::http
