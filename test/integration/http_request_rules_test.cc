// R1-R23 of hardening.md by real bytes to a real listener, with a bystander on a connection of its
// own. The combinations are in unit/http/http1; here are the answers that a client gets, and what
// reaches the service.
#include <string>
#include <string_view>
#include <vector>

#include "test/integration/http_fixture.h"
#include "test/support/backend.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A request with these lines after its request line and Host.
std::string Post(const std::string& fields, const std::string& body = "") {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}
std::string Chunked(const std::string& body) {
  return Post("Transfer-Encoding: chunked\r\n", body);
}
std::string Get(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

// A service that counts whole requests, and a bystander with a connection of its own.
class RefusedRequests : public HttpTest {
 protected:
  void SetUp() override {
    StaticBootstrap bootstrap;
    bootstrap.upstream_ports = {backend_.port()};
    StartProxy(bootstrap);
    bystander_ = std::make_unique<HttpClient>(port_);
    AskAsBystander();
  }
  void TearDown() override {
    // Nothing that was refused reached the service as a request, and nobody else noticed.
    EXPECT_EQ(backend_.requests(), bystander_requests_);
    EXPECT_EQ(bystander_->connections(), 1);
    HttpTest::TearDown();
  }

  void AskAsBystander() {
    const auto answer = bystander_->Get("/");
    ASSERT_TRUE(answer.has_value()) << bystander_->failure();
    EXPECT_EQ(answer->body, "service");
    ++bystander_requests_;
  }
  void ExpectRefused(const std::vector<std::string>& requests, int status) {
    for (const std::string& request : requests) {
      RawPeer client = Client();
      // A second request behind the refused one is nobody's.
      client.Send(request + std::string(kGet));
      const std::string answer = client.ReadToEnd();
      EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(status) + " ")) << request;
      EXPECT_THAT(answer, HasSubstr("\r\nconnection: close\r\n")) << request;
      EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << request;
      AskAsBystander();
    }
  }

  Backend backend_{"service"};
  std::unique_ptr<HttpClient> bystander_;
  uint64_t bystander_requests_ = 0;
};

TEST_F(RefusedRequests, R1_ContentLengthTogetherWithTransferEncoding) {
  ExpectRefused({Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                 Post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n")},
                400);
}

TEST_F(RefusedRequests, R2_TransferEncodingsButChunkedOnceAndAlone) {
  ExpectRefused(
      {Post("Transfer-Encoding: \r\n"), Post("Transfer-Encoding: gzip, chunked\r\n"),
       Post("Transfer-Encoding: ,chunked\r\n"), Post("Transfer-Encoding: chunked, chunked\r\n"),
       Post("Transfer-Encoding: xchunked\r\n"), Post("Transfer-Encoding: identity\r\n"),
       Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
       Post("Transfer-Encoding: \xa0"
            "chunked\r\n")},
      501);
  ExpectRefused({Post("Transfer-Encoding: \vchunked\r\n")}, 400);
}

TEST_F(RefusedRequests, R3_TransferEncodingOnHttp10) {
  ExpectRefused({"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}, 400);
}

TEST_F(RefusedRequests, R4_ContentLengthsThatAreNoSingleNumber) {
  std::vector<std::string> requests;
  for (const char* length : {"", "+3", "-3", "0x3", "3_0", "3 0", "3, 4", "18446744073709551616"}) {
    requests.push_back(Post("Content-Length: " + std::string(length) + "\r\n", "xyz"));
  }
  requests.push_back(Post("Content-Length: 3\r\nContent-Length: 4\r\n", "xyzd"));
  ExpectRefused(requests, 400);
}

TEST_F(RefusedRequests, R5_ChunkSizesThatAreNoHexadecimalNumber) {
  std::vector<std::string> requests;
  for (const char* size : {"", "g", "0x3", "+3", "-3", " 3", "3 ", "3_0", "10000000000000000"}) {
    requests.push_back(Chunked(std::string(size) + "\r\nxyz\r\n0\r\n\r\n"));
  }
  requests.push_back(Chunked(std::string(300, '0') + "3\r\nxyz\r\n0\r\n\r\n"));
  ExpectRefused(requests, 400);
}

TEST_F(RefusedRequests, R6_ChunkLinesThatDoNotEndInCrlf) {
  ExpectRefused({Chunked("3\nxyz\r\n0\r\n\r\n"), Chunked("3\rxyz\r\n0\r\n\r\n"),
                 Chunked("3;a\nxyz\r\n0\r\n\r\n"), Chunked("3\r\nxyz\n0\r\n\r\n"),
                 Chunked("3\r\nxyzd\r\n0\r\n\r\n"), Chunked("3\r\nxyz\r\n0\n\r\n")},
                400);
}

TEST_F(RefusedRequests, R7_ChunkExtensionsBeyondTheirBounds) {
  std::string many;
  for (int i = 0; i < 40; ++i) many += "1;" + std::string(200, 'a') + "\r\nx\r\n";
  std::string small;
  for (int i = 0; i < 4000; ++i) small += "1;aaaaaaaaaaaaaa\r\nx\r\n";
  ExpectRefused({Chunked("3;=b\r\nxyz\r\n0\r\n\r\n"), Chunked("3;" + std::string(300, 'a')),
                 Chunked(many), Chunked(small)},
                400);
}

TEST_F(RefusedRequests, R8_TrailersThatAreNoFieldsOrTooMany) {
  std::string many = "0\r\n";
  for (int i = 0; i < 120; ++i) many += "t" + std::to_string(i) + ": x\r\n";
  ExpectRefused({Chunked("0\r\na b: c\r\n\r\n"), Chunked("0\r\n a: b\r\n\r\n"),
                 Chunked("0\r\n: b\r\n\r\n"), Chunked("0\r\na: b\n\r\n"), Chunked(many + "\r\n"),
                 Chunked("0\r\na: " + std::string(70'000, 'x') + "\r\n\r\n")},
                400);
}

TEST_F(RefusedRequests, R9_ConnectionThatNamesTooManyFields) {
  std::string names = "x0";
  for (int i = 1; i < 40; ++i) names += ", x" + std::to_string(i);
  ExpectRefused({Get("Connection: " + names + "\r\n")}, 400);
}

TEST_F(RefusedRequests, R12_ExpectationsThatNobodyKnows) {
  ExpectRefused({Post("Expect: 200-ok\r\nContent-Length: 3\r\n", "xyz"),
                 Get("Expect: 100-continue, more\r\n")},
                417);
}

TEST_F(RefusedRequests, R16_LinesThatDoNotEndInCrlfAndControlCharacters) {
  using namespace std::string_literals;
  ExpectRefused({"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\n\n", "GET / HTTP/1.1\rHost: a\r\n\r\n",
                 Get("a: b\rc\r\n"), Get("a: b\0c\r\n"s), Get("a\0: b\r\n"s), Get("a: \x7f\r\n"),
                 Get("a: \x1b[31m\r\n"), "\0GET / HTTP/1.1\r\nHost: a\r\n\r\n"s},
                400);
}

TEST_F(RefusedRequests, R17_NamesThatAreNoTokenRightBeforeTheirColon) {
  ExpectRefused({Get("a : b\r\n"), Get(": b\r\n"), Get("a\r\n"), Get("a b: c\r\n"),
                 Get("a(b: c\r\n"), Get("\xe9: b\r\n"), Get("Content-Length : 3\r\n")},
                400);
}

TEST_F(RefusedRequests, R19_FoldedFields) {
  ExpectRefused({Get("a: b\r\n c\r\n"), Get("a: b\r\n\tc\r\n"), Get(" a: b\r\n"),
                 "OPTIONS / HTTP/1.1\r\nHost: a\r\na: b\r\n : c\r\n\r\n"},
                400);
}

TEST_F(RefusedRequests, R21_RequestLinesThatAreNone) {
  ExpectRefused({"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                 "GET /\r\n\r\n", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n",
                 "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
                 "GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / http/1.1\r\nHost: a\r\n\r\n",
                 "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"},
                400);
  ExpectRefused({"GET / HTTP/0.9\r\nHost: a\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
                 "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
                505);
}

TEST_F(RefusedRequests, R22_HostsThatAreMissingRepeatedOrMalformed) {
  ExpectRefused(
      {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
       "GET / HTTP/1.1\r\nHost: \r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
       "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
       "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      400);
}

TEST_F(RefusedRequests, R23_HeadsBeyondTheirLimits) {
  std::string fields;
  for (int i = 0; i < 110; ++i) fields += "a" + std::to_string(i) + ": b\r\n";
  ExpectRefused({Get(fields), Get("a: " + std::string(61 * 1024, 'x') + "\r\n")}, 431);
  ExpectRefused({"GET /" + std::string(61 * 1024, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"}, 414);
}

// What reaches the service of a request that is taken.
class TakenRequests : public HttpTest {
 protected:
  void SetUp() override { StartProxy(); }
};

TEST_F(TakenRequests, R2_ChunkedIsKnownInAnyCase) {
  RawPeer client = Client();
  EXPECT_THAT(
      Forwarded(client, Post("Transfer-Encoding: CHUNKED\r\n", "3\r\nxyz\r\n0\r\n\r\n"),
                "\r\n0\r\n\r\n"),
      AllOf(HasSubstr("\r\ntransfer-encoding: chunked\r\n"), EndsWith("3\r\nxyz\r\n0\r\n\r\n")));
}

TEST_F(TakenRequests, R4_EqualContentLengthsBecomeOne) {
  RawPeer client = Client();
  const std::string seen =
      Forwarded(client, Post("Content-Length: 3, 3\r\nContent-Length: 3\r\n", "xyz"), "xyz");
  EXPECT_EQ(seen.find("content-length: 3\r\n"), seen.rfind("content-length"));
}

TEST_F(TakenRequests, R7_ChunkExtensionsEndHere) {
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, Chunked("3;a=b;c=\"d\"\r\nxyz\r\n0;e\r\n\r\n"), "\r\n0\r\n\r\n"),
              EndsWith("\r\n\r\n3\r\nxyz\r\n0\r\n\r\n"));
}

TEST_F(TakenRequests, R8_TrailersPassApartFromHeadersAndWithoutForbiddenOnes) {
  RawPeer client = Client();
  const std::string seen = Forwarded(
      client,
      Chunked("1\r\nx\r\n0\r\nContent-Length: 9\r\nHost: b\r\nAuthorization: c\r\n"
              "x-envoy-internal: true\r\nX-Forwarded-For: 1.2.3.4\r\ngrpc-status: 0\r\n\r\n"),
      "\r\n\r\n1\r\nx\r\n0\r\n");
  EXPECT_THAT(seen, Not(HasSubstr("grpc-status")));
  EXPECT_EQ(service_.ReadUntil("\r\n\r\n"), "grpc-status: 0\r\n\r\n");
}

TEST_F(TakenRequests, R9_FramingIsWrittenAnew) {
  RawPeer client = Client();
  const std::string seen = Forwarded(
      client,
      Get("Connection: keep-alive, x-mine, x-forwarded-for\r\nKeep-Alive: 5\r\nx-mine: 1\r\n"
          "Proxy-Connection: close\r\nX-Forwarded-For: 1.2.3.4\r\nUpgrade: h2c\r\n"
          "HTTP2-Settings: AAMAAABkAAQAAP__\r\nTE: trailers, deflate\r\n"),
      "\r\n\r\n");
  for (const char* name : {"keep-alive", "x-mine", "proxy-", "upgrade", "http2-", "deflate"}) {
    EXPECT_THAT(seen, Not(HasSubstr(name)));
  }
  EXPECT_THAT(seen, HasSubstr("\r\nx-forwarded-for: 1.2.3.4\r\n"));
  EXPECT_THAT(seen,
              AllOf(HasSubstr("\r\nte: trailers\r\n"), EndsWith("\r\nconnection: te\r\n\r\n")));
}

TEST_F(TakenRequests, R10_ThePipelinedRequestWaitsForTheResponse) {
  RawPeer client = Client();
  const std::string first =
      Forwarded(client, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(kGet), "\r\n\r\n");
  EXPECT_THAT(first, StartsWith("GET /1 "));
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(service_.SendSome("1"), 1u);
  // Only now, behind the whole first response.
  EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), StartsWith("GET / "));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadUntil("ok"), StartsWith("1HTTP/1.1 200"));
}

TEST_F(TakenRequests, R10_PipelinedRequestsAreAnsweredAlthoughTheClientHasFinishedSending) {
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(std::string(kGet) + std::string(kGet)));
  client.ShutdownWrite();
  service_ = upstream_.Accept();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), StartsWith("GET / "));
    ASSERT_TRUE(service_.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), EndsWith("ok"));
  }
  EXPECT_TRUE(client.HasEnded());
}

TEST_F(TakenRequests, R12_TheExpectationIsMetHereAndNotPassedOn) {
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(Post("Expect: 100-Continue\r\nContent-Length: 3\r\n")));
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(Forwarded(client, "xyz", "xyz"),
              AllOf(HasSubstr("\r\ncontent-length: 3\r\n"), Not(HasSubstr("\r\nexpect:"))));
  ASSERT_TRUE(service_.Send("HTTP/1.1 100 Continue\r\n\r\n" + std::string(kOk)));
  EXPECT_THAT(client.ReadMessage(), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("ok")));
}

TEST_F(TakenRequests, R14_ABodyIsFramedAlikeWhateverTheMethod) {
  RawPeer client = Client();
  for (const std::string method : {"GET", "HEAD", "OPTIONS", "DELETE", "PROPFIND"}) {
    const std::string request = method + " /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
    EXPECT_THAT(Forwarded(client, request, "body"), HasSubstr("\r\ncontent-length: 4\r\n"));
    ASSERT_TRUE(service_.Send("HTTP/1.1 204 No Content\r\n\r\n"));
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 204"));
  }
}

TEST_F(TakenRequests, R15_ARequestThatEndsEarlyIsNeverPassedOnAsWhole) {
  for (const std::string& request :
       {Post("Content-Length: 5\r\n", "xyz"), Chunked("3\r\nxyz\r\n")}) {
    RawPeer client = Client();
    Forwarded(client, request, "xyz");
    client.ShutdownWrite();
    EXPECT_THAT(std::exchange(service_, RawPeer()).ReadToEnd(), Not(HasSubstr("0\r\n\r\n")));
    EXPECT_TRUE(client.HasEnded());
  }
}

TEST_F(TakenRequests, R18_OnlySpacesAndTabsAreTrimmed) {
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, Get("a: \t b \xa0\x85 \t\r\n"), "\r\n\r\n"),
              HasSubstr("\r\na: b \xa0\x85\r\n"));
}

TEST_F(TakenRequests, R20_AnUnderscoreIsNoDash) {
  RawPeer client = Client();
  const std::string seen =
      Forwarded(client, Get("x_forwarded_proto: https\r\ncontent_length: 5\r\n"), "\r\n\r\n");
  EXPECT_THAT(seen, HasSubstr("\r\nx_forwarded_proto: https\r\ncontent_length: 5\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nx-forwarded-proto: http\r\n"));
}

TEST_F(TakenRequests, R21_AnAbsoluteTargetIsSentOnInOriginForm) {
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, "GET http://a:80/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n"),
              StartsWith("GET /b?c HTTP/1.1\r\nhost: a"));
}

TEST_F(TakenRequests, R52_AnUpgradeToHttp2IsNotPassedOn) {
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, Get("Connection: Upgrade\r\nUpgrade: h2c\r\n"), "\r\n\r\n"),
              AllOf(Not(HasSubstr("pgrade")), Not(HasSubstr("h2c"))));
}

}  // namespace
}  // namespace outrigger::test
