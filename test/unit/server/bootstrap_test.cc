#include "server/bootstrap.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "compiler/runtime_keys.h"
#include "envoy/config/core/v3/base.pb.h"
#include "test/support/moved_files.h"

namespace outrigger {
namespace {

using envoy::config::core::v3::Node;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

CommandLine LineFor(std::string yaml) {
  CommandLine line;
  line.config_yaml = std::move(yaml);
  return line;
}

Bootstrap Good(const CommandLine& line) {
  absl::StatusOr<Bootstrap> bootstrap = LoadBootstrap(line);
  EXPECT_TRUE(bootstrap.ok()) << bootstrap.status();
  return bootstrap.ok() ? *std::move(bootstrap) : Bootstrap();
}
Bootstrap Good(const std::string& yaml) { return Good(LineFor(yaml)); }

std::vector<std::string> Wrong(const std::string& yaml) {
  Bootstrap bootstrap;
  return ReadBootstrap(LineFor(yaml), bootstrap);
}

Node NodeOf(const Bootstrap& bootstrap) {
  Node node;
  EXPECT_TRUE(node.ParseFromString(bootstrap.node));
  return node;
}

constexpr std::string_view kControlCluster =
    "{name: control, http2_protocol_options: {}, load_assignment: {cluster_name: control, "
    "endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, "
    "port_value: 1}}}}]}]}}";

// What takes everything over ADS, with these fields of ads_config beside the service.
std::string Ads(std::string_view fields = "api_type: DELTA_GRPC",
                std::string_view service = "envoy_grpc: {cluster_name: control}") {
  return fmt::format(
      "{{node: {{id: a}}, dynamic_resources: {{cds_config: {{ads: {{}}}}, lds_config: {{ads: "
      "{{}}}}, "
      "ads_config: {{{}, grpc_services: [{{{}}}]}}}}, static_resources: {{clusters: [{}]}}}}",
      fields, service, kControlCluster);
}

std::vector<std::string> WrongService(std::string_view service) {
  return Wrong(Ads("api_type: DELTA_GRPC", service));
}

// A pipe that holds `text` and has ended.
class FilledPipe {
 public:
  explicit FilledPipe(std::string_view text) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    EXPECT_EQ(write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    close(ends[1]);
    reader_ = ends[0];
  }
  ~FilledPipe() { close(reader_); }
  std::string path() const { return fmt::format("/dev/fd/{}", reader_); }

 private:
  int reader_ = -1;
};

TEST(BootstrapTest, OneOfFileAndTextIsNeeded) {
  EXPECT_EQ(LoadBootstrap(CommandLine()).status().message(),
            "bootstrap: one of --config-path and --config-yaml is needed");
}

TEST(BootstrapTest, AnEmptyBootstrapIsValid) {
  const Bootstrap bootstrap = Good("{}");
  EXPECT_FALSE(bootstrap.admin.address.is_set());
  EXPECT_EQ(bootstrap.ads.cluster, "");
  EXPECT_THAT(bootstrap.without_effect, IsEmpty());
}

TEST(BootstrapTest, AFileThatCannotBeReadIsNamed) {
  CommandLine line;
  line.config_path = "/nowhere/a.yaml";
  EXPECT_EQ(LoadBootstrap(line).status().message(),
            "bootstrap: cannot read /nowhere/a.yaml: No such file or directory");
  line.config_path = "/";
  EXPECT_EQ(LoadBootstrap(line).status().message(), "bootstrap: cannot read /: Is a directory");
}

TEST(BootstrapTest, APipeIsReadOnce) {
  const FilledPipe pipe("{node: {id: piped}}");
  CommandLine line;
  line.config_path = pipe.path();
  EXPECT_EQ(Good(line).node_id, "piped");
}

TEST(BootstrapTest, MistakesInTheFileNameItAndTheField) {
  const FilledPipe pipe("node:\n  idd: a\n");
  CommandLine line;
  line.config_path = pipe.path();
  EXPECT_EQ(LoadBootstrap(line).status().message(),
            fmt::format("bootstrap: {}: configuration: node.idd: no such field in "
                        "envoy.config.core.v3.Node (line 2)",
                        line.config_path));
}

TEST(BootstrapTest, YamlAndJsonAndBothSpellingsAreTaken) {
  const char* yaml =
      "node:\n  id: a\nadmin:\n  address:\n    socket_address:\n      address: 127.0.0.1\n"
      "      port_value: 9901\n";
  const char* json =
      R"({"node": {"id": "a"}, "admin": {"address": {"socketAddress": {"address": "127.0.0.1",
          "portValue": "9901"}}}})";
  EXPECT_EQ(Good(yaml).admin.address.ToString(), "127.0.0.1:9901");
  EXPECT_EQ(Good(yaml).serialized, Good(json).serialized);
}

TEST(BootstrapTest, EnumsInAnyCaseAndALoneServiceAreTaken) {
  const Bootstrap bootstrap = Good(fmt::format(
      "{{node: {{id: a}}, dynamic_resources: {{ads_config: {{api_type: delta_grpc, "
      "transport_api_version: v3, grpc_services: {{envoy_grpc: {{cluster_name: control}}}}}}}}, "
      "static_resources: {{clusters: {}}}}}",
      kControlCluster));
  EXPECT_EQ(bootstrap.ads.cluster, "control");
  EXPECT_THAT(bootstrap.static_clusters, SizeIs(1));
}

TEST(BootstrapTest, TheTextIsMergedOverTheFile) {
  const FilledPipe pipe(
      "{node: {id: a, cluster: b}, admin: {address: {socket_address: {address: 127.0.0.1, "
      "port_value: 1}}}, static_resources: {clusters: [{name: x}]}}");
  CommandLine line = LineFor(
      R"({"node": {"id": "c"}, "admin": {"address": {"pipe": {"path": "/run/admin.sock", "mode": 384}}},
          "static_resources": {"clusters": [{"name": "y"}]}})");
  line.config_path = pipe.path();
  const Bootstrap bootstrap = Good(line);
  EXPECT_EQ(bootstrap.node_id, "c");
  EXPECT_EQ(bootstrap.node_cluster, "b");
  EXPECT_EQ(bootstrap.admin.address.ToString(), "/run/admin.sock");
  EXPECT_EQ(bootstrap.admin.file_mode, 0600u);
  EXPECT_THAT(bootstrap.static_clusters, SizeIs(2));
}

TEST(BootstrapTest, MistakesInTheTextNameIt) {
  EXPECT_THAT(Wrong("{node: 1}"), ElementsAre("--config-yaml: configuration: node: must be an "
                                              "object, is a plain value"));
}

TEST(BootstrapTest, UnknownFieldsMayBeAllowed) {
  CommandLine line = LineFor("{node: {id: a}, no_such_field: 1}");
  EXPECT_EQ(LoadBootstrap(line).status().message(),
            "bootstrap: --config-yaml: configuration: no_such_field: no such field in "
            "envoy.config.bootstrap.v3.Bootstrap (line 1)");
  line.allows_unknown_static_fields = true;
  EXPECT_THAT(Good(line).warnings,
              ElementsAre("no_such_field: no such field in envoy.config.bootstrap.v3.Bootstrap "
                          "(line 1)"));
}

TEST(BootstrapTest, UnknownTypesAreNotAllowedByThat) {
  CommandLine line = LineFor(
      "{bootstrap_extensions: [{name: x, typed_config: {'@type': type.googleapis.com/a.B}}]}");
  line.allows_unknown_static_fields = true;
  EXPECT_THAT(std::string(LoadBootstrap(line).status().message()),
              HasSubstr("bootstrap_extensions[0].typed_config{a.B}: unknown type"));
}

TEST(BootstrapTest, TheNodeSaysEnvoyAndTheVersionOfTheCommandLine) {
  const Node node = NodeOf(Good("{node: {id: a, user_agent_name: me}}"));
  EXPECT_EQ(node.user_agent_name(), "envoy");
  const auto& version = node.user_agent_build_version().version();
  EXPECT_EQ(
      fmt::format("{}.{}.{}", version.major_number(), version.minor_number(), version.patch()),
      kEnvoyVersion);
  EXPECT_THAT(VersionText(), HasSubstr(fmt::format("/{}/", kEnvoyVersion)));
}

TEST(BootstrapTest, TheRestOfTheNodeIsPassedOnAsItIs) {
  const Node node = NodeOf(Good(
      "{node: {id: a, cluster: b, locality: {zone: z}, metadata: {LABELS: {app: web}, N: [1]}}}"));
  EXPECT_EQ(node.locality().zone(), "z");
  const auto& metadata = node.metadata().fields();
  EXPECT_EQ(metadata.at("LABELS").struct_value().fields().at("app").string_value(), "web");
  EXPECT_EQ(metadata.at("N").list_value().values(0).number_value(), 1);
}

TEST(BootstrapTest, FlagsForTheNodeWin) {
  CommandLine line = LineFor("{node: {id: a, cluster: b}}");
  line.service_node = "c";
  line.service_cluster = "d";
  const Bootstrap bootstrap = Good(line);
  EXPECT_EQ(bootstrap.node_id, "c");
  EXPECT_EQ(bootstrap.node_cluster, "d");
  EXPECT_EQ(NodeOf(bootstrap).id(), "c");
}

TEST(BootstrapTest, TheAddressOfAdminIsChecked) {
  EXPECT_THAT(
      Wrong("{admin: {address: {socket_address: {address: localhost, port_value: 1}}}}"),
      ElementsAre("admin.address.socket_address.address: must be an IP address, is \"localhost\""));
  EXPECT_THAT(Wrong("{admin: {allow_paths: [{exact: /x}]}}"),
              ElementsAre("admin.allow_paths: is not supported: every page would be served"));
}

std::string Admin(std::string_view address) {
  return fmt::format("admin: {{address: {{{}}}}}", address);
}

TEST(BootstrapTest, R71_AnAdminThatOthersReachIsLoudlyWarnedOf) {
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1%lo"}) {
    const Bootstrap bootstrap =
        Good(Admin(fmt::format("socket_address: {{address: \"{}\", port_value: 1}}", host)));
    EXPECT_THAT(bootstrap.warnings, ElementsAre(HasSubstr("is not this machine's alone"))) << host;
    EXPECT_TRUE(bootstrap.admin.address.is_set());
  }
}

TEST(BootstrapTest, R71_AnAdminOnLoopbackOrAUnixSocketIsFine) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_THAT(Good(Admin(fmt::format("socket_address: {{address: \"{}\", port_value: 1}}", host)))
                    .warnings,
                IsEmpty())
        << host;
  }
  EXPECT_THAT(Good(Admin("pipe: {path: /tmp/admin}")).warnings, IsEmpty());
  EXPECT_THAT(Good("{}").warnings, IsEmpty());
}

std::string Monitor(std::string_view config) {
  return fmt::format(
      "overload_manager: {{resource_monitors: [{{name: connections, typed_config: {{\"@type\": "
      "type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3."
      "DownstreamConnectionsConfig, {}}}}}]}}",
      config);
}

std::string Runtime(std::string_view values) {
  return fmt::format("layered_runtime: {{layers: [{{name: a, static_layer: {{{}}}}}]}}", values);
}

TEST(BootstrapTest, R75_LimitsOnConnectionsOfClientsAreTaken) {
  const Bootstrap none = Good("{}");
  EXPECT_EQ(none.monitored_connections_max, std::nullopt);
  EXPECT_EQ(compiler::GlobalConnectionsMax(none.runtime.numbers), UINT32_MAX);
  EXPECT_EQ(Good(Monitor("max_active_downstream_connections: 7")).monitored_connections_max, 7u);
  const Bootstrap bootstrap =
      Good(Runtime("overload.global_downstream_max_connections: \"8\", "
                   "envoy.resource_limits.listener.a.b.connection_limit: 9, "
                   "envoy: {resource_limits: {listener: {c: {connection_limit: 99999999999}}}}"));
  const compiler::RuntimeNumbers& runtime = bootstrap.runtime.numbers;
  EXPECT_EQ(compiler::GlobalConnectionsMax(runtime), 8u);
  EXPECT_EQ(compiler::ListenerConnectionsMax(runtime, "a.b"), 9u);
  EXPECT_EQ(compiler::ListenerConnectionsMax(runtime, "c"), UINT32_MAX);
  EXPECT_EQ(compiler::ListenerConnectionsMax(runtime, "d"), UINT32_MAX);
  EXPECT_THAT(bootstrap.without_effect, IsEmpty());
}

TEST(BootstrapTest, ALayerOfTheRuntimeOverAdsNeedsAds) {
  EXPECT_THAT(Wrong("layered_runtime: {layers: [{name: a, rtds_layer: {name: r, rtds_config: {ads: "
                    "{}}}}]}"),
              testing::Contains("dynamic_resources.ads_config: is required"));
}

TEST(BootstrapTest, R75_LimitsThatAreNoneAreRefused) {
  EXPECT_THAT(Wrong(Monitor("max_active_downstream_connections: 0")),
              ElementsAre(HasSubstr("overload_manager.resource_monitors[0].typed_config")));
  EXPECT_THAT(Wrong(Runtime("overload.global_downstream_max_connections: -1")),
              ElementsAre("layered_runtime.layers[0].static_layer.overload.global_downstream_max_"
                          "connections: must be a whole number, at least 0"));
}

TEST(BootstrapTest, OtherKeysOfTheRuntimeAreNamed) {
  EXPECT_THAT(Good(Runtime("re2.max_program_size.error_level: 100, envoy.resource_limits.listener."
                           "connection_limit: 3"))
                  .without_effect,
              ElementsAre("bootstrap: layered_runtime.layers[0].static_layer.envoy.resource_limits."
                          "listener.connection_limit: nothing reads it",
                          "bootstrap: layered_runtime.layers[0].static_layer.re2.max_program_size."
                          "error_level: nothing reads it"));
}

TEST(BootstrapTest, AdsIsTaken) {
  const Bootstrap bootstrap = Good(Ads());
  EXPECT_TRUE(bootstrap.takes_clusters_from_ads);
  EXPECT_TRUE(bootstrap.takes_listeners_from_ads);
  EXPECT_EQ(bootstrap.ads.cluster, "control");
  EXPECT_EQ(bootstrap.ads.authority, "control");
  EXPECT_EQ(bootstrap.ads.back_off_base, std::chrono::milliseconds(500));
  EXPECT_EQ(bootstrap.ads.back_off_max, std::chrono::seconds(30));
}

TEST(BootstrapTest, TheServiceOfAdsIsTaken) {
  const compiler::AdsSource ads =
      Good(Ads("api_type: DELTA_GRPC",
               "envoy_grpc: {cluster_name: control, authority: x, retry_policy: {retry_back_off: "
               "{base_interval: 1s, max_interval: 3s}}}, initial_metadata: [{key: X-Token, value: "
               "t}]"))
          .ads;
  EXPECT_EQ(ads.authority, "x");
  EXPECT_EQ(ads.back_off_base, std::chrono::seconds(1));
  EXPECT_EQ(ads.back_off_max, std::chrono::seconds(3));
  EXPECT_THAT(ads.initial_metadata, ElementsAre(testing::Pair("x-token", "t")));
}

TEST(BootstrapTest, TheProtocolIsThatOfTheApiType) {
  EXPECT_EQ(Good(Ads("api_type: GRPC")).ads.protocol, xds::Protocol::kStateOfTheWorld);
  EXPECT_EQ(Good(Ads("api_type: DELTA_GRPC")).ads.protocol, xds::Protocol::kDelta);
}

TEST(BootstrapTest, RequestsHaveNoRateUnlessOneIsThere) {
  EXPECT_FALSE(Good(Ads()).ads.rate.has_value());
  const auto rate = Good(Ads("api_type: GRPC, rate_limit_settings: {}")).ads.rate;
  EXPECT_EQ(rate->tokens_max, 100);
  EXPECT_EQ(rate->tokens_per_second, 10);
  const auto slow =
      Good(Ads("api_type: GRPC, rate_limit_settings: {max_tokens: 0, fill_rate: 0.5}")).ads.rate;
  EXPECT_EQ(slow->tokens_max, 1);
  EXPECT_EQ(slow->tokens_per_second, 0.5);
}

TEST(BootstrapTest, WaitsForClustersAndListenersEndAfter15SecondsUnlessStated) {
  const Bootstrap bootstrap = Good(Ads());
  EXPECT_EQ(bootstrap.clusters_wait_max, std::chrono::seconds(15));
  EXPECT_EQ(bootstrap.listeners_wait_max, std::chrono::seconds(15));
}

TEST(BootstrapTest, TheLongestWaitIsTenTimesTheFirst) {
  EXPECT_EQ(Good(Ads("api_type: DELTA_GRPC",
                     "envoy_grpc: {cluster_name: control, retry_policy: {retry_back_off: "
                     "{base_interval: 1s}}}"))
                .ads.back_off_max,
            std::chrono::seconds(10));
}

constexpr std::string_view kAdsPath = "dynamic_resources.ads_config";

TEST(BootstrapTest, WaitsAreInOrder) {
  EXPECT_THAT(WrongService("envoy_grpc: {cluster_name: control, retry_policy: {retry_back_off: "
                           "{base_interval: 2s, max_interval: 1s}}}"),
              ElementsAre(fmt::format("{}.grpc_services[0].envoy_grpc.retry_policy.retry_back_off."
                                      "max_interval: must be at least base_interval",
                                      kAdsPath)));
}

TEST(BootstrapTest, OtherProtocolsAreRefused) {
  for (const char* type : {"REST", "AGGREGATED_GRPC", "AGGREGATED_DELTA_GRPC"}) {
    EXPECT_THAT(Wrong(Ads(fmt::format("api_type: {}", type))),
                ElementsAre(fmt::format("{}.api_type: must be GRPC or DELTA_GRPC", kAdsPath)));
  }
  EXPECT_THAT(Wrong(Ads("api_type: DELTA_GRPC, transport_api_version: V2")),
              testing::Contains(fmt::format("{}.transport_api_version: must be V3", kAdsPath)));
}

TEST(BootstrapTest, AdsNeedsAnIdAndAService) {
  EXPECT_THAT(Wrong("{dynamic_resources: {ads_config: {api_type: DELTA_GRPC}}}"),
              ElementsAre(fmt::format("{}: needs node.id or --service-node", kAdsPath),
                          fmt::format("{}.grpc_services: must have an element", kAdsPath)));
}

TEST(BootstrapTest, SourcesNeedAds) {
  EXPECT_THAT(Wrong("{dynamic_resources: {cds_config: {ads: {}}}}"),
              ElementsAre(fmt::format("{}: is required", kAdsPath)));
}

TEST(BootstrapTest, SourcesMayBeFilesWithoutAnyControlPlane) {
  const test::MovedFiles files;
  files.Put("lds.yaml", "");
  files.Put("cds.yaml", "");
  const Bootstrap bootstrap = Good(fmt::format(
      "{{dynamic_resources: {{lds_config: {{path: {0}/lds.yaml}}, cds_config: {{"
      "path_config_source: {{path: {0}/cds.yaml, watched_directory: {{path: {0}}}}}}}}}}}",
      files.path()));
  EXPECT_EQ(*FileOf(bootstrap.listeners_source), (FileSource{files.Path("lds.yaml"), ""}));
  EXPECT_EQ(*FileOf(bootstrap.clusters_source), (FileSource{files.Path("cds.yaml"), files.path()}));
  EXPECT_FALSE(bootstrap.takes_listeners_from_ads);
  EXPECT_FALSE(bootstrap.takes_clusters_from_ads);
  EXPECT_THAT(bootstrap.without_effect, IsEmpty());
}

TEST(BootstrapTest, FilesAndFoldersMustBeThere) {
  EXPECT_THAT(Wrong("{dynamic_resources: {lds_config: {path: /none}, cds_config: "
                    "{path_config_source: {path: /none, watched_directory: {path: /nowhere}}}}}"),
              ElementsAre("dynamic_resources.cds_config.path_config_source.path: /none does not "
                          "exist",
                          "dynamic_resources.cds_config.path_config_source.watched_directory.path: "
                          "/nowhere is not a folder",
                          "dynamic_resources.lds_config.path: /none does not exist"));
}

// With a cluster that has endpoints of its own, and one that asks for them.
std::string WithOwnStreams(const std::string& cluster, const std::string& id = "a") {
  return fmt::format(
      "{{node: {{id: '{}'}}, static_resources: {{clusters: [{{name: control}}, {{name: asked, "
      "type: "
      "EDS, eds_cluster_config: {{eds_config: {{ads: {{}}}}}}}}]}}, dynamic_resources: "
      "{{cds_config: "
      "{{api_config_source: {{api_type: GRPC, transport_api_version: V3, grpc_services: "
      "[{{envoy_grpc: {{cluster_name: {}}}}}]}}}}}}}}",
      id, cluster);
}

TEST(BootstrapTest, ClustersMayComeOverAStreamOfTheirOwnWithoutAds) {
  const Bootstrap bootstrap = Good(WithOwnStreams("control"));
  EXPECT_EQ(StreamOf(bootstrap.clusters_source)->cluster, "control");
  EXPECT_TRUE(bootstrap.streams_clusters());
  EXPECT_FALSE(bootstrap.takes_clusters_from_ads);
  EXPECT_FALSE(bootstrap.streams_listeners());
  EXPECT_EQ(bootstrap.clusters_wait_max, std::chrono::seconds(15));
}

TEST(BootstrapTest, WhoIsAskedHasEndpointsOfItsOwn) {
  for (const char* cluster : {"none", "asked"}) {
    EXPECT_THAT(Wrong(WithOwnStreams(cluster)),
                ElementsAre(fmt::format(
                    "dynamic_resources.cds_config.api_config_source.grpc_services[0].envoy_grpc."
                    "cluster_name: \"{}\" must be a cluster of the bootstrap with endpoints of its "
                    "own",
                    cluster)));
  }
}

TEST(BootstrapTest, X47_SoHasTheFailover) {
  EXPECT_THAT(Wrong(WithOwnStreams("control}}, {envoy_grpc: {cluster_name: none")),
              ElementsAre("dynamic_resources.cds_config.api_config_source.grpc_services[1]."
                          "envoy_grpc.cluster_name: \"none\" must be a cluster of the bootstrap "
                          "with endpoints of its own"));
}

TEST(BootstrapTest, StreamsOfTheirOwnNeedAnId) {
  EXPECT_THAT(Wrong(WithOwnStreams("control", "")),
              ElementsAre("dynamic_resources.cds_config: needs node.id or --service-node"));
}

TEST(BootstrapTest, OtherSourcesAreRefused) {
  EXPECT_THAT(
      Wrong("{dynamic_resources: {lds_config: {self: {}}}}"),
      ElementsAre(
          "dynamic_resources.lds_config.self: is not supported: resources come "
          "over streams or from files",
          "dynamic_resources.lds_config: must be ads, api_config_source or path_config_source"));
}

TEST(BootstrapTest, X47_TheSecondServiceIsTheFailoverOfTheFirst) {
  const Bootstrap bootstrap =
      Good(Ads("api_type: DELTA_GRPC",
               "envoy_grpc: {cluster_name: control}}, {envoy_grpc: {cluster_name: control, "
               "authority: other, retry_policy: {retry_back_off: {base_interval: 1s}}}"));
  EXPECT_EQ(bootstrap.ads.authority, "control");
  EXPECT_EQ(bootstrap.ads.failover.value().cluster, "control");
  EXPECT_EQ(bootstrap.ads.failover->authority, "other");
  EXPECT_EQ(bootstrap.ads.failover->back_off_base, std::chrono::seconds(1));
  EXPECT_THAT(bootstrap.warnings, IsEmpty());
  EXPECT_FALSE(Good(Ads()).ads.failover.has_value());
}

TEST(BootstrapTest, X47_MistakesOfTheFailoverAreNamed) {
  EXPECT_THAT(WrongService("envoy_grpc: {cluster_name: control}}, {google_grpc: {target_uri: x, "
                           "stat_prefix: y}"),
              ElementsAre(fmt::format("{}.grpc_services[1].google_grpc: is not supported: name an "
                                      "envoy_grpc cluster instead",
                                      kAdsPath)));
  EXPECT_THAT(WrongService("envoy_grpc: {cluster_name: control}}, {envoy_grpc: {cluster_name: "
                           "other}"),
              ElementsAre("static_resources.clusters: must define \"other\", which ads_config "
                          "names"));
  const std::string service = "envoy_grpc: {cluster_name: control}";
  EXPECT_THAT(WrongService(fmt::format("{0}}}, {{{0}}}, {{{0}", service)),
              ElementsAre(fmt::format("{}.grpc_services[2]: must not be there: the first is the "
                                      "primary, the second its failover",
                                      kAdsPath)));
}

TEST(BootstrapTest, OtherServicesAreRefused) {
  EXPECT_THAT(WrongService("google_grpc: {target_uri: x, stat_prefix: y}"),
              ElementsAre(fmt::format("{}.grpc_services[0].google_grpc: is not supported: name an "
                                      "envoy_grpc cluster instead",
                                      kAdsPath)));
}

TEST(BootstrapTest, MetadataMustBeFitForHttp2) {
  const auto wrong = [](std::string_view header) {
    return WrongService(
        fmt::format("envoy_grpc: {{cluster_name: control}}, initial_metadata: [{}]", header));
  };
  const std::string path = fmt::format("{}.grpc_services[0].initial_metadata[0]", kAdsPath);
  EXPECT_THAT(wrong("{key: grpc-x, value: a}"),
              ElementsAre(path + ".key: \"grpc-x\" is no name for metadata"));
  EXPECT_THAT(wrong("{key: 'a b', value: a}"),
              ElementsAre(path + ".key: \"a b\" is no name for metadata"));
  EXPECT_THAT(wrong("{key: a, value: \xC3\x84}"),
              ElementsAre(path + ".value: must be printable ASCII"));
}

TEST(BootstrapTest, TheClusterOfAdsMustBeStatic) {
  EXPECT_THAT(WrongService("envoy_grpc: {cluster_name: other}"),
              ElementsAre("static_resources.clusters: must define \"other\", which ads_config "
                          "names"));
}

TEST(BootstrapTest, NamesOfStaticResourcesAreThereOnce) {
  EXPECT_THAT(Wrong("{static_resources: {clusters: [{name: a}, {name: a}], listeners: [{name: b}, "
                    "{name: b}]}}"),
              ElementsAre("static_resources.clusters[1].name: \"a\" is there twice",
                          "static_resources.listeners[1].name: \"b\" is there twice"));
}

TEST(BootstrapTest, AStaticListenerMayHaveNoName) {
  const Bootstrap bootstrap = Good("{static_resources: {listeners: [{}, {}]}}");
  EXPECT_THAT(bootstrap.static_listeners[0], HasSubstr("static_listener_0"));
  EXPECT_THAT(bootstrap.static_listeners[1], HasSubstr("static_listener_1"));
}

TEST(BootstrapTest, FieldsWithoutEffectAreNamedWithTheirOwner) {
  EXPECT_THAT(Good("{stats_flush_interval: 1s, static_resources: {clusters: [{name: a, "
                   "preconnect_policy: {}}], listeners: [{name: b, freebind: true}]}}")
                  .without_effect,
              ElementsAre("bootstrap: stats_flush_interval: stats are pulled",
                          "cluster a: preconnect_policy: connections are made when they are needed",
                          "listener b: freebind: an address that is not there is an error"));
}

TEST(BootstrapTest, MistakesInsideStaticResourcesAreLeftToTheirCompilers) {
  EXPECT_THAT(Wrong("{static_resources: {clusters: [{name: a, type: ORIGINAL_DST}]}}"), IsEmpty());
}

TEST(BootstrapTest, AllMistakesAreToldAtOnce) {
  EXPECT_THAT(Wrong("{admin: {allow_paths: [{exact: /x}]}, dynamic_resources: {cds_config: {path: "
                    "/x}}, static_resources: {clusters: [{name: a}, {name: a}]}}"),
              SizeIs(3));
}

}  // namespace
}  // namespace outrigger
