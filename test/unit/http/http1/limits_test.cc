// R23: every limit of a request, at the limit and one past it.
#include <gtest/gtest.h>

#include "test/unit/http/http1/codec_probe.h"

namespace outrigger::http::http1 {
namespace {

CodecLimits SmallLimits() {
  CodecLimits limits;
  limits.head_bytes_max = 200;
  limits.target_bytes_max = 50;
  limits.fields_max = 5;
  return limits;
}

std::string Refusal(std::string_view bytes) {
  ServerProbe server(SmallLimits());
  server.Offer(bytes);
  const std::string text = server.transcript.ToString();
  const size_t at = text.find("error ");
  return at == text.npos ? "" : text.substr(at + 6, text.find(':') - at - 6);
}

// A request whose head has exactly `size` bytes, by one long field.
std::string HeadOf(size_t size) {
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
}

TEST(CodecLimits, R23_HeadBytes) {
  EXPECT_EQ(Refusal(HeadOf(200)), "");
  EXPECT_EQ(Refusal(HeadOf(201)), "431 http1.headers_too_large");
}

TEST(CodecLimits, R23_AHeadTooLargeIsRefusedBeforeItsEnd) {
  EXPECT_EQ(Refusal(HeadOf(300).substr(0, 200)), "");
  EXPECT_EQ(Refusal(HeadOf(300).substr(0, 201)), "431 http1.headers_too_large");
}

TEST(CodecLimits, R23_OneFieldIsBoundedByTheHead) {
  const std::string name(300, 'n');
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\n" + name), "431 http1.headers_too_large");
}

TEST(CodecLimits, R23_FieldCount) {
  const std::string four = "GET / HTTP/1.1\r\nHost: a\r\nB:\r\nC:\r\nD:\r\n";
  EXPECT_EQ(Refusal(four + "E:\r\n\r\n"), "");
  EXPECT_EQ(Refusal(four + "E:\r\nF:\r\n\r\n"), "431 http1.too_many_headers");
}

TEST(CodecLimits, R23_RequestTarget) {
  const auto get = [](size_t size) {
    return "GET /" + std::string(size - 1, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  EXPECT_EQ(Refusal(get(50)), "");
  EXPECT_EQ(Refusal(get(51)), "414 http1.uri_too_long");
  EXPECT_EQ(Refusal("GET /" + std::string(196, 'x')), "414 http1.uri_too_long");
}

TEST(CodecLimits, R8_TrailersCountTowardTheFieldsOfTheHead) {
  const std::string start =
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA:\r\nB:\r\nC:\r\n";
  EXPECT_EQ(Refusal(start + "\r\n"), "");
  EXPECT_EQ(Refusal(start + "D:\r\n\r\n"), "400 http1.codec_error");
}

TEST(CodecLimits, R8_TrailersCountTowardTheBytesOfTheHead) {
  const std::string head = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto trailers = [&head](size_t size) {
    return head + "0\r\nA:" + std::string(size - 4, ' ') + "\r\n\r\n";
  };
  EXPECT_EQ(Refusal(trailers(200 - head.size())), "");
  EXPECT_EQ(Refusal(trailers(201 - head.size())), "400 http1.codec_error");
}

TEST(CodecLimits, AChunkedBodyMayFollowAHeadOfTheFullSize) {
  const std::string start = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: ";
  const std::string head = start + std::string(200 - start.size() - 4, 'x') + "\r\n\r\n";
  EXPECT_EQ(Refusal(head + "1\r\na\r\n0\r\n\r\n"), "");
}

TEST(CodecLimits, EveryRequestHasTheLimitsToItself) {
  ServerProbe server(SmallLimits());
  server.answers = true;
  for (int i = 0; i < 10; ++i) server.Offer(HeadOf(200));
  EXPECT_FALSE(server.transcript.Contains("error"));
}

}  // namespace
}  // namespace outrigger::http::http1
