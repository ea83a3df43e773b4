#include <gtest/gtest.h>

#include "base/byte_buffer.h"
#include "http/http1/client_codec.h"
#include "http/http1/server_codec.h"
#include "test/support/allocation_count.h"

namespace outrigger::http::http1 {
namespace {

constexpr std::string_view kRequest =
    "POST /path/to/something?with=query HTTP/1.1\r\nHost: service.example:8080\r\n"
    "User-Agent: client/1.0\r\nAccept: */*\r\nX-Some-Custom-Header: value\r\nX-Request-Id: 1234\r\n"
    "Connection: keep-alive\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n";

// Answers every request when it is complete, as an exchange would.
class Answering final : public ServerCodecEvents, public MessageEvents {
 public:
  Answering() : codec(output, *this, CodecLimits{}, "http") {
    response_.status = 200;
    response_.headers.Add(HeaderId::kServer, "envoy");
    response_.headers.Add("x-some-header", "value");
    response_.body.kind = BodyLength::Kind::kUnknown;
  }

  MessageEvents& OnRequestHead(const RequestHead&, ResponseEncoder&) override { return *this; }
  void OnConnectionError(const Error&) override { ++errors; }
  void OnBody(std::string_view bytes) override { body_bytes += bytes.size(); }
  void OnTrailers(const HeaderMap& trailers) override { trailer_count += trailers.size(); }
  void OnMessageEnd() override {
    codec.EncodeResponseHead(response_, false);
    codec.EncodeBody("hello");
    codec.EncodeEnd(nullptr);
    ++requests;
  }
  void OnMessageError(const Error&) override { ++errors; }

  SlabPool slabs;
  ByteBuffer output{slabs};
  ServerCodec codec;
  size_t requests = 0, errors = 0, body_bytes = 0, trailer_count = 0;

 private:
  ResponseHead response_;
};

TEST(CodecAllocation, ASteadyServerConnectionAllocatesNothing) {
  Answering server;
  const auto exchange = [&server] {
    // In two pieces, as a second read would bring it.
    const size_t taken = server.codec.Decode(kRequest.substr(0, kRequest.size() - 10));
    server.codec.Decode(kRequest.substr(taken));
    server.output.Consume(server.output.size());
  };
  for (int i = 0; i < 10; ++i) exchange();
  const uint64_t before = test::AllocationCount();
  for (int i = 0; i < 1000; ++i) exchange();
  EXPECT_EQ(test::AllocationCount() - before, 0u);
  EXPECT_EQ(server.requests, 1010u);
  EXPECT_EQ(server.trailer_count, 1010u);
  EXPECT_EQ(server.errors, 0u);
}

class Receiving final : public ResponseEvents {
 public:
  void OnInformational(const ResponseHead&) override {}
  void OnResponseHead(const ResponseHead&) override {}
  void OnBody(std::string_view) override {}
  void OnTrailers(const HeaderMap&) override {}
  void OnMessageEnd() override { ++responses; }
  void OnMessageError(const Error&) override {}
  size_t responses = 0;
};

TEST(CodecAllocation, ASteadyClientConnectionAllocatesNothing) {
  SlabPool slabs;
  ByteBuffer output(slabs);
  ClientCodec client(output, CodecLimits{});
  Receiving receiving;
  RequestHead head;
  head.method = "GET";
  head.path = "/";
  head.authority = "a";
  head.headers.Add("x-request-id", "1234");
  const auto round_trip = [&] {
    client.StartExchange(receiving);
    client.EncodeRequestHead(head);
    output.Consume(output.size());
    client.Decode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Powered-By: x\r\nServer: s\r\n\r\nhi");
  };
  for (int i = 0; i < 10; ++i) round_trip();
  const uint64_t before = test::AllocationCount();
  for (int i = 0; i < 1000; ++i) round_trip();
  EXPECT_EQ(test::AllocationCount() - before, 0u);
  EXPECT_EQ(receiving.responses, 1010u);
}

}  // namespace
}  // namespace outrigger::http::http1
