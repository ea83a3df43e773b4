#include "logging/text_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace outrigger::logging {
namespace {

using std::chrono::milliseconds;

class TextFormatTest : public testing::Test {
 protected:
  TextFormatTest() {
    request_.method = "GET";
    request_.path = "/a?b=c&d";
    request_.authority = "here";
    request_.headers.Add("user-agent", "me");
    response_.status = 200;
    response_.headers.Add("x-kind", "good");
    entry_.request = &request_;
    entry_.response = &response_;
    entry_.protocol = "HTTP/1.1";
    entry_.status = 200;
    entry_.started_at = WallTime(std::chrono::seconds(86'400) + milliseconds(7));
    entry_.took = milliseconds(12);
    entry_.bytes_received = 3;
    entry_.bytes_sent = 4;
  }

  std::string Line(std::string_view format, std::string_view missing = "-") {
    const auto compiled = TextFormat::Compile(format, environment_);
    EXPECT_TRUE(compiled.ok()) << compiled.status();
    std::string line;
    if (compiled.ok()) compiled->Append(entry_, {Escaping::kLine, missing}, line);
    return line;
  }
  std::string Mistake(std::string_view format) {
    return std::string(TextFormat::Compile(format, environment_).status().message());
  }

  FormatEnvironment environment_ = {
      "host-1", [](const std::string& name) { return name == "SET" ? "value" : nullptr; }};
  http::RequestHead request_;
  http::ResponseHead response_;
  LogEntry entry_;
};

TEST_F(TextFormatTest, LiteralsStandBetweenValues) {
  EXPECT_EQ(Line("<%REQ(:METHOD)%> 100%% \"%PROTOCOL%\"\n"), "<GET> 100% \"HTTP/1.1\"\n");
  EXPECT_EQ(Line(""), "");
}

TEST_F(TextFormatTest, FieldsAreFoundWhateverTheirCase) {
  EXPECT_EQ(Line("%REQ(User-Agent)% %RESP(X-KIND)% %REQ(:AUTHORITY)% %REQ(host)%"),
            "me good here here");
}

TEST_F(TextFormatTest, OperatorsHaveTheirOtherNames) {
  EXPECT_EQ(Line("%REQUEST_HEADER(host)% %RESPONSE_HEADER(x-kind)% %RESPONSE_TRAILER(a)% "
                 "%PER_REQUEST_STATE(a)% %RESP(:status)%"),
            "here good - - 200");
}

TEST_F(TextFormatTest, TheSecondFieldStandsInForTheFirst) {
  EXPECT_EQ(Line("%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"), "/a?b=c&d");
  request_.headers.Add("x-envoy-original-path", "/before");
  EXPECT_EQ(Line("%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"), "/before");
}

TEST_F(TextFormatTest, ALengthCutsTheValue) {
  EXPECT_EQ(Line("%REQ(:PATH):2%|%REQ(:PATH):0%|%REQ(:PATH):99%"), "/a||/a?b=c&d");
}

TEST_F(TextFormatTest, QueriesAreCutOffOrTakenApart) {
  EXPECT_EQ(Line("%REQ_WITHOUT_QUERY(:PATH)% %QUERY_PARAM(b)% %QUERY_PARAM(x)%"), "/a c -");
}

TEST_F(TextFormatTest, WhatIsMissingIsADash) {
  entry_ = LogEntry();
  EXPECT_EQ(Line("%REQ(A)% %RESP(A)% %TRAILER(A)% %RESPONSE_CODE% %RESPONSE_FLAGS% %PROTOCOL% "
                 "%UPSTREAM_HOST% %ROUTE_NAME% %REQUEST_DURATION% %DYNAMIC_METADATA(a:b)%"),
            "- - - 0 - - - - - -");
  EXPECT_EQ(Line("<%REQ(A)%%RESPONSE_FLAGS%>", ""), "<->");
}

TEST_F(TextFormatTest, MetadataIsTextOrJson) {
  http::Metadata metadata;
  metadata.Set("a", "s", http::MetadataValue::Of("te\"xt\n"));
  metadata.Set("a", "n", http::MetadataValue::Of(1.5));
  entry_.metadata = &metadata;
  EXPECT_EQ(Line("%DYNAMIC_METADATA(a:s)% %DYNAMIC_METADATA(a:s):2% %DYNAMIC_METADATA(a:n)%"),
            R"(te\x22xt\x0a te 1.5)");
  // R69: JSON ends no line either.
  EXPECT_EQ(Line("%DYNAMIC_METADATA(a)%"), R"({"n":1.5,"s":"te\"xt\n"})");
  EXPECT_EQ(Line("%DYNAMIC_METADATA(a:n:x)% %DYNAMIC_METADATA(b)%"), "- -");
}

TEST_F(TextFormatTest, WhatWasAgreedOnOverTlsIsText) {
  EXPECT_EQ(Line("%DOWNSTREAM_TLS_VERSION% %UPSTREAM_TLS_CIPHER% %DOWNSTREAM_PEER_URI_SAN%"),
            "- - -");
  const PeerCertificate certificate = {
      {"spiffe://mesh/a", "spiffe://mesh/b"}, {"a.test"}, {}, "CN=a", "CN=authority", "0a", "ff00"};
  entry_.downstream_tls_version = "TLSv1.3";
  entry_.downstream_tls_cipher = "TLS_AES_128_GCM_SHA256";
  entry_.upstream_tls_version = "TLSv1.2";
  entry_.upstream_tls_cipher = "ECDHE-ECDSA-AES128-GCM-SHA256";
  entry_.downstream_certificate = &certificate;
  EXPECT_EQ(Line("%DOWNSTREAM_TLS_VERSION% %DOWNSTREAM_TLS_CIPHER%"),
            "TLSv1.3 TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(Line("%UPSTREAM_TLS_VERSION% %UPSTREAM_TLS_CIPHER%"),
            "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256");
  EXPECT_EQ(Line("%DOWNSTREAM_PEER_SUBJECT% %DOWNSTREAM_PEER_ISSUER% %DOWNSTREAM_PEER_SERIAL% "
                 "%DOWNSTREAM_PEER_FINGERPRINT_256%"),
            "CN=a CN=authority 0a ff00");
  EXPECT_EQ(Line("%DOWNSTREAM_PEER_URI_SAN% %DOWNSTREAM_PEER_DNS_SAN% %DOWNSTREAM_PEER_IP_SAN%"),
            "spiffe://mesh/a,spiffe://mesh/b a.test -");
}

TEST_F(TextFormatTest, TimesAreThoseOfEnvoy) {
  EXPECT_EQ(Line("%START_TIME%"), "1970-01-02T00:00:00.007Z");
  EXPECT_EQ(Line("%START_TIME(%s %3f %f %Y/%m)%"), "86400 007 007000000 1970/01");
  EXPECT_EQ(Line("%START_TIME(%)%"), "%");
  entry_.request_took = milliseconds(2);
  entry_.response_took = milliseconds(9);
  EXPECT_EQ(Line("%DURATION% %REQUEST_DURATION% %RESPONSE_DURATION% %RESPONSE_TX_DURATION%"),
            "12 2 9 3");
}

TEST_F(TextFormatTest, AddressesHaveTheirParts) {
  entry_.upstream_host = *Address::FromIp("10.0.0.1", 80);
  entry_.downstream_remote = *Address::FromIp("::1", 90);
  entry_.downstream_local = *Address::FromPath("/run/x.sock");
  EXPECT_EQ(Line("%UPSTREAM_HOST% %UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% %UPSTREAM_REMOTE_PORT%"),
            "10.0.0.1:80 10.0.0.1 80");
  EXPECT_EQ(Line("%DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"),
            "[::1]:90 ::1");
  EXPECT_EQ(Line("%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_PORT%"), "/run/x.sock -");
}

TEST_F(TextFormatTest, FlagsStandInEnvoysOrder) {
  entry_.flags.Add(http::ResponseFlag::kUpstreamRetryLimitExceeded);
  entry_.flags.Add(http::ResponseFlag::kUpstreamConnectionFailure);
  EXPECT_EQ(Line("%RESPONSE_FLAGS%"), "UF,URX");
  EXPECT_EQ(Line("%RESPONSE_FLAGS_LONG%"), "UpstreamConnectionFailure,UpstreamRetryLimitExceeded");
}

TEST_F(TextFormatTest, GrpcStatusComesFromTrailersHeadOrStatus) {
  EXPECT_EQ(Line("%GRPC_STATUS%"), "-");
  request_.headers.Add("content-type", "application/grpc");
  entry_.status = 503;
  EXPECT_EQ(Line("%GRPC_STATUS% %GRPC_STATUS_NUMBER%"), "Unavailable 14");
  response_.headers.Add(http::HeaderId::kGrpcStatus, "5");
  EXPECT_EQ(Line("%GRPC_STATUS(CAMEL_STRING)%"), "NotFound");
  http::HeaderMap trailers;
  trailers.Add(http::HeaderId::kGrpcStatus, "77");
  entry_.response_trailers = &trailers;
  EXPECT_EQ(Line("%GRPC_STATUS% %GRPC_STATUS(NUMBER)%"), "77 77");
}

TEST_F(TextFormatTest, WhatTheProcessKnowsIsWrittenOnce) {
  EXPECT_EQ(Line("%HOSTNAME% %ENVIRONMENT(SET)% %ENVIRONMENT(UNSET)%"), "host-1 value -");
}

TEST_F(TextFormatTest, R69_ValuesCannotEndALineOrAQuote) {
  request_.headers.Set("user-agent", "a\"b\\c\nd\x7f\xc3\xa9");
  EXPECT_EQ(Line("\"%REQ(USER-AGENT)%\"\n"), "\"a\\x22b\\x5cc\\x0ad\\x7f\xc3\xa9\"\n");
}

TEST_F(TextFormatTest, MistakesAreNamed) {
  EXPECT_EQ(Mistake("%NOPE%"), "%NOPE% is not supported");
  EXPECT_EQ(Mistake("a % b"), "'% b' begins no operator: a percent sign is written %%");
  EXPECT_EQ(Mistake("%REQ(A%"), "'%REQ(A%' begins no operator: a percent sign is written %%");
  EXPECT_EQ(Mistake("%REQ%"), "%REQ% needs the name of a field");
  EXPECT_EQ(Mistake("%REQ(A?B?C)%"), "%REQ% takes two fields at most");
  EXPECT_EQ(Mistake("%REQ(A):x%"), "%REQ% needs a number behind the colon");
  EXPECT_EQ(Mistake("%PROTOCOL(A)%"), "%PROTOCOL% takes no parameters");
  EXPECT_EQ(Mistake("%PROTOCOL:4%"), "%PROTOCOL% takes no length");
  EXPECT_EQ(Mistake("%ENVIRONMENT%"), "%ENVIRONMENT% needs a parameter");
  EXPECT_EQ(Mistake("%GRPC_STATUS(X)%"), "%GRPC_STATUS% takes CAMEL_STRING or NUMBER");
  EXPECT_EQ(Mistake("%START_TIME(" + std::string(129, 'x') + ")%"),
            "%START_TIME% takes a format of at most 128 bytes");
}

TEST_F(TextFormatTest, PiecesHaveALimit) {
  std::string format;
  for (size_t i = 0; i < TextFormat::kPiecesMax; ++i) format += "%PROTOCOL%";
  EXPECT_EQ(Mistake(format), "");
  EXPECT_EQ(Mistake(format + "%PROTOCOL%"),
            "must have at most 1000 operators and texts between them");
}

}  // namespace
}  // namespace outrigger::logging
