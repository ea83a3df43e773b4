// Access logs that go to a gRPC service, through the whole proxy: what entries say, in which
// messages they come, and what happens when the service does not take them.
#include <fmt/format.h>

#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "test/integration/tls_fixture.h"
#include "test/support/access_log_server.h"

namespace outrigger::test {
namespace {

using envoy::data::accesslog::v3::HTTPAccessLogEntry;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr std::string_view kDirect =
    "[{match: {path: /direct}, name: d, direct_response: {status: 418, body: {inline_string: "
    "tea}}}, {match: {prefix: /}, name: all, route: {cluster: service, prefix_rewrite: /b}}]";

// A logger's entry, in YAML, of that kind (Http or Tcp).
std::string GrpcLog(std::string_view kind, const std::string& common = "",
                    const std::string& fields = "", const std::string& filter = "") {
  return fmt::format(
      "{{name: access-logger, {}typed_config: {{'@type': type.googleapis.com/envoy.extensions."
      "access_loggers.grpc.v3.{}GrpcAccessLogConfig, common_config: {{log_name: echo, "
      "transport_api_version: V3, grpc_service: {{envoy_grpc: {{cluster_name: als_cluster}}}}, "
      "{}}}, {}}}}}",
      filter, kind, common, fields);
}

class GrpcAccessLog : public HttpTest {
 protected:
  // No entry waits for others.
  static constexpr const char* kAtOnce = "buffer_size_bytes: 0";
  // None goes by itself.
  static constexpr const char* kNeverAlone = "buffer_flush_interval: 36000s";

  void StartWith(StaticListener listener) {
    StaticBootstrap bootstrap;
    bootstrap.listeners = {std::move(listener)};
    bootstrap.more_clusters["als_cluster"] = server_.port();
    StartProxy(bootstrap);
  }
  void StartWithLogs(const std::string& logs, std::string_view routes = kDirect) {
    StaticListener listener;
    listener.hcm_fields = "access_log: [" + logs + "]";
    listener.routes = routes;
    StartWith(listener);
  }
  void AskDirectly(RawPeer& client, std::string_view fields = "") {
    ASSERT_TRUE(client.Send(fmt::format("GET /direct HTTP/1.1\r\nHost: a\r\n{}\r\n", fields)));
    ASSERT_THAT(client.ReadMessage(), EndsWith("tea"));
  }
  static std::string Metric(std::string_view name) {
    return fmt::format("access_logs.grpc_access_log.{}", name);
  }
  static bool IsEarlier(const google::protobuf::Duration& one,
                        const google::protobuf::Duration& other) {
    return std::pair(one.seconds(), one.nanos()) <= std::pair(other.seconds(), other.nanos());
  }

  AccessLogServer server_;
};

TEST_F(GrpcAccessLog, AnEntryTellsOfAnExchange) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  RawPeer client = Client();
  Forwarded(client,
            "POST /a?b HTTP/1.1\r\nHost: here\r\nUser-Agent: me\r\nContent-Length: 3\r\n\r\nxyz",
            "xyz");
  ASSERT_TRUE(service_.Send(kOk));
  ASSERT_THAT(client.ReadMessage(), EndsWith("ok"));
  const auto entries = server_.HttpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].protocol_version(), HTTPAccessLogEntry::HTTP11);
  const auto& request = entries[0].request();
  EXPECT_EQ(request.request_method(), envoy::config::core::v3::POST);
  EXPECT_EQ(request.scheme(), "http");
  EXPECT_EQ(request.authority(), "here");
  EXPECT_EQ(request.path(), "/ba?b");
  EXPECT_EQ(request.original_path(), "/a?b");
  EXPECT_EQ(request.user_agent(), "me");
  EXPECT_THAT(request.request_id(), SizeIs(36));
  EXPECT_EQ(request.request_body_bytes(), 3);
  EXPECT_EQ(entries[0].response().response_code().value(), 200);
  EXPECT_EQ(entries[0].response().response_body_bytes(), 2);
  EXPECT_EQ(entries[0].response().response_code_details(), "via_upstream");
}

TEST_F(GrpcAccessLog, AnEntryTellsWhereItCameFromAndWent) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  ASSERT_THAT(client.ReadMessage(), EndsWith("ok"));
  const auto entries = server_.HttpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  const auto& common = entries[0].common_properties();
  EXPECT_EQ(common.downstream_local_address().socket_address().port_value(), port_);
  EXPECT_EQ(common.downstream_remote_address().socket_address().address(), "127.0.0.1");
  EXPECT_EQ(common.downstream_direct_remote_address().socket_address().address(), "127.0.0.1");
  EXPECT_EQ(common.upstream_remote_address().socket_address().port_value(), upstream_.port());
  EXPECT_EQ(common.upstream_local_address().socket_address().address(), "127.0.0.1");
  EXPECT_EQ(common.upstream_cluster(), "service");
  EXPECT_EQ(common.route_name(), "all");
  EXPECT_EQ(common.upstream_request_attempt_count(), 1);
  EXPECT_EQ(common.stream_id(), entries[0].request().request_id());
  EXPECT_EQ(common.access_log_type(), envoy::data::accesslog::v3::DownstreamEnd);
  EXPECT_FALSE(common.has_response_flags());
  EXPECT_GT(common.start_time().seconds(), 0);
}

TEST_F(GrpcAccessLog, AnEntryTellsTimesInTheirOrder) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  ASSERT_THAT(client.ReadMessage(), EndsWith("ok"));
  const auto entries = server_.HttpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  const auto& common = entries[0].common_properties();
  const std::vector<google::protobuf::Duration> times = {common.time_to_last_rx_byte(),
                                                         common.time_to_first_upstream_tx_byte(),
                                                         common.time_to_last_upstream_tx_byte(),
                                                         common.time_to_first_upstream_rx_byte(),
                                                         common.time_to_last_upstream_rx_byte(),
                                                         common.time_to_last_downstream_tx_byte(),
                                                         common.duration()};
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end(), [](const auto& one, const auto& other) {
    return !IsEarlier(other, one);
  }));
  EXPECT_TRUE(common.has_time_to_first_downstream_tx_byte());
  EXPECT_TRUE(IsEarlier(common.time_to_first_upstream_rx_byte(),
                        common.time_to_first_downstream_tx_byte()));
}

TEST_F(GrpcAccessLog, WhatTheProxyAnswersItselfWentNowhere) {
  StartWithLogs(GrpcLog("Http", kAtOnce),
                "[{match: {path: /direct}, direct_response: {status: "
                "418}}]");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("GET /none HTTP/1.1\r\nHost: a\r\n\r\n"));
  client.ReadMessage();
  const auto entries = server_.HttpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  const auto& common = entries[0].common_properties();
  EXPECT_TRUE(common.response_flags().no_route_found());
  EXPECT_FALSE(common.has_upstream_remote_address());
  EXPECT_FALSE(common.has_time_to_first_upstream_tx_byte());
  EXPECT_TRUE(common.has_time_to_last_downstream_tx_byte());
  EXPECT_EQ(entries[0].response().response_code().value(), 404);
}

TEST_F(GrpcAccessLog, BytesThatAreNoRequestHaveAnEntry) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("\1\2\r\n\r\n"));
  const auto entries = server_.HttpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_TRUE(entries[0].common_properties().response_flags().downstream_protocol_error());
  EXPECT_EQ(entries[0].response().response_code().value(), 400);
  EXPECT_TRUE(entries[0].has_request());
}

TEST_F(GrpcAccessLog, FieldsAndTagsThatAreNamedAreTold) {
  StartWithLogs(GrpcLog("Http",
                        "buffer_size_bytes: 0, custom_tags: [{tag: t, literal: {value: v}}, {tag: "
                        "h, request_header: {name: x-a}}]",
                        "additional_request_headers_to_log: [X-A, x-none], "
                        "additional_response_headers_to_log: [x-b], "
                        "additional_response_trailers_to_log: [x-c]"));
  RawPeer client = Client();
  Forwarded(client, "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nTE: trailers\r\n\r\n", "\r\n\r\n");
  ASSERT_TRUE(service_.Send(
      "HTTP/1.1 200 OK\r\nX-B: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-C: 3\r\n\r\n"));
  const auto entries = server_.HttpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_THAT(entries[0].request().request_headers(), UnorderedElementsAre(Pair("x-a", "1")));
  EXPECT_THAT(entries[0].response().response_headers(), UnorderedElementsAre(Pair("x-b", "2")));
  EXPECT_THAT(entries[0].response().response_trailers(), UnorderedElementsAre(Pair("x-c", "3")));
  EXPECT_THAT(entries[0].common_properties().custom_tags(),
              UnorderedElementsAre(Pair("t", "v"), Pair("h", "1")));
}

TEST_F(GrpcAccessLog, R69_BytesThatAreNoUtf8CostNoOtherEntry) {
  StartWithLogs(GrpcLog("Http", kAtOnce, "additional_request_headers_to_log: [x-a]"));
  RawPeer client = Client();
  AskDirectly(client, "X-A: \xff\xfe\r\n");
  AskDirectly(client, "X-A: good\r\n");
  const auto entries = server_.HttpEntries(2);
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].request().request_headers().at("x-a"), "!!");
  EXPECT_EQ(entries[1].request().request_headers().at("x-a"), "good");
}

TEST_F(GrpcAccessLog, AFilterChoosesEntries) {
  StartWithLogs(GrpcLog("Http", kAtOnce, "",
                        "filter: {header_filter: {header: {name: x-log, present_match: true}}}, "));
  RawPeer client = Client();
  AskDirectly(client);
  AskDirectly(client, "X-Log: 1\r\nUser-Agent: chosen\r\n");
  const auto entries = server_.HttpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].request().user_agent(), "chosen");
  EXPECT_EQ(proxy_->Stat(Metric("logs_written")), 1);
}

TEST_F(GrpcAccessLog, AnEntryTellsOfATcpConnection) {
  StaticListener listener;
  listener.tcp_fields = "cluster: service, access_log: [" + GrpcLog("Tcp", kAtOnce) + "]";
  StartWith(listener);
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("hello"));
  service_ = upstream_.Accept();
  ASSERT_EQ(service_.ReadBytes(5), "hello");
  ASSERT_TRUE(service_.Send("welcome"));
  ASSERT_EQ(client.ReadBytes(7), "welcome");
  client.Close();
  service_.Close();
  const auto entries = server_.TcpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].connection_properties().received_bytes(), 5);
  EXPECT_EQ(entries[0].connection_properties().sent_bytes(), 7);
  const auto& common = entries[0].common_properties();
  EXPECT_EQ(common.upstream_cluster(), "service");
  EXPECT_EQ(common.upstream_remote_address().socket_address().port_value(), upstream_.port());
  EXPECT_EQ(common.access_log_type(), envoy::data::accesslog::v3::TcpConnectionEnd);
}

TEST_F(GrpcAccessLog, AnEntryOfAListenerTellsOfAllThatCameOverAConnection) {
  StaticListener listener;
  listener.fields = "access_log: [" + GrpcLog("Tcp", kAtOnce) + "]";
  listener.routes = kDirect;
  StartWith(listener);
  RawPeer client = Client();
  AskDirectly(client);
  AskDirectly(client);
  client.Close();
  const auto entries = server_.TcpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_GT(entries[0].connection_properties().received_bytes(), 40);
  EXPECT_EQ(entries[0].common_properties().access_log_type(), envoy::data::accesslog::v3::NotSet);
}

using GrpcAccessLogOverTls = TlsTest;

TEST_F(GrpcAccessLogOverTls, AnEntryTellsOfAClientsTls) {
  AccessLogServer service;
  StaticBootstrap bootstrap;
  StaticListener& listener = bootstrap.listeners[0];
  listener.chain_fields =
      TransportSocket("Downstream", Certificates(server_) + ", " + Trust(authority_));
  listener.hcm_fields = "access_log: [" + GrpcLog("Http", "buffer_size_bytes: 0") + "]";
  listener.routes = kDirect;
  bootstrap.more_clusters["als_cluster"] = service.port();
  StartProxy(bootstrap);
  TlsPeer client = TlsPeer::ConnectTo(
      port_, {.identity = client_, .server_name = "server.test", .version_max = TLS1_2_VERSION});
  ASSERT_TRUE(client.Send("GET /direct HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_THAT(client.ReadMessage(), EndsWith("tea"));
  const auto entries = service.HttpEntries(1);
  ASSERT_THAT(entries, SizeIs(1));
  const auto& tls = entries[0].common_properties().tls_properties();
  EXPECT_EQ(tls.tls_version(), envoy::data::accesslog::v3::TLSProperties::TLSv1_2);
  EXPECT_GE(tls.tls_cipher_suite().value(), 0xC000);  // those with a key exchange of TLS 1.2
  EXPECT_EQ(tls.tls_sni_hostname(), "server.test");
  ASSERT_EQ(tls.peer_certificate_properties().subject_alt_name_size(), 1);
  EXPECT_EQ(tls.peer_certificate_properties().subject_alt_name(0).uri(),
            "spiffe://mesh/ns/a/sa/client");
}

TEST_F(GrpcAccessLog, TheFirstMessageOfAStreamSaysWhose) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  RawPeer client = Client();
  AskDirectly(client);
  ASSERT_THAT(server_.HttpEntries(1), SizeIs(1));
  AskDirectly(client);
  ASSERT_THAT(server_.HttpEntries(2), SizeIs(2));
  EXPECT_EQ(server_.method(), "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs");
  const auto streams = server_.streams();
  ASSERT_THAT(streams, SizeIs(1));
  ASSERT_THAT(streams[0].messages, SizeIs(2));
  EXPECT_EQ(streams[0].messages[0].identifier().log_name(), "echo");
  EXPECT_EQ(streams[0].messages[0].identifier().node().user_agent_name(), "envoy");
  EXPECT_FALSE(streams[0].messages[1].has_identifier());
}

TEST_F(GrpcAccessLog, CallsHaveTheMetadataThatIsSaid) {
  StartWithLogs(
      "{name: a, typed_config: {'@type': type.googleapis.com/envoy.extensions.access_loggers.grpc."
      "v3.HttpGrpcAccessLogConfig, common_config: {log_name: a, buffer_size_bytes: 0, "
      "grpc_service: {envoy_grpc: {cluster_name: als_cluster}, initial_metadata: [{key: token, "
      "value: secret}]}}}}");
  RawPeer client = Client();
  AskDirectly(client);
  ASSERT_THAT(server_.HttpEntries(1), SizeIs(1));
  EXPECT_EQ(server_.metadata("token"), "secret");
}

TEST_F(GrpcAccessLog, EntriesGoByThemselvesAfterAWhile) {
  StartWithLogs(GrpcLog("Http", "buffer_flush_interval: 0.05s"));
  RawPeer client = Client();
  for (size_t i = 1; i <= 3; ++i) {
    AskDirectly(client);
    EXPECT_THAT(server_.HttpEntries(i), SizeIs(i));
  }
}

TEST_F(GrpcAccessLog, EntriesGoWhenThereAreEnoughForABatch) {
  StartWithLogs(GrpcLog("Http", "buffer_flush_interval: 36000s, buffer_size_bytes: 2000"));
  RawPeer client = Client();  // one connection is one worker
  const std::string agent = "User-Agent: " + std::string(700, 'x') + "\r\n";
  for (int i = 0; i < 7; ++i) AskDirectly(client, agent);
  ASSERT_THAT(server_.HttpEntries(1), SizeIs(testing::Ge(1)));
  const auto first = server_.streams()[0].messages[0];
  EXPECT_GE(first.http_logs().ByteSizeLong(), 2000);
  EXPECT_LT(first.http_logs().ByteSizeLong(), 4000);  // no entry more than it takes
}

TEST_F(GrpcAccessLog, WithoutBatchesEachEntryIsAMessage) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  RawPeer client = Client();
  for (int i = 0; i < 5; ++i) AskDirectly(client);
  ASSERT_THAT(server_.HttpEntries(5), SizeIs(5));
  EXPECT_THAT(server_.streams()[0].messages, SizeIs(5));
}

TEST_F(GrpcAccessLog, EveryWorkersEntriesGoOverOneStream) {
  StartWithLogs(GrpcLog("Http", "buffer_flush_interval: 0.05s"));
  constexpr size_t kClients = 20;
  std::vector<RawPeer> clients;
  for (size_t i = 0; i < kClients; ++i) {
    clients.push_back(Client());
    AskDirectly(clients.back());
  }
  EXPECT_THAT(server_.HttpEntries(kClients), SizeIs(kClients));
  EXPECT_THAT(server_.streams(), SizeIs(1));
  EXPECT_TRUE(proxy_->WaitForStat(Metric("grpc_entries_flushed"), kClients));
  EXPECT_EQ(proxy_->Stat(Metric("logs_written")), kClients);
  EXPECT_EQ(proxy_->Stat(Metric("logs_dropped")), 0);
}

TEST_F(GrpcAccessLog, EqualLoggersOfSeveralListenersShareAStream) {
  StaticBootstrap bootstrap;
  StaticListener listener;
  listener.hcm_fields = "access_log: [" + GrpcLog("Http", kAtOnce) + "]";
  listener.routes = kDirect;
  StaticListener second = listener;
  second.name = "second";
  bootstrap.listeners = {listener, second};
  bootstrap.more_clusters["als_cluster"] = server_.port();
  StartProxy(bootstrap);
  RawPeer client = Client();
  AskDirectly(client);
  RawPeer other = RawPeer::ConnectTo(proxy_->ListenerPort("second"));
  AskDirectly(other);
  EXPECT_THAT(server_.HttpEntries(2), SizeIs(2));
  EXPECT_THAT(server_.streams(), SizeIs(1));
}

TEST_F(GrpcAccessLog, AStreamThatTheServiceEndsIsOpenedAgain) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  RawPeer client = Client();
  AskDirectly(client);
  ASSERT_THAT(server_.HttpEntries(1), SizeIs(1));
  server_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "later"));
  ASSERT_TRUE(proxy_->WaitForStat(Metric("streams_failed"), 1));
  AskDirectly(client);
  ASSERT_THAT(server_.HttpEntries(2), SizeIs(2));
  const auto streams = server_.streams();
  ASSERT_THAT(streams, SizeIs(2));
  EXPECT_EQ(streams[1].messages[0].identifier().log_name(), "echo");
}

TEST_F(GrpcAccessLog, WhatIsLoggedWhileTheServiceIsGoneComesLater) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  server_.Stop();
  RawPeer client = Client();
  for (int i = 0; i < 10; ++i) AskDirectly(client);
  ASSERT_TRUE(proxy_->WaitForStat(Metric("streams_failed"), 1));
  server_.Start();
  EXPECT_THAT(server_.HttpEntries(10), SizeIs(10));
  EXPECT_EQ(proxy_->Stat(Metric("logs_dropped")), 0);
}

TEST_F(GrpcAccessLog, F21_EntriesForWhichThereIsNoRoomAreDroppedAndCounted) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  server_.Stop();
  RawPeer client = Client();
  const std::string agent = "User-Agent: " + std::string(30'000, 'x') + "\r\n";
  for (int i = 0; i < 20; ++i) AskDirectly(client, agent);
  const int64_t written = proxy_->Stat(Metric("logs_written"));
  EXPECT_EQ(written, 8);  // a ring has 256 KiB
  EXPECT_EQ(proxy_->Stat(Metric("logs_dropped")), 20 - written);
  server_.Start();
  EXPECT_THAT(server_.HttpEntries(static_cast<size_t>(written)),
              SizeIs(static_cast<size_t>(written)));
}

TEST_F(GrpcAccessLog, AServiceThatTakesNothingCostsEntriesAndNoRequests) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  server_.HoldReading(true);
  RawPeer client = Client();
  const std::string agent = "User-Agent: " + std::string(30'000, 'x') + "\r\n";
  int64_t sent = 0;
  while (proxy_->Stat(Metric("logs_dropped")) <= 0) {
    AskDirectly(client, agent);
    ASSERT_LT(++sent, 2000);
  }
  server_.HoldReading(false);
  const int64_t written = proxy_->Stat(Metric("logs_written"));
  EXPECT_TRUE(proxy_->WaitForStat(Metric("grpc_entries_flushed"), written));
  EXPECT_EQ(proxy_->Stat(Metric("logs_dropped")), sent - written);
  EXPECT_THAT(server_.HttpEntries(static_cast<size_t>(written)),
              SizeIs(static_cast<size_t>(written)));
}

TEST_F(GrpcAccessLog, WhatIsLeftGoesOutBeforeTheProcessEnds) {
  StartWithLogs(GrpcLog("Http", kNeverAlone));
  RawPeer client = Client();
  for (int i = 0; i < 3; ++i) AskDirectly(client);
  EXPECT_THAT(server_.streams(), IsEmpty());
  client.Close();
  FinishNeighbour();
  proxy_->Drain();
  ASSERT_TRUE(proxy_->WaitForEnd());
  EXPECT_THAT(server_.HttpEntries(3), SizeIs(3));
  ASSERT_THAT(server_.streams(), SizeIs(1));
  EXPECT_TRUE(server_.streams()[0].is_ended_by_client);
}

TEST_F(GrpcAccessLog, AServiceThatIsGoneKeepsNoProcessFromEnding) {
  StartWithLogs(GrpcLog("Http", kAtOnce));
  server_.Stop();
  RawPeer client = Client();
  AskDirectly(client);
  ASSERT_TRUE(proxy_->WaitForStat(Metric("streams_failed"), 1));
  client.Close();
  FinishNeighbour();
  proxy_->Drain();
  EXPECT_TRUE(proxy_->WaitForEnd());
}

TEST_F(GrpcAccessLog, ALoggerWhoseClusterIsNotThereRejectsNothing) {
  StaticListener listener;
  listener.hcm_fields = "access_log: [" + GrpcLog("Http", kAtOnce) + "]";
  listener.routes = kDirect;
  StaticBootstrap bootstrap;
  bootstrap.listeners = {listener};
  StartProxy(bootstrap);
  RawPeer client = Client();
  AskDirectly(client);
  EXPECT_EQ(proxy_->Stat(Metric("logs_written")), 1);
}

}  // namespace
}  // namespace outrigger::test
