#include "http/http2/head_block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace outrigger::http::http2 {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

class HeadBlockTest : public ::testing::Test {
 protected:
  std::optional<Error> Request(const Fields& fields, bool ends = true) {
    Add({{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}}, fields);
    return block_.TakeRequest(ends, head_);
  }
  std::optional<Error> RequestOf(const Fields& fields) {
    Add(fields, {});
    return block_.TakeRequest(true, head_);
  }
  void Add(const Fields& first, const Fields& second) {
    block_.Start();
    for (const Fields* fields : {&first, &second}) {
      for (const auto& [name, value] : *fields) block_.Add(name, value);
    }
  }

  CodecLimits limits_;
  SlabPool slabs_;
  HeadBlock block_{slabs_, limits_};
  RequestHead head_;
};

TEST_F(HeadBlockTest, ARequestHasItsPartsAndNoFramingFields) {
  ASSERT_FALSE(Request({{"x", "1"}, {"content-length", "5"}}, false).has_value());
  EXPECT_EQ(head_.method, "GET");
  EXPECT_EQ(head_.path, "/");
  EXPECT_EQ(head_.authority, "a");
  EXPECT_EQ(head_.version, Version::kHttp2);
  EXPECT_EQ(head_.body, (BodyLength{BodyLength::Kind::kKnown, 5}));
  EXPECT_EQ(head_.headers.size(), 1u);
  ASSERT_FALSE(Request({}, false).has_value());
  EXPECT_EQ(head_.body.kind, BodyLength::Kind::kUnknown);
  ASSERT_FALSE(Request({}, true).has_value());
  EXPECT_EQ(head_.body.kind, BodyLength::Kind::kNone);
}

TEST_F(HeadBlockTest, R33_CookieCrumbsBecomeOneFieldAndAreChargedEach) {
  ASSERT_FALSE(Request({{"cookie", "a=1"}, {"x", "y"}, {"cookie", "b=2"}}).has_value());
  EXPECT_EQ(head_.headers.Get("cookie"), "a=1; b=2");
  EXPECT_EQ(head_.headers.size(), 2u);
  // Ninety crumbs of an honest client are one field.
  EXPECT_FALSE(Request(Fields(900, {"cookie", "a=1"})).has_value());
  const auto error = Request(Fields(3000, {"cookie", "a=1"}));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind, ErrorKind::kRequestHeadTooLarge);
}

TEST_F(HeadBlockTest, R33_TooManyOrTooLargeFieldsAreRefusedAndGivenUpFarBeyondThat) {
  EXPECT_FALSE(Request(Fields(100, {"x", "y"})).has_value());
  EXPECT_EQ(Request(Fields(101, {"x", "y"}))->kind, ErrorKind::kTooManyFields);
  EXPECT_FALSE(block_.is_hopeless());
  EXPECT_EQ(Request({{"x", std::string(61 * 1024, 'y')}})->kind, ErrorKind::kRequestHeadTooLarge);
  EXPECT_FALSE(block_.is_hopeless());
  Add(Fields(500, {"x", "y"}), {});
  EXPECT_TRUE(block_.is_hopeless());
}

TEST_F(HeadBlockTest, R39_HostMustNameTheAuthority) {
  EXPECT_FALSE(Request({{"host", "A"}}).has_value());
  EXPECT_FALSE(head_.headers.Has(HeaderId::kHost));
  EXPECT_EQ(Request({{"host", "b"}})->kind, ErrorKind::kBadRequest);
  EXPECT_EQ(Request({{"host", "a"}, {"host", "a"}})->kind, ErrorKind::kBadRequest);
  EXPECT_FALSE(RequestOf({{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"host", "b"}})
                   .has_value());
  EXPECT_EQ(head_.authority, "b");
}

TEST_F(HeadBlockTest, R43_ARequestNeedsAHostAndACanonicalPath) {
  EXPECT_EQ(RequestOf({{":method", "GET"}, {":scheme", "http"}, {":path", "/"}})->kind,
            ErrorKind::kMissingHost);
  for (const std::string path : {"", "x", "*", "/a#b", "/a b", "//\x7f"}) {
    const auto error =
        RequestOf({{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", path}});
    ASSERT_TRUE(error.has_value()) << path;
    EXPECT_EQ(error->kind, ErrorKind::kBadRequest);
  }
  EXPECT_FALSE(
      RequestOf({{":method", "OPTIONS"}, {":scheme", "http"}, {":authority", "a"}, {":path", "*"}})
          .has_value());
}

TEST_F(HeadBlockTest, R54_ConnectIsRefused) {
  EXPECT_EQ(RequestOf({{":method", "CONNECT"}, {":authority", "a:1"}})->kind,
            ErrorKind::kUpgradeRefused);
}

TEST_F(HeadBlockTest, R12_OnlyOneExpectationIsKnown) {
  EXPECT_FALSE(Request({{"expect", "100-continue"}}, false).has_value());
  EXPECT_TRUE(head_.expects_continue);
  EXPECT_EQ(Request({{"expect", "200-ok"}}, false)->kind, ErrorKind::kExpectationFailed);
}

TEST_F(HeadBlockTest, AResponseKeepsTheLengthOfABodyThatStaysAway) {
  ResponseHead head;
  Add({{":status", "200"}, {"content-length", "7"}}, {});
  ASSERT_FALSE(block_.TakeResponse(true, head).has_value());
  EXPECT_EQ(head.body.kind, BodyLength::Kind::kNone);
  EXPECT_EQ(head.announced_length, 7u);
  for (const std::string status : {"", "99", "600", "2000", "abc"}) {
    Add({{":status", status}}, {});
    EXPECT_TRUE(block_.TakeResponse(true, head).has_value()) << status;
  }
}

TEST_F(HeadBlockTest, R8_TrailersLoseWhatBelongsInAHead) {
  HeaderMap trailers;
  Add({{"grpc-status", "0"}, {"authorization", "x"}, {"content-length", "1"}}, {});
  ASSERT_FALSE(block_.TakeTrailers(trailers).has_value());
  EXPECT_EQ(trailers.size(), 1u);
  EXPECT_EQ(trailers.Get(HeaderId::kGrpcStatus), "0");
}

}  // namespace
}  // namespace outrigger::http::http2
