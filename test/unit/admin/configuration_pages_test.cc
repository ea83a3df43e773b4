// The pages that show configuration, each from a ledger as control hands it over.
#include <google/protobuf/util/json_util.h>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "test/unit/admin/admin_fixture.h"

namespace outrigger::admin {
namespace {

template <typename Message>
LedgerEntry Entry(const std::string& name, const std::string& json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  EXPECT_TRUE(status.ok()) << status.ToString();
  LedgerEntry entry;
  entry.name = name;
  entry.version = "v1";
  entry.bytes = std::make_shared<const std::string>(message.SerializeAsString());
  entry.updated_at = WallTime(std::chrono::milliseconds(1764000000123));
  return entry;
}

using ClusterProto = envoy::config::cluster::v3::Cluster;
using ListenerProto = envoy::config::listener::v3::Listener;
using RouteProto = envoy::config::route::v3::RouteConfiguration;
using EndpointProto = envoy::config::endpoint::v3::ClusterLoadAssignment;

// A whole JSON document, as its parser sees it: order and whitespace do not count.
google::protobuf::Struct Parsed(const std::string& json) {
  google::protobuf::Struct value;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &value);
  EXPECT_TRUE(status.ok()) << status.ToString() << json;
  return value;
}

class ConfigurationPagesTest : public AdminTest {
 protected:
  // The section of that type in /config_dump, as JSON.
  std::string Section(const std::string& type, const std::string& query = "") {
    const Answer answer = Get("/config_dump" + query);
    EXPECT_EQ(answer.status, 200);
    const auto dump = Parsed(answer.body);
    for (const auto& section : dump.fields().at("configs").list_value().values()) {
      const auto& fields = section.struct_value().fields();
      if (fields.at("@type").string_value() == "type.googleapis.com/envoy.admin.v3." + type) {
        std::string json;
        EXPECT_TRUE(google::protobuf::util::MessageToJsonString(section, &json).ok());
        return json;
      }
    }
    return "";
  }
  static void ExpectJson(const std::string& actual, const std::string& expected) {
    EXPECT_EQ(Parsed(actual).DebugString(), Parsed(expected).DebugString()) << actual;
  }
};

TEST_F(ConfigurationPagesTest, AnEmptyDumpHasEverySection) {
  EXPECT_EQ(Get("/config_dump").body,
            "{\n \"configs\": [\n  {\n"
            "   \"@type\": \"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump\",\n"
            "   \"bootstrap\": {\n    \"node\": {\n     \"id\": \"n1\"\n    }\n   },\n"
            "   \"last_updated\": \"2025-12-17T23:58:55.000Z\"\n  },\n"
            "  {\n   \"@type\": \"type.googleapis.com/envoy.admin.v3.ClustersConfigDump\"\n  },\n"
            "  {\n   \"@type\": \"type.googleapis.com/envoy.admin.v3.ListenersConfigDump\"\n  },\n"
            "  {\n   \"@type\": \"type.googleapis.com/envoy.admin.v3.ScopedRoutesConfigDump\"\n"
            "  },\n"
            "  {\n   \"@type\": \"type.googleapis.com/envoy.admin.v3.RoutesConfigDump\"\n  },\n"
            "  {\n   \"@type\": \"type.googleapis.com/envoy.admin.v3.SecretsConfigDump\"\n  }\n"
            " ]\n}\n");
}

TEST_F(ConfigurationPagesTest, ClustersAreStaticActiveOrWarming) {
  ledger_->clusters.push_back(Entry<ClusterProto>("a", R"({"name": "a"})"));
  ledger_->clusters.push_back(Entry<ClusterProto>("b", R"({"name": "b"})"));
  ledger_->clusters[0].is_static = true;
  ledger_->clusters[0].version = "";
  LedgerEntry refused;
  refused.name = "c";
  refused.error = "c: name: too long";
  refused.rejected_version = "v2";
  refused.rejected_at = WallTime(std::chrono::seconds(1764000001));
  ledger_->clusters.push_back(refused);
  ledger_->clusters_version = "v8";
  ExpectJson(Section("ClustersConfigDump"), R"({
    "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", "version_info": "v8",
    "static_clusters": [{"cluster": {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
      "name": "a"}, "last_updated": "2025-11-24T16:00:00.123Z"}],
    "dynamic_active_clusters": [{"version_info": "v1", "cluster": {
      "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "b"},
      "last_updated": "2025-11-24T16:00:00.123Z", "client_status": "ACKED"}],
    "dynamic_warming_clusters": [{"error_state": {
      "last_update_attempt": "2025-11-24T16:00:01.000Z", "details": "c: name: too long",
      "version_info": "v2"}, "client_status": "NACKED"}]})");
}

TEST_F(ConfigurationPagesTest, ListenersAreActiveOrWarmingAndKeepTheirError) {
  ledger_->listeners.push_back(Entry<ListenerProto>("a", R"({"name": "a"})"));
  ledger_->listeners.push_back(Entry<ListenerProto>("b", R"({"name": "b"})"));
  ledger_->listeners[0].error = "a: bad";
  ledger_->listeners[0].rejected_at = WallTime(std::chrono::seconds(1764000001));
  ledger_->listeners[1].waits_for = "route table r";
  ledger_->listeners_version = "v7";
  ExpectJson(Section("ListenersConfigDump"), R"({
    "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump", "version_info": "v7",
    "dynamic_listeners": [
      {"name": "a", "active_state": {"version_info": "v1", "listener": {
        "@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "a"},
        "last_updated": "2025-11-24T16:00:00.123Z"},
       "error_state": {"last_update_attempt": "2025-11-24T16:00:01.000Z", "details": "a: bad"},
       "client_status": "NACKED"},
      {"name": "b", "warming_state": {"version_info": "v1", "listener": {
        "@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "b"},
        "last_updated": "2025-11-24T16:00:00.123Z"}, "client_status": "ACKED"}]})");
}

TEST_F(ConfigurationPagesTest, RoutesInsideListenersAreStaticOnes) {
  ledger_->routes.push_back(Entry<RouteProto>("r", R"({"name": "r"})"));
  ledger_->listeners.push_back(Entry<ListenerProto>("l", R"({"name": "l", "filter_chains": [
    {"filters": [{"name": "http", "typed_config": {"@type":
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    "route_config": {"name": "inline"}}}]}]})"));
  ExpectJson(Section("RoutesConfigDump"), R"({
    "@type": "type.googleapis.com/envoy.admin.v3.RoutesConfigDump",
    "static_route_configs": [{"route_config": {
      "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", "name": "inline"},
      "last_updated": "2025-11-24T16:00:00.123Z"}],
    "dynamic_route_configs": [{"version_info": "v1", "route_config": {
      "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", "name": "r"},
      "last_updated": "2025-11-24T16:00:00.123Z", "client_status": "ACKED"}]})");
}

TEST_F(ConfigurationPagesTest, EndpointsComeOnlyWhenAskedFor) {
  ledger_->endpoints.push_back(Entry<EndpointProto>("e", R"({"cluster_name": "e"})"));
  ledger_->clusters.push_back(
      Entry<ClusterProto>("a", R"({"name": "a", "load_assignment": {"cluster_name": "a"}})"));
  ledger_->clusters[0].is_static = true;
  EXPECT_EQ(Section("EndpointsConfigDump"), "");
  EXPECT_EQ(Section("EndpointsConfigDump", "?include_eds=false"), "");
  const std::string expected = R"({
    "@type": "type.googleapis.com/envoy.admin.v3.EndpointsConfigDump",
    "static_endpoint_configs": [{"endpoint_config": {
      "@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
      "cluster_name": "a"}, "last_updated": "2025-11-24T16:00:00.123Z"}],
    "dynamic_endpoint_configs": [{"version_info": "v1", "endpoint_config": {
      "@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
      "cluster_name": "e"}, "last_updated": "2025-11-24T16:00:00.123Z",
      "client_status": "ACKED"}]})";
  ExpectJson(Section("EndpointsConfigDump", "?include_eds"), expected);
  ExpectJson(Section("EndpointsConfigDump", "?include_eds=true"), expected);
}

TEST_F(ConfigurationPagesTest, ADumpRedactsKeysAndKeepsUnknownTypes) {
  ledger_->clusters.push_back(Entry<ClusterProto>("a", R"({"name": "a", "transport_socket": {
    "typed_config": {"@type":
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
      "common_tls_context": {"tls_certificates": [
        {"private_key": {"inline_string": "hidden"}}]}}}})"));
  ClusterProto unknown;
  unknown.mutable_transport_socket()->mutable_typed_config()->set_type_url("t/acme.Unknown");
  LedgerEntry entry = ledger_->clusters[0];
  entry.name = "b";
  entry.bytes = std::make_shared<const std::string>(unknown.SerializeAsString());
  ledger_->clusters.push_back(entry);
  const std::string body = Get("/config_dump").body;
  EXPECT_EQ(body.find("hidden"), body.npos);
  EXPECT_NE(body.find("[redacted]"), body.npos);
  EXPECT_NE(body.find("\"@type\": \"t/acme.Unknown\""), body.npos);
}

TEST_F(ConfigurationPagesTest, ADumpTakesOnlyNamesThatMatchAsAWhole) {
  for (const char* name : {"a", "ab"}) {
    ledger_->clusters.push_back(Entry<ClusterProto>(name, R"({"alt_stat_name": "marker"})"));
  }
  const std::string body = Get("/config_dump?name_regex=a").body;
  EXPECT_EQ(body.find("marker"), body.rfind("marker"));
  EXPECT_NE(body.find("marker"), body.npos);
}

TEST_F(ConfigurationPagesTest, ADumpRefusesParametersThatItDoesNotHave) {
  EXPECT_EQ(Get("/config_dump?resource=dynamic_listeners").status, 501);
  EXPECT_EQ(Get("/config_dump?mask=bootstrap").status, 501);
  const Answer answer = Get("/config_dump?name_regex=(");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "INVALID_ARGUMENT: Error while parsing name_regex from (: missing ): (");
}

TEST_F(ConfigurationPagesTest, ABigDumpComesWhole) {
  for (int i = 0; i < 2000; ++i) {
    const std::string name = "c" + std::to_string(10000 + i);
    ledger_->clusters.push_back(Entry<ClusterProto>(name, "{\"name\": \"" + name + "\"}"));
  }
  const google::protobuf::Struct dump = Parsed(Get("/config_dump").body);
  const auto& clusters = dump.fields().at("configs").list_value().values(1).struct_value().fields();
  EXPECT_EQ(clusters.at("dynamic_active_clusters").list_value().values_size(), 2000);
}

}  // namespace
}  // namespace outrigger::admin
