// The events of a run of bytes do not depend on how the bytes are cut.
#include <gtest/gtest.h>

#include "test/unit/http/http1/codec_probe.h"

namespace outrigger::http::http1 {
namespace {

using Cuts = std::vector<size_t>;

// Offers `bytes` cut at `cuts` (ascending); `probe` takes the events.
template <typename Probe>
std::string CutAt(Probe& probe, std::string_view bytes, const Cuts& cuts) {
  size_t start = 0;
  for (size_t cut : cuts) {
    probe.Offer(bytes.substr(start, cut - start));
    start = cut;
  }
  probe.Offer(bytes.substr(start));
  probe.codec.OnEof();
  return probe.transcript.ToString();
}

std::string RequestsCutAt(std::string_view bytes, const Cuts& cuts) {
  ServerProbe server;
  server.answers = true;
  return CutAt(server, bytes, cuts) + server.TakeOutput();
}

std::string ResponseCutAt(std::string_view bytes, const Cuts& cuts) {
  ClientProbe client;
  client.Request();
  return CutAt(client, bytes, cuts);
}

void ExpectSameHoweverCut(std::string_view bytes,
                          std::string (*run)(std::string_view, const Cuts&)) {
  const std::string whole = run(bytes, {});
  Cuts everywhere;
  for (size_t i = 1; i < bytes.size(); ++i) {
    everywhere.push_back(i);
    EXPECT_EQ(run(bytes, {i}), whole) << "cut at " << i << " of " << bytes;
    EXPECT_EQ(run(bytes, {i, std::min(i + 3, bytes.size())}), whole) << "cut around " << i;
  }
  EXPECT_EQ(run(bytes, everywhere), whole) << "byte by byte: " << bytes;
}

constexpr std::string_view kRequests[] = {
    "GET /a?b HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nX-Long-Custom-Name: value\r\n\r\n",
    "\r\nGET / HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    "GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nrest",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n"
    "5;a=\"b\"\r\nhello\r\n06\r\n world\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\nGET / HTTP/1.1\r\nHost: "
    "y\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nX: \x01\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\n\r\n",
    "\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "\rGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "garbage\r\n\r\nmore",
};

TEST(Split, RequestsReadTheSameHoweverTheyAreCut) {
  for (std::string_view bytes : kRequests) ExpectSameHoweverCut(bytes, RequestsCutAt);
}

constexpr std::string_view kResponses[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: s\r\n\r\nhello",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;e\r\nabc\r\n0\r\nGrpc-Status: "
    "0\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\nuntil the end\r\n\r\n",
    "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
    "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "SSH-2.0-server\r\n",
};

TEST(Split, ResponsesReadTheSameHoweverTheyAreCut) {
  for (std::string_view bytes : kResponses) ExpectSameHoweverCut(bytes, ResponseCutAt);
}

TEST(Split, LimitsAreMetAtTheSameByteHoweverTheHeadIsCut) {
  const CodecLimits limits;
  for (size_t over : {0, 1, 2, 3, 100}) {
    std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    bytes.append(limits.head_bytes_max + over - bytes.size() - 4, 'x').append("\r\n\r\n");
    const std::string whole = RequestsCutAt(bytes, {});
    EXPECT_EQ(whole.find("431") != whole.npos, over > 0);
    for (size_t i = bytes.size() - 110; i < bytes.size(); ++i) {
      ASSERT_EQ(RequestsCutAt(bytes, {i}), whole) << i << " " << over;
    }
  }
}

}  // namespace
}  // namespace outrigger::http::http1
