// R1-R23 of hardening.md where the hostile side is the service: only the exchange and the
// connection that carried it end, and no client takes a broken response for a whole one (F15).
#include <string>
#include <string_view>
#include <vector>

#include "test/integration/http_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kChunkedHead =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";

class HostileResponses : public HttpTest {
 protected:
  void SetUp() override {
    StartProxy();
    bystander_.Start(port_, upstream_);
  }
  void TearDown() override {
    bystander_.Finish();
    HttpTest::TearDown();
  }

  // One request and the service's end of it.
  void Ask(RawPeer& client, std::string_view method = "GET") {
    ASSERT_TRUE(client.Send(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n"));
    service_ = upstream_.Accept();
    ASSERT_THAT(service_.ReadUntil("\r\n\r\n"), StartsWith(method));
  }
  // Responses whose head is refused: the client gets 502 and keeps its connection.
  void ExpectRefused(const std::vector<std::string>& responses) {
    RawPeer client = Client();
    for (const std::string& response : responses) {
      Ask(client);
      service_.Send(response);
      EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 502 ")) << response;
      EXPECT_TRUE(service_.HasEnded()) << response;
    }
  }
  // Responses that break after `abc` of their body: the client can tell that it is not whole.
  void ExpectCut(const std::vector<std::string>& rests, std::string_view head = kChunkedHead) {
    for (const std::string& rest : rests) {
      RawPeer client = Client();
      Ask(client);
      service_.Send(head);
      client.ReadUntil("abc");
      service_.Send(rest);
      EXPECT_THAT(client.ReadToEnd(), Not(HasSubstr("\r\n0\r\n"))) << rest;
      EXPECT_TRUE(service_.HasEnded()) << rest;
    }
  }

  Bystander bystander_;
};

std::string With(const std::string& fields, const std::string& body = "") {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body;
}

TEST_F(HostileResponses, R1_ContentLengthTogetherWithTransferEncoding) {
  ExpectRefused({With("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")});
}

TEST_F(HostileResponses, R2_TransferEncodingsButChunkedOnceAndAlone) {
  ExpectRefused({With("Transfer-Encoding: gzip, chunked\r\n"), With("Transfer-Encoding: \r\n"),
                 With("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                 With("Transfer-Encoding: identity\r\n")});
}

TEST_F(HostileResponses, R3_TransferEncodingOnHttp10) {
  ExpectRefused({"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"});
}

TEST_F(HostileResponses, R4_ContentLengthsThatAreNoSingleNumber) {
  ExpectRefused({With("Content-Length: \r\n"), With("Content-Length: +3\r\n", "abc"),
                 With("Content-Length: 3, 4\r\n", "abc"), With("Content-Length: 0x3\r\n", "abc"),
                 With("Content-Length: 99999999999999999999\r\n", "abc")});
}

TEST_F(HostileResponses, R5_R6_R7_ChunksThatBreakTheGrammar) {
  ExpectCut({"g\r\n", "0x3\r\nabc\r\n", "3\nabc\r\n", "3\r\nabcd\r\n", "3 \r\nabc\r\n",
             "3;=\r\nabc\r\n", "10000000000000000\r\n", "3;" + std::string(300, 'a') + "\r\n",
             "0\n\r\n"});
}

TEST_F(HostileResponses, R8_TrailersThatAreNoFieldsOrTooLarge) {
  ExpectCut({"0\r\na b: c\r\n\r\n", "0\r\n: b\r\n\r\n",
             "0\r\na: " + std::string(70'000, 'x') + "\r\n\r\n"});
}

TEST_F(HostileResponses, R8_ForbiddenTrailersEndHereAndOthersPass) {
  RawPeer client = Client();
  Ask(client);
  service_.Send(std::string(kChunkedHead) +
                "0\r\nContent-Length: 9\r\nSet-Cookie: a\r\ngrpc-status: 7\r\n\r\n");
  client.ReadUntil("abc\r\n");
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "0\r\ngrpc-status: 7\r\n\r\n");
}

TEST_F(HostileResponses, R9_FramingIsWrittenAnew) {
  RawPeer client = Client();
  Ask(client);
  service_.Send(
      With("Connection: x-mine\r\nx-mine: 1\r\nKeep-Alive: timeout=5\r\n"
           "Proxy-Connection: x\r\nContent-Length: 2, 2\r\n",
           "ok"));
  const std::string answer = client.ReadMessage();
  for (const char* name : {"x-mine", "eep-", "roxy-", "2, 2"}) {
    EXPECT_THAT(answer, Not(HasSubstr(name)));
  }
  EXPECT_THAT(answer, AllOf(HasSubstr("\r\ncontent-length: 2\r\n"), EndsWith("\r\n\r\nok")));
}

TEST_F(HostileResponses, R10_BytesBehindAResponseReachNobody) {
  RawPeer client = Client();
  for (int i = 0; i < 3; ++i) {
    Ask(client);
    service_.Send(std::string(kOk) + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
    EXPECT_TRUE(service_.HasEnded());
  }
}

TEST_F(HostileResponses, R10_BytesThatNobodyAskedForCloseTheConnection) {
  RawPeer client = Client();
  Ask(client);
  service_.Send(kOk);
  EXPECT_THAT(client.ReadMessage(), EndsWith("ok"));
  service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  EXPECT_TRUE(service_.HasEnded());
  Ask(client);
  service_.Send(kOk);
  EXPECT_THAT(client.ReadMessage(), EndsWith("ok"));
}

TEST_F(HostileResponses, R13_MoreInformationalResponsesThanAnyoneNeeds) {
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += "HTTP/1.1 102 Processing\r\n\r\n";
  RawPeer client = Client();
  Ask(client);
  service_.Send(flood + std::string(kOk));
  EXPECT_THAT(client.ReadUntil("502"), Not(HasSubstr("200")));
  ExpectRefused({"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                 "HTTP/1.1 103 Early Hints\r\nContent-Length: 3\r\n\r\nabc"});
}

TEST_F(HostileResponses, R14_SomeResponsesHaveNoBodyWhateverTheyAnnounce) {
  struct Case {
    std::string_view method, status;
  };
  for (const Case& c : {Case{"HEAD", "200 OK"}, {"GET", "204 No Content"}, {"GET", "304 X"}}) {
    RawPeer client = Client();
    Ask(client, c.method);
    service_.Send("HTTP/1.1 " + std::string(c.status) + "\r\nContent-Length: 4\r\n\r\nevil");
    EXPECT_THAT(client.ReadUntil("\r\n\r\n"),
                StartsWith("HTTP/1.1 " + std::string(c.status.substr(0, 3))));
    EXPECT_TRUE(service_.HasEnded());  // what it sent behind is nobody's
    Ask(client);
    service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
    EXPECT_TRUE(service_.HasEnded());
  }
}

TEST_F(HostileResponses, R15_BodiesThatEndEarly) {
  for (const bool by_reset : {false, true}) {
    for (std::string_view head :
         {kChunkedHead, std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")}) {
      RawPeer client = Client();
      Ask(client);
      service_.Send(head);
      client.ReadUntil("abc");
      by_reset ? service_.Reset() : service_.Close();
      EXPECT_THAT(client.ReadToEnd(), Not(HasSubstr("0\r\n\r\n")));
    }
  }
}

TEST_F(HostileResponses, R16_R17_R19_HeadsThatBreakTheSyntax) {
  using namespace std::string_literals;
  ExpectRefused({"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", With("a: b\rc\r\n"),
                 With("a: b\0c\r\n"s), With("a : b\r\n"), With(": b\r\n"), With("a\r\n"),
                 With("a b: c\r\n"), With("a: b\r\n c\r\n"), With(" a: b\r\n")});
}

TEST_F(HostileResponses, R18_OnlySpacesAndTabsAreTrimmed) {
  RawPeer client = Client();
  Ask(client);
  service_.Send(With("a: \t b \xa0 \t\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(client.ReadMessage(), HasSubstr("\r\na: b \xa0\r\n"));
}

TEST_F(HostileResponses, R21_StatusLinesThatAreNone) {
  ExpectRefused({"HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n", "HTTP/2.0 200 X\r\n\r\n",
                 "HTTP/1.1 2000 X\r\n\r\n", "200 OK\r\n\r\n", "\r\n\r\n", "garbage\r\n\r\n"});
}

TEST_F(HostileResponses, R23_HeadsBeyondTheirLimits) {
  std::string fields;
  for (int i = 0; i < 110; ++i) fields += "a" + std::to_string(i) + ": b\r\n";
  ExpectRefused({With(fields), With("a: " + std::string(61 * 1024, 'x') + "\r\n"),
                 "HTTP/1.1 200 " + std::string(61 * 1024, 'x')});
}

}  // namespace
}  // namespace outrigger::test
