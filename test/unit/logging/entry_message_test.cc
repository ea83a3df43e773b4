#include "logging/entry_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "envoy/service/accesslog/v3/als.pb.h"

namespace outrigger::logging {
namespace {

using envoy::config::core::v3::RequestMethod;
using envoy::data::accesslog::v3::AccessLogCommon;
using envoy::data::accesslog::v3::HTTPAccessLogEntry;
using envoy::data::accesslog::v3::TCPAccessLogEntry;
using envoy::data::accesslog::v3::TLSProperties;
using envoy::service::accesslog::v3::StreamAccessLogsMessage;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

std::string Written(const EntryForm& form, const LogEntry& entry) {
  std::string text;
  AppendEntry(form, entry, text);
  EXPECT_EQ(FirstEntryBytes(text.substr(0, kEntryBeginBytes)), text.size());
  return text;
}

HTTPAccessLogEntry Http(const LogEntry& entry, EntryForm form = {}) {
  StreamAccessLogsMessage::HTTPAccessLogEntries list;
  EXPECT_TRUE(list.ParseFromString(Written(form, entry)));
  EXPECT_EQ(list.log_entry_size(), 1);
  return list.log_entry(0);
}

TCPAccessLogEntry Tcp(const LogEntry& entry) {
  StreamAccessLogsMessage::TCPAccessLogEntries list;
  EXPECT_TRUE(list.ParseFromString(Written({.kind = EntryKind::kTcp}, entry)));
  EXPECT_EQ(list.log_entry_size(), 1);
  return list.log_entry(0);
}

AccessLogCommon Common(const LogEntry& entry, EntryForm form = {}) {
  return Http(entry, std::move(form)).common_properties();
}

TEST(EntryMessage, OfNothingHasItsPartsAndNoValues) {
  const HTTPAccessLogEntry http = Http({});
  EXPECT_TRUE(http.has_common_properties());
  EXPECT_TRUE(http.has_request());
  EXPECT_TRUE(http.has_response());
  EXPECT_FALSE(http.response().has_response_code());
  EXPECT_FALSE(http.common_properties().has_response_flags());
  EXPECT_FALSE(http.common_properties().has_tls_properties());
  EXPECT_FALSE(http.common_properties().has_metadata());
  EXPECT_EQ(http.common_properties().duration().nanos(), 0);
  EXPECT_TRUE(Tcp({}).has_connection_properties());
}

TEST(EntryMessage, TellsTheRequestAsItWentOn) {
  http::RequestHead request;
  request.method = "POST";
  request.scheme = "https";
  request.authority = "here";
  request.path = "/b?c";
  for (const auto& [name, value] : {std::pair{"user-agent", "me"},
                                    {"referer", "them"},
                                    {"x-forwarded-for", "1.2.3.4"},
                                    {"x-request-id", "id"},
                                    {"x-envoy-original-path", "/a"}}) {
    request.headers.Add(name, value);
  }
  request.body = {http::BodyLength::Kind::kKnown, 12};
  LogEntry entry;
  entry.request = &request;
  entry.protocol = "HTTP/2";
  entry.bytes_received = 12;
  const HTTPAccessLogEntry http = Http(entry);
  EXPECT_EQ(http.protocol_version(), HTTPAccessLogEntry::HTTP2);
  EXPECT_EQ(http.request().request_method(), RequestMethod::POST);
  EXPECT_EQ(http.request().scheme(), "https");
  EXPECT_EQ(http.request().authority(), "here");
  EXPECT_EQ(http.request().path(), "/b?c");
  EXPECT_EQ(http.request().user_agent(), "me");
  EXPECT_EQ(http.request().referer(), "them");
  EXPECT_EQ(http.request().forwarded_for(), "1.2.3.4");
  EXPECT_EQ(http.request().request_id(), "id");
  EXPECT_EQ(http.request().original_path(), "/a");
  EXPECT_EQ(http.request().request_body_bytes(), 12);
  EXPECT_EQ(http.common_properties().stream_id(), "id");
  // Pseudo headers, the fields, and content-length: 12.
  EXPECT_EQ(http.request().request_headers_bytes(), 11 + 12 + 14 + 9 + 12 + 11 + 22 + 14 + 23 + 16);
}

TEST(EntryMessage, NumbersEveryMethodAndProtocol) {
  http::RequestHead request;
  LogEntry entry;
  entry.request = &request;
  for (const std::string_view method :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}) {
    request.method = method;
    EXPECT_EQ(RequestMethod_Name(Http(entry).request().request_method()), method);
  }
  request.method = "BREW";
  EXPECT_EQ(Http(entry).request().request_method(), RequestMethod::METHOD_UNSPECIFIED);
  entry.protocol = "HTTP/1.0";
  EXPECT_EQ(Http(entry).protocol_version(), HTTPAccessLogEntry::HTTP10);
  entry.protocol = "HTTP/1.1";
  EXPECT_EQ(Http(entry).protocol_version(), HTTPAccessLogEntry::HTTP11);
}

TEST(EntryMessage, TellsTheResponse) {
  http::ResponseHead response;
  response.status = 503;
  response.headers.Add("server", "envoy");
  LogEntry entry;
  entry.response = &response;
  entry.status = 503;
  entry.bytes_sent = 7;
  entry.details = "no_healthy_upstream";
  const auto told = Http(entry).response();
  EXPECT_EQ(told.response_code().value(), 503);
  EXPECT_EQ(told.response_body_bytes(), 7);
  EXPECT_EQ(told.response_code_details(), "no_healthy_upstream");
  EXPECT_EQ(told.response_headers_bytes(), 10 + 11);
}

TEST(EntryMessage, TellsTheFieldsThatAreNamedAndThere) {
  http::RequestHead request;
  request.method = "GET";
  request.headers.Add("x-a", "1");
  request.headers.Add("x-a", "2");
  http::ResponseHead response;
  response.status = 204;
  response.headers.Add("x-b", "3");
  http::HeaderMap trailers;
  trailers.Add("grpc-status", "0");
  LogEntry entry;
  entry.request = &request;
  entry.response = &response;
  entry.response_trailers = &trailers;
  EntryForm form;
  form.request_fields = {FieldName::Of("X-A"), FieldName::Of(":method"), FieldName::Of("x-none")};
  form.response_fields = {FieldName::Of("x-b"), FieldName::Of(":status")};
  form.trailer_fields = {FieldName::Of("Grpc-Status")};
  const HTTPAccessLogEntry http = Http(entry, form);
  EXPECT_THAT(http.request().request_headers(),
              UnorderedElementsAre(Pair("x-a", "1"), Pair(":method", "GET")));
  EXPECT_THAT(http.response().response_headers(),
              UnorderedElementsAre(Pair("x-b", "3"), Pair(":status", "204")));
  EXPECT_THAT(http.response().response_trailers(), UnorderedElementsAre(Pair("grpc-status", "0")));
}

TEST(EntryMessage, TellsTagsUnlessTheyAreEmpty) {
  http::RequestHead request;
  request.headers.Add("x-a", "1");
  LogEntry entry;
  entry.request = &request;
  EntryForm form;
  form.tags = {{"constant", {}, "c"},
               {"field", FieldName::Of("x-a"), "d"},
               {"default", FieldName::Of("x-b"), "e"},
               {"none", FieldName::Of("x-b"), ""}};
  EXPECT_THAT(
      Common(entry, form).custom_tags(),
      UnorderedElementsAre(Pair("constant", "c"), Pair("field", "1"), Pair("default", "e")));
}

TEST(EntryMessage, TellsTimesFromTheStartOn) {
  LogEntry entry;
  entry.started_at = WallTime(std::chrono::seconds(1'700'000'000) + std::chrono::nanoseconds(5));
  entry.took = milliseconds(1500);
  entry.request_took = milliseconds(1);
  entry.forwarding_began = milliseconds(2);
  entry.forwarding_ended = milliseconds(3);
  entry.response_took = milliseconds(4);
  entry.response_ended = milliseconds(5);
  entry.reply_began = milliseconds(6);
  entry.reply_ended = milliseconds(7);
  const AccessLogCommon common = Common(entry);
  EXPECT_EQ(common.start_time().seconds(), 1'700'000'000);
  EXPECT_EQ(common.start_time().nanos(), 5);
  EXPECT_EQ(common.duration().seconds(), 1);
  EXPECT_EQ(common.duration().nanos(), 500'000'000);
  EXPECT_EQ(common.time_to_last_rx_byte().nanos(), 1'000'000);
  EXPECT_EQ(common.time_to_first_upstream_tx_byte().nanos(), 2'000'000);
  EXPECT_EQ(common.time_to_last_upstream_tx_byte().nanos(), 3'000'000);
  EXPECT_EQ(common.time_to_first_upstream_rx_byte().nanos(), 4'000'000);
  EXPECT_EQ(common.time_to_last_upstream_rx_byte().nanos(), 5'000'000);
  EXPECT_EQ(common.time_to_first_downstream_tx_byte().nanos(), 6'000'000);
  EXPECT_EQ(common.time_to_last_downstream_tx_byte().nanos(), 7'000'000);
}

TEST(EntryMessage, TellsAddressesOfEveryFamily) {
  LogEntry entry;
  entry.downstream_remote = *Address::FromIp("10.0.0.1", 80);
  entry.downstream_direct = *Address::FromIp("::1", 81);
  entry.downstream_local = *Address::FromPath("/run/x");
  entry.upstream_host = *Address::FromIp("10.0.0.2", 82);
  entry.upstream_local = *Address::FromIp("10.0.0.3", 0);
  const AccessLogCommon common = Common(entry);
  EXPECT_EQ(common.downstream_remote_address().socket_address().address(), "10.0.0.1");
  EXPECT_EQ(common.downstream_remote_address().socket_address().port_value(), 80);
  EXPECT_EQ(common.downstream_direct_remote_address().socket_address().address(), "::1");
  EXPECT_EQ(common.downstream_local_address().pipe().path(), "/run/x");
  EXPECT_EQ(common.upstream_remote_address().socket_address().port_value(), 82);
  EXPECT_TRUE(common.upstream_local_address().socket_address().has_port_value());
}

TEST(EntryMessage, TellsEveryFlagByItsField) {
  using http::ResponseFlag;
  const auto* flags = envoy::data::accesslog::v3::ResponseFlags::descriptor();
  for (uint8_t i = 0; i < static_cast<uint8_t>(ResponseFlag::kNone); ++i) {
    const auto flag = static_cast<ResponseFlag>(i);
    LogEntry entry;
    entry.flags.Add(flag);
    const auto told = Common(entry).response_flags();
    std::vector<const google::protobuf::FieldDescriptor*> set;
    told.GetReflection()->ListFields(told, &set);
    if (flag == ResponseFlag::kDropOverload || flag == ResponseFlag::kUnconditionalDropOverload) {
      EXPECT_THAT(set, IsEmpty());
    } else {
      ASSERT_THAT(set, testing::SizeIs(1)) << http::NamesOf(flag).words;
      EXPECT_EQ(set[0]->containing_type(), flags);
    }
  }
  LogEntry entry;
  entry.flags.Add(ResponseFlag::kUnauthorizedExternalService);
  entry.flags.Add(ResponseFlag::kDnsResolutionFailed);
  entry.flags.Add(ResponseFlag::kDownstreamRemoteReset);
  entry.flags.Add(ResponseFlag::kNoRouteFound);
  const auto told = Common(entry).response_flags();
  EXPECT_EQ(told.unauthorized_details().reason(),
            envoy::data::accesslog::v3::ResponseFlags_Unauthorized::EXTERNAL_SERVICE);
  EXPECT_TRUE(told.dns_resolution_failure());
  EXPECT_TRUE(told.downstream_remote_reset());
  EXPECT_TRUE(told.no_route_found());
  EXPECT_FALSE(told.no_cluster_found());
}

TEST(EntryMessage, TellsTls) {
  PeerCertificate certificate;
  certificate.uris = {"spiffe://a"};
  certificate.dns_names = {"a.example"};
  certificate.subject = "CN=a";
  certificate.issuer = "CN=b";
  LogEntry entry;
  entry.downstream_tls_version = "TLSv1.3";
  entry.downstream_tls_suite = 0x1301;
  entry.server_name = "a.example";
  entry.downstream_certificate = &certificate;
  const TLSProperties tls = Common(entry).tls_properties();
  EXPECT_EQ(tls.tls_version(), TLSProperties::TLSv1_3);
  EXPECT_EQ(tls.tls_cipher_suite().value(), 0x1301);
  EXPECT_EQ(tls.tls_sni_hostname(), "a.example");
  const auto& peer = tls.peer_certificate_properties();
  ASSERT_EQ(peer.subject_alt_name_size(), 2);
  EXPECT_EQ(peer.subject_alt_name(0).uri(), "spiffe://a");
  EXPECT_EQ(peer.subject_alt_name(1).dns(), "a.example");
  EXPECT_EQ(peer.subject(), "CN=a");
  EXPECT_EQ(peer.issuer(), "CN=b");
}

TEST(EntryMessage, TellsWhatFiltersHaveNoted) {
  http::MetadataValue list{.kind = http::MetadataValue::Kind::kList};
  list.items = {{},
                http::MetadataValue::OfBool(false),
                http::MetadataValue::Of(0.0),
                http::MetadataValue::Of("")};
  http::Metadata metadata;
  metadata.Set("space", "list", list);
  metadata.Set("other", "word", http::MetadataValue::Of("said"));
  LogEntry entry;
  entry.metadata = &metadata;
  const auto told = Common(entry).metadata().filter_metadata();
  EXPECT_EQ(told.at("other").fields().at("word").string_value(), "said");
  const auto& items = told.at("space").fields().at("list").list_value();
  ASSERT_EQ(items.values_size(), 4);
  EXPECT_TRUE(items.values(0).has_null_value());
  EXPECT_TRUE(items.values(1).has_bool_value());
  EXPECT_TRUE(items.values(2).has_number_value());
  EXPECT_TRUE(items.values(3).has_string_value());
}

TEST(EntryMessage, TellsWhereItWentAndWhyItFailed) {
  LogEntry entry;
  entry.upstream_cluster = "cluster";
  entry.upstream_failure = "refused";
  entry.downstream_failure = "TLS";
  entry.termination_details = "ended";
  entry.route = "route";
  entry.attempts = 2;
  entry.type = LogType::kDownstreamEnd;
  const AccessLogCommon common = Common(entry);
  EXPECT_EQ(common.upstream_cluster(), "cluster");
  EXPECT_EQ(common.upstream_transport_failure_reason(), "refused");
  EXPECT_EQ(common.downstream_transport_failure_reason(), "TLS");
  EXPECT_EQ(common.connection_termination_details(), "ended");
  EXPECT_EQ(common.route_name(), "route");
  EXPECT_EQ(common.upstream_request_attempt_count(), 2);
  EXPECT_EQ(common.access_log_type(), envoy::data::accesslog::v3::DownstreamEnd);
}

TEST(EntryMessage, OfAConnectionTellsBytes) {
  LogEntry entry;
  entry.bytes_received = std::numeric_limits<uint64_t>::max();
  entry.bytes_sent = 300;
  const auto bytes = Tcp(entry).connection_properties();
  EXPECT_EQ(bytes.received_bytes(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(bytes.sent_bytes(), 300);
}

TEST(EntryMessage, R69_BytesThatAreNoUtf8SpoilNothing) {
  http::RequestHead request;
  request.path = "/\xc3\xa4\xff\xc3";
  LogEntry entry;
  entry.request = &request;
  EXPECT_EQ(Http(entry).request().path(), "/\xc3\xa4!!");
}

TEST(EntryMessage, EntriesBehindOneAnotherAreTheListOfAMessage) {
  LogEntry entry;
  std::string entries;
  for (const std::string_view route : {"one", "two"}) {
    entry.route = route;
    AppendEntry({}, entry, entries);
  }
  envoy::config::core::v3::Node node;
  node.set_id("me");
  const std::string identifier = StreamIdentifier(node.SerializeAsString(), "log");
  StreamAccessLogsMessage message;
  ASSERT_TRUE(message.ParseFromString(StreamMessage(EntryKind::kHttp, identifier, entries)));
  EXPECT_EQ(message.identifier().node().id(), "me");
  EXPECT_EQ(message.identifier().log_name(), "log");
  ASSERT_EQ(message.http_logs().log_entry_size(), 2);
  EXPECT_EQ(message.http_logs().log_entry(1).common_properties().route_name(), "two");
  ASSERT_TRUE(message.ParseFromString(StreamMessage(EntryKind::kTcp, "", entries)));
  EXPECT_FALSE(message.has_identifier());
  EXPECT_EQ(message.tcp_logs().log_entry_size(), 2);
}

}  // namespace
}  // namespace outrigger::logging
