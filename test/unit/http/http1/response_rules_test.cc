// What a client codec takes for a response and what it refuses: hostile upstreams are held to the
// same rules as hostile clients.
#include <gtest/gtest.h>

#include "test/unit/http/http1/codec_probe.h"

namespace outrigger::http::http1 {
namespace {

std::string Ok(std::string_view fields, std::string_view body = {}) {
  return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string Chunked(std::string_view body) { return Ok("Transfer-Encoding: chunked\r\n", body); }

bool IsRefused(std::string_view bytes) {
  return ResponseTranscript(bytes).Contains("error 502 upstream_reset_before_response_started");
}

std::string First(std::string_view bytes, std::string_view method = "GET") {
  return ResponseTranscript(bytes, method).lines().at(0);
}

TEST(ResponseRules, R1_ContentLengthTogetherWithChunkedIsRefused) {
  EXPECT_TRUE(IsRefused(Ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")));
}

TEST(ResponseRules, R2_OnlyChunkedOnceIsATransferEncoding) {
  for (std::string_view coding : {"", ",chunked", "chunked, chunked", "xchunked", "identity"}) {
    EXPECT_TRUE(IsRefused(Ok("Transfer-Encoding: " + std::string(coding) + "\r\n"))) << coding;
  }
  EXPECT_FALSE(IsRefused(Chunked("0\r\n\r\n")));
}

TEST(ResponseRules, R3_TransferEncodingOnHttp10IsRefused) {
  EXPECT_TRUE(IsRefused("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
}

TEST(ResponseRules, R4_ContentLengthIsDigitsWithoutOverflow) {
  for (std::string_view length : {"", "+3", "-3", "0x3", "3 0", "3, 4", "99999999999999999999"}) {
    EXPECT_TRUE(IsRefused(Ok("Content-Length: " + std::string(length) + "\r\n", "abc"))) << length;
  }
}

TEST(ResponseRules, R5_R6_ChunksAreHeldToTheGrammar) {
  for (std::string_view body : {"g\r\n", "0x3\r\nabc", "3\nabc", "3\r\nabcd\r\n", "3 \r\nabc\r\n",
                                "10000000000000000\r\n", "3;\r\nabc\r\n"}) {
    EXPECT_TRUE(IsRefused(Chunked(body))) << body;
  }
}

TEST(ResponseRules, R8_TrailersArriveApartFromHeaders) {
  EXPECT_EQ(
      ResponseTranscript(Chunked("2\r\nhi\r\n0\r\nGrpc-Status: 0\r\nHost: b\r\n\r\n")).ToString(),
      "response 200 body unknown {}\nbody hi\ntrailers {grpc-status: 0}\nend\n");
}

TEST(ResponseRules, R9_HopByHopFieldsEndHere) {
  EXPECT_EQ(First(Ok("Connection: x-a\r\nX-A: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n"
                     "Set-Cookie: a\r\nSet-Cookie: b\r\n")),
            "response 200 body none {set-cookie: a; set-cookie: b}");
}

TEST(ResponseRules, R10_BytesAfterAResponseAreNotTaken) {
  ClientProbe client;
  client.Request();
  client.Offer(Ok("Content-Length: 2\r\n", "hiHTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(client.transcript.ToString(), "response 200 body 2 {}\nbody hi\nend\n");
  EXPECT_EQ(client.pending, "HTTP/1.1 200 OK\r\n");
  EXPECT_TRUE(client.codec.is_idle());
}

TEST(ResponseRules, R11_AnEarlyResponseLeavesTheConnectionUnfit) {
  ClientProbe client;
  RequestHead head;
  head.method = "POST";
  head.path = "/";
  head.authority = "a";
  head.body = {BodyLength::Kind::kKnown, 10};
  client.codec.StartExchange(client);
  client.codec.EncodeRequestHead(head);
  client.codec.EncodeBody("abc");
  client.Offer(Ok("Content-Length: 0\r\n"));
  EXPECT_EQ(client.transcript.ToString(), "response 200 body none {}\nend\n");
  EXPECT_TRUE(client.codec.must_close());
  EXPECT_FALSE(client.codec.is_idle());
}

TEST(ResponseRules, R11_AResponseBeforeItsRequestIsRefused) {
  ClientProbe client;
  client.codec.StartExchange(client);
  client.Offer(Ok("Content-Length: 0\r\n"));
  EXPECT_TRUE(client.transcript.Contains("response before its request"));
  EXPECT_TRUE(client.codec.must_close());
}

TEST(ResponseRules, R13_InformationalResponsesDoNotEndTheExchangeAndAreBounded) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
  const std::string log = ResponseTranscript(bytes + Ok("Content-Length: 0\r\n")).ToString();
  EXPECT_TRUE(log.starts_with("informational 103 {link: x}\ninformational 103"));
  EXPECT_TRUE(log.ends_with("response 200 body none {}\nend\n"));
  bytes += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_TRUE(ResponseTranscript(bytes).Contains("too many informational responses"));
}

TEST(ResponseRules, R13_SwitchingProtocolsAndInformationalBodiesAreRefused) {
  EXPECT_TRUE(IsRefused("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"));
  EXPECT_TRUE(IsRefused("HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\nhello"));
  EXPECT_TRUE(IsRefused("HTTP/1.1 103 x\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST(ResponseRules, R14_SomeResponsesHaveNoBodyWhateverTheirLength) {
  EXPECT_EQ(ResponseTranscript(Ok("Content-Length: 5\r\n"), "HEAD").ToString(),
            "response 200 body none announced 5 {}\nend\n");
  EXPECT_EQ(ResponseTranscript(Ok("Transfer-Encoding: chunked\r\n"), "HEAD").ToString(),
            "response 200 body none {}\nend\n");
  EXPECT_EQ(ResponseTranscript("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").ToString(),
            "response 304 body none announced 5 {}\nend\n");
  EXPECT_EQ(ResponseTranscript("HTTP/1.1 204 No Content\r\n\r\n").ToString(),
            "response 204 body none {}\nend\n");
}

TEST(ResponseRules, R14_A204ThatAnnouncesABodyLeavesTheConnectionUnfit) {
  ClientProbe client;
  client.Request();
  client.Offer("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(client.transcript.ToString(), "response 204 body none {}\nend\n");
  EXPECT_TRUE(client.codec.must_close());
}

TEST(ResponseRules, R15_AResponseThatEndsEarlyIsNeverComplete) {
  const std::string truncated = "error 502 upstream_reset_after_response_started{protocol_error}";
  for (const std::string& bytes : {Ok("Content-Length: 3\r\n", "ab"), Chunked("3\r\nabc\r\n"),
                                   Chunked("3\r\nabc\r\n0\r\n"), Chunked("")}) {
    const Transcript log = ResponseTranscript(bytes, "GET", /*closes=*/true);
    EXPECT_TRUE(log.Contains(truncated)) << log.ToString();
    EXPECT_FALSE(log.Contains("\nend\n"));
  }
  EXPECT_TRUE(
      ResponseTranscript("HTTP/1.1 200", "GET", true).Contains("response head ended early"));
  EXPECT_TRUE(ResponseTranscript("", "GET", true)
                  .Contains("error 503 upstream_reset_before_response_started"));
}

TEST(ResponseRules, ABodyWithoutFramingEndsWithTheConnection) {
  EXPECT_EQ(ResponseTranscript(Ok("", "all\r\nof it"), "GET", true).ToString(),
            "response 200 body unknown {}\nbody all\r\nof it\nend\n");
}

TEST(ResponseRules, R16_LinesEndInCrlfAloneAndHoldNoControlCharacters) {
  for (std::string_view bytes :
       {"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "HTTP/1.1 200 O\x01K\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: \x7f\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
    EXPECT_TRUE(IsRefused(bytes)) << bytes;
  }
  EXPECT_TRUE(IsRefused(std::string("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 25)));
}

TEST(ResponseRules, R17_R18_R19_FieldsAreHeldToTheSyntaxOfRequests) {
  for (std::string_view line : {"a : b", ": b", "a", " folded: b", "\tfolded: b", "a b: c"}) {
    EXPECT_TRUE(IsRefused(Ok("X: y\r\n" + std::string(line) + "\r\n"))) << line;
  }
  EXPECT_EQ(First(Ok("Content-Length: 0\r\nA: \t x \r\n")), "response 200 body none {a: x}");
}

TEST(ResponseRules, R21_TheStatusLineIsValidated) {
  for (std::string_view line : {"HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1 200 Sehr gut \xfc"}) {
    EXPECT_EQ(First(std::string(line) + "\r\nContent-Length: 0\r\n\r\n"),
              "response 200 body none {}");
  }
  for (std::string_view line :
       {"HTTP/1.1 099 X", "HTTP/1.1 600 X", "HTTP/1.1 20 X", "HTTP/1.1 2000 X", "HTTP/1.1  200 X",
        "HTTP/1.1 +20 X", "HTTP/2.0 200 X", "HTTP/1.1 200X", "http/1.1 200 X", "ICY 200 OK",
        "HTTP/1.1", "200 OK", " HTTP/1.1 200 OK", "HTTP/1.12200 OK"}) {
    EXPECT_TRUE(IsRefused(std::string(line) + "\r\nContent-Length: 0\r\n\r\n")) << line;
  }
}

TEST(ResponseRules, R23_ResponseHeadsAreBounded) {
  const CodecLimits limits;
  const std::string start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ";
  const std::string longest = start + std::string(limits.head_bytes_max - start.size() - 4, 'x');
  EXPECT_FALSE(IsRefused(longest + "\r\n\r\n"));
  EXPECT_TRUE(IsRefused(longest + "x\r\n\r\n"));
  std::string fields = "Content-Length: 0\r\n";
  for (size_t i = 1; i < limits.fields_max; ++i) fields += "A: b\r\n";
  EXPECT_FALSE(IsRefused(Ok(fields)));
  EXPECT_TRUE(IsRefused(Ok(fields + "A: b\r\n")));
}

}  // namespace
}  // namespace outrigger::http::http1
