// What a server codec takes for a request and what it refuses: one test for each rule of
// hardening.md, requests' side.
#include <gtest/gtest.h>

#include "test/unit/http/http1/codec_probe.h"

namespace outrigger::http::http1 {
namespace {

// A request with these lines after its request line and Host.
std::string Post(std::string_view fields, std::string_view body = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string Chunked(std::string_view body) { return Post("Transfer-Encoding: chunked\r\n", body); }

// The status of the refusal, 0 when the bytes were taken.
int StatusOf(std::string_view bytes) {
  const std::string text = RequestTranscript(bytes).ToString();
  const size_t at = text.find("error ");
  return at == text.npos ? 0 : std::stoi(text.substr(at + 6, 3));
}

std::string First(std::string_view bytes) { return RequestTranscript(bytes).lines().at(0); }

TEST(RequestRules, R1_ContentLengthTogetherWithChunkedIsRefusedAndTheConnectionCloses) {
  ServerProbe server;
  server.answers = true;
  server.Offer(Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
  EXPECT_EQ(server.transcript.ToString(),
            "connection error 400 http1.content_length_and_chunked_not_allowed: both "
            "content-length and transfer-encoding\n");
  EXPECT_TRUE(server.codec.must_close());
  EXPECT_TRUE(server.TakeOutput().starts_with("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(StatusOf(Post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n")), 400);
}

TEST(RequestRules, R2_OnlyChunkedOnceIsATransferEncoding) {
  for (std::string_view coding : {"Chunked", "CHUNKED", "chunked  ", "\tchunked"}) {
    EXPECT_EQ(StatusOf(Post("Transfer-Encoding: " + std::string(coding) + "\r\n", "0\r\n\r\n")), 0);
  }
  for (std::string_view coding :
       {"", ",chunked", "chunked,", "chunked, chunked", "xchunked", "chunkedx", "gzip, chunked",
        "chunked, gzip", "identity", "chunked;q=1", "\"chunked\"",
        "\xa0"
        "chunked",
        "chunked\x85"}) {
    const std::string field = "Transfer-Encoding: " + std::string(coding) + "\r\n";
    EXPECT_EQ(StatusOf(Post(field, "0\r\n\r\n")), 501) << coding;
  }
  EXPECT_EQ(StatusOf(Post("Transfer-Encoding: \vchunked\r\n")), 400);
  EXPECT_EQ(StatusOf(Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")), 501);
}

TEST(RequestRules, R3_TransferEncodingOnHttp10IsRefused) {
  EXPECT_EQ(StatusOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
}

TEST(RequestRules, R4_ContentLengthIsDigitsWithoutOverflow) {
  EXPECT_EQ(First(Post("Content-Length: 3\r\n", "abc")), "request POST / at a body 3 {}");
  EXPECT_EQ(First(Post("Content-Length: 0010\r\n")), "request POST / at a body 10 {}");
  EXPECT_EQ(First(Post("Content-Length: 0\r\n")), "request POST / at a body none {}");
  EXPECT_EQ(First(Post("Content-Length: 9999999999999999999\r\n")),
            "request POST / at a body 9999999999999999999 {}");
  for (std::string_view length : {"", "+3", "-3", "0x3", "3_0", "3 0", "3;", "3.0", "3,", ",3",
                                  "3e1", "99999999999999999999", "18446744073709551616", "\xb2"}) {
    EXPECT_EQ(StatusOf(Post("Content-Length: " + std::string(length) + "\r\n", "abc")), 400)
        << length;
  }
}

TEST(RequestRules, R4_EqualContentLengthsCollapseAndDifferentOnesAreRefused) {
  EXPECT_EQ(First(Post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")),
            "request POST / at a body 3 {}");
  EXPECT_EQ(First(Post("Content-Length: 3, 3\r\n", "abc")), "request POST / at a body 3 {}");
  EXPECT_EQ(StatusOf(Post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc")), 400);
  EXPECT_EQ(StatusOf(Post("Content-Length: 3, 4\r\n", "abc")), 400);
}

TEST(RequestRules, R5_ChunkSizeIsHexadecimalDigitsWithoutOverflow) {
  EXPECT_EQ(RequestTranscript(Chunked("a\r\n0123456789\r\n00\r\n\r\n")).ToString(),
            "request POST / at a body unknown {}\nbody 0123456789\nend\n");
  EXPECT_EQ(StatusOf(Chunked("ffffffffffffffff\r\nabc")), 0);
  for (std::string_view line : {"", "g", "0x3", "+3", "-3", " 3", "3 ", "3\t", "_3", "3.", "3,3",
                                "00000000000000003", "10000000000000000", " 3;a", "\xb2"}) {
    EXPECT_EQ(StatusOf(Chunked(std::string(line) + "\r\nabc\r\n0\r\n\r\n")), 400) << line;
  }
}

TEST(RequestRules, R5_AChunkLineIsBounded) {
  const std::string longest = "3;" + std::string(254, 'x');
  EXPECT_EQ(StatusOf(Chunked(longest + "\r\nabc\r\n0\r\n\r\n")), 0);
  EXPECT_EQ(StatusOf(Chunked(longest + "x\r\nabc\r\n0\r\n\r\n")), 400);
  EXPECT_EQ(StatusOf(Chunked(std::string(258, '0'))), 400);
}

TEST(RequestRules, R6_ChunkLinesAndChunkDataEndInCrlf) {
  for (std::string_view body :
       {"3\nabc\r\n0\r\n\r\n", "3\rabc\r\n0\r\n\r\n", "3;a\nabc\r\n0\r\n\r\n",
        "3;a\rb\r\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabc\r0\r\n\r\n",
        "3\r\nabc0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\r\nabc\r\n0\r\n\r\n",
        "3\r\nabc\r\n0\n\r\n", "3\r\nabc\r\n0\r\n\n", "3\r\nabc\r\n0\r\n\rx"}) {
    EXPECT_EQ(StatusOf(Chunked(body)), 400) << body;
  }
}

TEST(RequestRules, R7_ChunkExtensionsAreParsedAndNotPassedOn) {
  const auto status = [](std::string_view extension) {
    return StatusOf(Chunked("3" + std::string(extension) + "\r\nabc\r\n0;x\r\n\r\n"));
  };
  for (std::string_view extension :
       {";a", ";a=b", ";a=\"b;\\\" \tc\"", "; a = b", " ;a", ";a;b=c ; d", ";a=\"\""}) {
    EXPECT_EQ(status(extension), 0) << extension;
  }
  for (std::string_view extension : {";", ";;a", ";=b", ";a=", ";a b", ";a=\"b", ";a=b c", ";\x01",
                                     ";a ", ";a=b ", ";a=\"b\\", ";a=\"b\"c"}) {
    EXPECT_EQ(status(extension), 400) << extension;
  }
}

TEST(RequestRules, R7_ChunkExtensionsOfOneBodyAreBounded) {
  std::string body;
  for (int i = 0; i < 32; ++i)
    body += "80;" + std::string(127, 'x') + "\r\n" + std::string(128, 'y') + "\r\n";
  EXPECT_EQ(StatusOf(Chunked(body + "0\r\n\r\n")), 0);
  EXPECT_EQ(StatusOf(Chunked(body + "0;x\r\n\r\n")), 400);
}

TEST(RequestRules, R7_ABodyOfMoreFramingThanContentIsRefused) {
  std::string body;
  for (int i = 0; i < 16 * 1024 / 12; ++i) body += "000000000000000000000001\r\n";
  EXPECT_EQ(StatusOf(Chunked(body)), 400);
  body.clear();
  for (int i = 0; i < 20'000; ++i) body += "1\r\nx\r\n";
  EXPECT_EQ(StatusOf(Chunked(body + "0\r\n\r\n")), 0);
  for (int i = 0; i < 20'000; ++i) body += "0000000000000001\r\nx\r\n";
  EXPECT_EQ(StatusOf(Chunked(body + "0\r\n\r\n")), 400);
}

TEST(RequestRules, R8_TrailersArriveApartFromHeadersAndWithoutForbiddenFields) {
  const std::string trailers =
      "grpc-status: 0\r\nHost: b\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
      "Authorization: x\r\nContent-Type: y\r\nX-Envoy-Foo: z\r\nX-Forwarded-For: 1.2.3.4\r\n"
      "Cookie: c\r\nX-Sum: 7\r\n";
  EXPECT_EQ(RequestTranscript(Chunked("0\r\n" + trailers + "\r\n")).ToString(),
            "request POST / at a body unknown {}\ntrailers {grpc-status: 0; x-sum: 7}\nend\n");
  EXPECT_EQ(RequestTranscript(Chunked("0\r\nHost: b\r\n\r\n")).ToString(),
            "request POST / at a body unknown {}\nend\n");
}

TEST(RequestRules, R8_TrailersAreHeldToTheSyntaxOfHeaders) {
  for (std::string_view trailer : {"a b: c\r\n", " a: b\r\n", ": b\r\n", "a\r\n", "a: b\n",
                                   "a: \x01\r\n", "a: b\rc\r\n", "a : b\r\n"}) {
    EXPECT_EQ(StatusOf(Chunked("0\r\n" + std::string(trailer) + "\r\n")), 400) << trailer;
  }
}

TEST(RequestRules, R9_HopByHopFieldsEndHere) {
  EXPECT_EQ(First(Post("Connection: keep-alive, X-Mine, close\r\nKeep-Alive: timeout=5\r\n"
                       "Proxy-Connection: keep-alive\r\nX-Mine: 1\r\nX-Other: 2\r\n"
                       "Content-Length: 0\r\n")),
            "request POST / at a body none {x-other: 2}");
  EXPECT_EQ(First(Post("TE: gzip, Trailers\r\n")), "request POST / at a body none {te: trailers}");
  EXPECT_EQ(First(Post("TE: gzip\r\n")), "request POST / at a body none {}");
}

TEST(RequestRules, R9_ConnectionCannotTakeProtectedFieldsAway) {
  EXPECT_EQ(First(Post("Connection: x-forwarded-for, x-envoy-a, authorization, host, content-type, "
                       "x-gone\r\nX-Forwarded-For: 1\r\nX-Envoy-A: 2\r\nAuthorization: 3\r\n"
                       "Content-Type: 4\r\nX-Gone: 5\r\n")),
            "request POST / at a body none {x-forwarded-for: 1; x-envoy-a: 2; authorization: 3; "
            "content-type: 4}");
}

TEST(RequestRules, R9_ConnectionNamesABoundedNumberOfFields) {
  std::string names = "a";
  for (int i = 1; i < 16; ++i) names += ", a";
  EXPECT_EQ(StatusOf(Post("Connection: " + names + "\r\n")), 0);
  EXPECT_EQ(StatusOf(Post("Connection: " + names + ", b\r\n")), 400);
}

TEST(RequestRules, R12_OnlyTheKnownExpectationIsTaken) {
  EXPECT_EQ(First(Post("Expect: 100-Continue\r\nContent-Length: 3\r\n", "abc")),
            "request POST / at a body 3 {} expects continue");
  EXPECT_EQ(First(Post("Expect: 100-continue\r\n")), "request POST / at a body none {}");
  EXPECT_EQ(First("POST / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"),
            "request POST / at  1.0 body 3 {}");
  EXPECT_EQ(StatusOf(Post("Expect: 200-ok\r\n")), 417);
  EXPECT_EQ(StatusOf(Post("Expect: 100-continue\r\nExpect: magic\r\n")), 417);
}

TEST(RequestRules, R14_EveryMethodIsFramedAlike) {
  for (std::string_view method : {"GET", "HEAD", "OPTIONS", "DELETE", "TRACE", "FOO"}) {
    const std::string head = std::string(method) + " / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(RequestTranscript(head + "Content-Length: 3\r\n\r\nabc").ToString(),
              "request " + std::string(method) + " / at a body 3 {}\nbody abc\nend\n");
    EXPECT_EQ(RequestTranscript(head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n")
                  .ToString(),
              "request " + std::string(method) + " / at a body unknown {}\nbody a\nend\n");
  }
}

TEST(RequestRules, R15_ARequestThatEndsEarlyIsNeverComplete) {
  for (const std::string& bytes : {Post("Content-Length: 3\r\n", "ab"), Chunked("3\r\nabc\r\n"),
                                   Chunked("3\r\nabc\r\n0\r\n")}) {
    ServerProbe server;
    server.Offer(bytes);
    server.codec.OnEof();
    EXPECT_FALSE(server.transcript.Contains("end\n")) << bytes;
    EXPECT_TRUE(server.transcript.Contains("downstream_remote_disconnect"));
    EXPECT_TRUE(server.codec.has_active_exchange());  // the response may still be encoded
  }
}

TEST(RequestRules, R16_LinesEndInCrlfAlone) {
  for (std::string_view bytes :
       {"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n", "GET / HTTP/1.1\rHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    EXPECT_EQ(StatusOf(bytes), 400) << bytes;
  }
}

TEST(RequestRules, R16_ControlCharactersAreRefusedAsSoonAsTheyAreSeen) {
  for (int code = 0; code < 256; ++code) {
    const bool is_control = (code < 0x20 && code != '\t') || code == 0x7f;
    ServerProbe server;
    server.Offer("GET / HTTP/1.1\r\nHost: a\r\nX: a" + std::string(1, static_cast<char>(code)) +
                 "b");
    EXPECT_EQ(server.transcript.Contains("connection error 400"), is_control) << code;
  }
  EXPECT_EQ(First("\x16\x03\x01\x02"),
            "connection error 400 http1.invalid_characters: control character in a head");
}

TEST(RequestRules, R17_HeaderNamesAreTokensRightBeforeTheirColon) {
  EXPECT_EQ(First(Post("!#$%&'*+-.^_`|~09aZ: x\r\n")),
            "request POST / at a body none {!#$%&'*+-.^_`|~09az: x}");
  for (std::string_view line : {"a : b", "a\t: b", ": b", "a", "a b: c", "a(b: c", "\xe9: b",
                                "\"a\": b", "a/b: c", "a\xa0: b", "@: b"}) {
    EXPECT_EQ(StatusOf(Post(std::string(line) + "\r\n")), 400) << line;
  }
}

TEST(RequestRules, R18_OnlySpacesAndTabsAreTrimmedFromValues) {
  EXPECT_EQ(First(Post("A:  \t b c \t \r\nB:\r\nC:x\r\nD: \t \r\n")),
            "request POST / at a body none {a: b c; b: ; c: x; d: }");
  EXPECT_EQ(First(Post("A: \xa0x\x85\r\n")), "request POST / at a body none {a: \xa0x\x85}");
}

TEST(RequestRules, R19_FoldedFieldsAreRefused) {
  EXPECT_EQ(StatusOf(Post("A: b\r\n c\r\n")), 400);
  EXPECT_EQ(StatusOf(Post("A: b\r\n\tc\r\n")), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("OPTIONS / HTTP/1.1\r\nHost: a\r\nExpect:\r\n 100-continue\r\n\r\n"), 400);
}

TEST(RequestRules, R20_UnderscoresPassAndNeverStandForADash) {
  ServerProbe server;
  server.Offer("GET / HTTP/1.1\r\nHost: a\r\nX_Forwarded_For: 1\r\nContent_Length: 5\r\n\r\n");
  EXPECT_EQ(server.transcript.lines().at(0),
            "request GET / at a body none {x_forwarded_for: 1; content_length: 5}");
  EXPECT_EQ(FindHeaderId("x_forwarded_for"), HeaderId::kUnknown);
}

TEST(RequestRules, R21_TheRequestLineHasThreePartsAndSingleSpaces) {
  for (std::string_view line :
       {"GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ",
        "GET\t/ HTTP/1.1", "GET /", "GET", "", "GET / x HTTP/1.1", "G(T / HTTP/1.1",
        "GET / http/1.1", "GET / HTTP/1.1x", "GET / HTTP/1", "GET / HTTP /1.1", "GET HTTP/1.1",
        "GET  HTTP/1.1", "\xff / HTTP/1.1"}) {
    EXPECT_EQ(StatusOf("\r\n" + std::string(line) + "\r\nHost: a\r\n\r\n"), 400) << line;
  }
}

TEST(RequestRules, R21_OnlyHttp10And11AreSpoken) {
  EXPECT_EQ(First("GET / HTTP/1.0\r\n\r\n"), "request GET / at  1.0 body none {}");
  for (std::string_view version : {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/1.9", "HTTP/3.0"}) {
    EXPECT_EQ(StatusOf("GET / " + std::string(version) + "\r\nHost: a\r\n\r\n"), 505) << version;
  }
  EXPECT_EQ(StatusOf("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
}

TEST(RequestRules, R21_TargetsHoldVisibleAsciiButNoFragment) {
  EXPECT_EQ(First("GET /stats?filter=^(a|b)\\.c{2}$[`'%] HTTP/1.1\r\nHost: a\r\n\r\n"),
            "request GET /stats?filter=^(a|b)\\.c{2}$[`'%] at a body none {}");
  for (std::string_view target : {"/#", "/a#b", "/\"", "/<", "/>", "/\x80", "/\xff"}) {
    EXPECT_EQ(StatusOf("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n"), 400)
        << target;
  }
}

TEST(RequestRules, R21_AbsoluteTargetsAreTakenApart) {
  const auto first = [](std::string_view line) {
    return First(std::string(line) + " HTTP/1.1\r\nHost: B.c:80\r\n\r\n");
  };
  EXPECT_EQ(first("GET http://b.c/d?e"), "request GET /d?e at b.c body none {}");
  EXPECT_EQ(first("GET HTTP://b.c:80"), "request GET / at b.c:80 body none {}");
  EXPECT_EQ(first("OPTIONS http://b.c"), "request OPTIONS * at b.c body none {}");
  for (std::string_view target :
       {"GET http://other/", "GET http://b.c:81/", "GET https://b.c/", "GET http:///",
        "GET http://u@b.c/", "GET ftp://b.c/", "GET b.c/d", "GET http:/b.c/", "GET http://b.c?d",
        "GET *", "GET ?a"}) {
    EXPECT_TRUE(first(target).starts_with("connection error 400")) << target;
  }
  EXPECT_EQ(first("OPTIONS *"), "request OPTIONS * at B.c:80 body none {}");
}

TEST(RequestRules, R22_Http11NeedsExactlyOneHost) {
  EXPECT_EQ(First("GET / HTTP/1.1\r\n\r\n"), "connection error 400 missing_host_header: no host");
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf("GET http://a/ HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(First("GET / HTTP/1.1\r\nhOsT: a\r\n\r\n"), "request GET / at a body none {}");
}

TEST(RequestRules, R22_TheHostIsValidated) {
  for (std::string_view host : {"a", "a.b:8080", "127.0.0.1", "[::1]", "[::1]:80", "a_b", "a%20b",
                                "a:", "xn--e1afmkfd.", "a,b", "[::ffff:1.2.3.4]"}) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
    EXPECT_EQ(First(bytes), "request GET / at " + std::string(host) + " body none {}");
  }
  for (std::string_view host :
       {"",    "a b",    "a/b",  "u@a",          "a:b",      "a:65536", "a:80:80", "[::1",
        "::1", "[::1]x", "[]",   "[::1%25eth0]", "[g::]",    "a]",      "a?b",     "a#b",
        ":80", "a%2",    "a%zz", "a\\b",         "\xe9.com", "a\tb"}) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
    EXPECT_EQ(StatusOf(bytes), 400) << host;
  }
}

TEST(RequestRules, R54_ConnectNamesAnAuthorityWithItsPortAndHasNoBody) {
  EXPECT_EQ(First("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
            "request CONNECT  at a:443 body unknown {}");
  EXPECT_EQ(First("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"),
            "request CONNECT  at [::1]:443 body unknown {}");
  for (const std::string target : {"/x", "*", "a", "a:", "[::1]", "http://a:80/", "u@a:1", "a:x"}) {
    EXPECT_EQ(StatusOf("CONNECT " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"), 400) << target;
  }
  EXPECT_EQ(StatusOf("CONNECT a:1 HTTP/1.1\r\nHost: b:1\r\n\r\n"), 400);
  for (const std::string field : {"Content-Length: 3", "Transfer-Encoding: chunked"}) {
    EXPECT_EQ(StatusOf("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n" + field + "\r\n\r\n"), 400);
  }
}

TEST(RequestRules, R52_NothingIsUpgradedToHttp2) {
  EXPECT_EQ(
      First(Post("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n")),
      "request POST / at a body none {}");
  EXPECT_EQ(First(Post("Upgrade: websocket\r\nHTTP2-Settings: AA\r\n")),
            "request POST / at a body none {}");
}

TEST(RequestRules, R52_AnUpgradeIsToldOfWhereConnectionNamesIt) {
  EXPECT_EQ(First(Post("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n")),
            "request POST / at a body unknown {} upgrade websocket");
  EXPECT_EQ(First(Post("Connection: upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n")),
            "request POST / at a body unknown {} upgrade ,");
}

TEST(RequestRules, R53_AnUpgradeWithABodyIsPassedOver) {
  EXPECT_EQ(First(Post("Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n", "x")),
            "request POST / at a body 1 {}");
  EXPECT_EQ(First("GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
            "request GET / at a 1.0 body none {}");
}

TEST(RequestRules, P39_WhatConnectionNamesDoesNotPassOnAnUpgrade) {
  EXPECT_EQ(
      First(Post("Connection: Upgrade, x-a, x-b\r\nUpgrade: websocket\r\nx-a: 1\r\nx-c: 2\r\n")),
      "request POST / at a body unknown {x-c: 2} upgrade websocket");
}

TEST(RequestRules, OneEmptyLineBeforeARequestIsForgiven) {
  EXPECT_EQ(First("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), "request GET / at a body none {}");
  EXPECT_EQ(StatusOf("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

}  // namespace
}  // namespace outrigger::http::http1
