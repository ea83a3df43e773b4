#include "grpc_link/byte_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "test/support/ads_server.h"
#include "test/unit/grpc_link/link_fixture.h"

namespace outrigger {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using xds::AdsServer;

class RecordedEvents final : public ByteStreamEvents {
 public:
  void OnReady() override {
    ++ready_count;
    if (on_event) on_event();
  }
  void OnMessage(std::string_view message) override {
    messages.emplace_back(message);
    if (on_event) on_event();
  }
  void OnSent() override { ++sent_count; }
  void OnClosed(const absl::Status& status) override {
    closed = status;
    if (on_event) on_event();
  }

  int ready_count = 0;
  int sent_count = 0;
  std::vector<std::string> messages;
  std::optional<absl::Status> closed;
  std::function<void()> on_event;
};

constexpr char kDeltaMethod[] =
    "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

struct ByteStreamFixture : LinkFixture {
  using LinkFixture::LinkFixture;

  void Open(ByteStreamCall call = {kDeltaMethod, {}}) {
    stream = std::make_unique<ByteStream>(control, *link, completions, std::move(call), events);
  }
  bool UntilReady() {
    return Until([this] { return events.ready_count > 0 || events.closed.has_value(); }) &&
           !events.closed.has_value();
  }
  bool UntilClosed() {
    return Until([this] { return events.closed.has_value(); });
  }

  RecordedEvents events;
  std::unique_ptr<ByteStream> stream;
};

std::string RequestFor(const std::string& type_url) {
  AdsServer::Request request;
  request.set_type_url(type_url);
  return request.SerializeAsString();
}

class ByteStreamTest : public testing::Test {
 protected:
  AdsServer server_;
  ByteStreamFixture client_{server_.port()};
};

TEST_F(ByteStreamTest, TheServerReadsTheAuthorityThatWasGiven) {
  client_.Open();
  ASSERT_TRUE(client_.UntilReady());
  ASSERT_TRUE(server_.WaitForStreams(1));
  EXPECT_EQ(server_.authority(), "xds.example");
}

TEST_F(ByteStreamTest, TheServerReadsTheMetadataThatWasGiven) {
  client_.Open({kDeltaMethod, {{"x-consul-token", "secret"}}});
  ASSERT_TRUE(client_.UntilReady());
  ASSERT_TRUE(server_.WaitForStreams(1));
  EXPECT_EQ(server_.metadata("x-consul-token"), "secret");
}

TEST_F(ByteStreamTest, MessagesSentBeforeTheCallIsUpArriveInOrder) {
  client_.Open();
  for (int i = 0; i < 50; ++i) client_.stream->Send(RequestFor(std::to_string(i)));
  ASSERT_TRUE(client_.Until([this] { return server_.request_count() == 50; }));
  const auto requests = server_.requests();
  for (size_t i = 0; i < 50; ++i) EXPECT_EQ(requests[i].type_url(), std::to_string(i));
}

TEST_F(ByteStreamTest, TellsWhenAllOfItHasGoneOut) {
  client_.Open();
  for (int i = 0; i < 3; ++i) client_.stream->Send(RequestFor("t"));
  ASSERT_TRUE(client_.Until([this] { return client_.events.sent_count > 0; }));
  EXPECT_EQ(client_.events.sent_count, 1);
  client_.stream->Send(RequestFor("t"));
  ASSERT_TRUE(client_.Until([this] { return client_.events.sent_count > 1; }));
  EXPECT_TRUE(client_.Until([this] { return server_.request_count() == 4; }));
}

TEST_F(ByteStreamTest, AClientThatEndsSendingIsClosedWithOkWhenAllHasCome) {
  client_.Open();
  for (int i = 0; i < 3; ++i) client_.stream->Send(RequestFor("t"));
  client_.stream->EndSending();
  client_.stream->Send(RequestFor("too late"));
  ASSERT_TRUE(client_.UntilClosed());
  EXPECT_TRUE(client_.events.closed->ok());
  EXPECT_EQ(server_.request_count(), 3);
}

TEST_F(ByteStreamTest, AMessageOf20MegabytesArrivesWhole) {
  client_.Open();
  client_.stream->Send(RequestFor("t"));
  ASSERT_TRUE(client_.Until([this] { return !client_.events.messages.empty(); }));
  std::string big(20 * 1024 * 1024, '\0');
  for (size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * 7 + i / 4096);
  server_.SendBytes(big);
  ASSERT_TRUE(client_.Until([this] { return client_.events.messages.size() == 2; }));
  EXPECT_TRUE(client_.events.messages[1] == big);
}

TEST_F(ByteStreamTest, ARequestOf20MegabytesArrivesWhole) {
  const std::string name(20 * 1024 * 1024, 'n');
  client_.Open();
  client_.stream->Send(RequestFor(name));
  ASSERT_TRUE(client_.Until([this] { return server_.request_count() == 1; }));
  EXPECT_TRUE(server_.requests()[0].type_url() == name);
}

TEST_F(ByteStreamTest, TheServersStatusIsTheReasonOfClosing) {
  client_.Open();
  ASSERT_TRUE(client_.UntilReady());
  ASSERT_TRUE(server_.WaitForStreams(1));
  server_.EndStreams(grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "who are you"));
  ASSERT_TRUE(client_.UntilClosed());
  EXPECT_EQ(*client_.events.closed, absl::PermissionDeniedError("who are you"));
}

TEST_F(ByteStreamTest, AServerThatEndsTheCallClosesWithOk) {
  client_.Open();
  ASSERT_TRUE(client_.UntilReady());
  ASSERT_TRUE(server_.WaitForStreams(1));
  server_.EndStreams(grpc::Status::OK);
  ASSERT_TRUE(client_.UntilClosed());
  EXPECT_TRUE(client_.events.closed->ok());
}

TEST_F(ByteStreamTest, ACutLinkIsUnavailableAndANewStreamWorks) {
  client_.Open();
  ASSERT_TRUE(client_.UntilReady());
  ASSERT_TRUE(server_.WaitForStreams(1));
  server_.Stop();
  ASSERT_TRUE(client_.UntilClosed());
  EXPECT_EQ(client_.events.closed->code(), absl::StatusCode::kUnavailable);
  server_.Start();
  client_.events = RecordedEvents();
  client_.Open();
  client_.stream->Send(RequestFor("again"));
  EXPECT_TRUE(client_.Until([this] { return server_.request_count() == 1; }));
}

TEST_F(ByteStreamTest, AnUnreachableServerClosesWithAddressAndReason) {
  server_.Stop();
  client_.Open();
  ASSERT_TRUE(client_.UntilClosed());
  EXPECT_EQ(client_.events.closed->code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(client_.events.closed->message()), HasSubstr("Connection refused"));
  EXPECT_THAT(std::string(client_.events.closed->message()),
              HasSubstr("127.0.0.1:" + std::to_string(server_.port())));
}

TEST_F(ByteStreamTest, AttemptsRotateOverTheEndpoints) {
  AdsServer other;
  client_.link->SetEndpoints(
      {*Address::FromIp("127.0.0.1", server_.port()), *Address::FromIp("127.0.0.1", other.port())});
  for (int i = 0; i < 2; ++i) {
    client_.events = RecordedEvents();
    client_.Open();
    ASSERT_TRUE(client_.UntilReady());
    ASSERT_TRUE((i == 0 ? server_ : other).WaitForStreams(1));
  }
}

TEST_F(ByteStreamTest, AClusterWithoutEndpointsClosesLater) {
  client_.link->SetEndpoints({});
  client_.Open();
  EXPECT_FALSE(client_.events.closed.has_value());
  ASSERT_TRUE(client_.UntilClosed());
  EXPECT_EQ(client_.events.closed->code(), absl::StatusCode::kUnavailable);
}

TEST_F(ByteStreamTest, IllegalMetadataIsRefusedBeforeGrpcSeesIt) {
  for (const std::pair<std::string, std::string>& header :
       {std::pair<std::string, std::string>{"Upper", "x"}, {"", "x"}, {"a", "new\nline"}}) {
    client_.events = RecordedEvents();
    client_.Open({kDeltaMethod, {header}});
    ASSERT_TRUE(client_.UntilClosed());
    EXPECT_EQ(client_.events.closed->code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(ByteStreamTest, MessagesThatTheServerDoesNotTakeAreBounded) {
  client_.Open();
  const std::string piece(ByteStream::kQueuedBytesMax / 4, 'x');
  for (int i = 0; i < 4; ++i) client_.stream->Send(piece);
  client_.stream->Send("x");  // one byte past the limit
  ASSERT_TRUE(client_.UntilClosed());
  EXPECT_EQ(client_.events.closed->code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(ByteStreamTest, MayBeDestroyedAfterAnyNumberOfTurns) {
  server_.Set("t", "name", "1", std::string(100'000, 'x'));
  for (int turns = 0; turns < 30; ++turns) {
    client_.events = RecordedEvents();
    client_.Open();
    client_.stream->Send(RequestFor("t"));
    for (int i = 0; i < turns; ++i) client_.control.RunOnce(std::chrono::milliseconds(1));
    client_.stream.reset();
    const size_t messages = client_.events.messages.size();
    const bool was_closed = client_.events.closed.has_value();
    client_.control.RunOnce(Duration::zero());
    EXPECT_EQ(client_.events.messages.size(), messages);
    EXPECT_EQ(client_.events.closed.has_value(), was_closed);
  }
  ASSERT_TRUE(client_.Until([this] { return server_.WaitForStreams(0); }));
}

TEST_F(ByteStreamTest, MayBeDestroyedWithinEachOfItsEvents) {
  server_.Set("t", "name", "1", "x");
  for (int last_event = 1; last_event <= 3; ++last_event) {
    client_.events = RecordedEvents();
    int events = 0;
    client_.events.on_event = [&] {
      if (++events == last_event) client_.stream.reset();
      if (events == 2 && client_.stream != nullptr) server_.EndStreams(grpc::Status::OK);
    };
    client_.Open();
    client_.stream->Send(RequestFor("t"));
    ASSERT_TRUE(client_.Until([&] { return client_.stream == nullptr; }));
  }
}

}  // namespace
}  // namespace outrigger
