#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "compiler/configuration.h"
#include "ctl/lint_file.h"
#include "ctl/lint_report.h"
#include "test/support/moved_files.h"

namespace outrigger::ctl {
namespace {

using test::DiscoveryYaml;
using test::EdsClusterFields;
using test::EndpointsFields;
using test::ListenerFields;
using test::RouteFields;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string NameOf(const LintedResource& resource) { return resource.type + " " + resource.name; }

std::vector<std::string> Names(const LintedFile& file) {
  std::vector<std::string> names;
  for (const LintedResource& resource : file.resources) names.push_back(NameOf(resource));
  return names;
}

std::string ClusterJson(const std::string& name, const std::string& fields) {
  return fmt::format("{{'@type': {}, name: {}, {}}}", compiler::kClusterType, name, fields);
}

TEST(LintTest, ADiscoveryResponseIsTakenApart) {
  const LintedFile file = LintText(
      "a.yaml", DiscoveryYaml("1", compiler::kClusterType,
                              {EdsClusterFields("a", "ads: {}") + ", lrs_server: {self: {}}",
                               "name: b, type: EDS, connect_timeout: 1s"}));
  EXPECT_EQ(file.kind, "discovery_response");
  EXPECT_THAT(Names(file), ElementsAre("Cluster a", "Cluster b"));
  EXPECT_THAT(file.resources[0].examination.mistakes, IsEmpty());
  EXPECT_THAT(file.resources[0].examination.handled,
              ElementsAre("name", "type", "eds_cluster_config.eds_config.ads"));
  EXPECT_THAT(file.resources[0].examination.ignored,
              ElementsAre("lrs_server: loads are not reported"));
  EXPECT_THAT(
      file.resources[1].examination.mistakes,
      ElementsAre(
          "eds_cluster_config.eds_config: must be ads, api_config_source or path_config_source"));
}

TEST(LintTest, ABootstrapIsItselfAndItsStaticResources) {
  const LintedFile file = LintText("b.yaml", R"(
node: {id: n, cluster: c}
flags_path: /x
static_resources:
  clusters: [{name: a, type: STATIC, track_timeout_budgets: true}]
  listeners: [{address: {socket_address: {address: 127.0.0.1, port_value: 1}}}]
)");
  EXPECT_EQ(file.kind, "bootstrap");
  EXPECT_THAT(Names(file), ElementsAre("Bootstrap n", "Cluster a", "Listener static_listener_0"));
  EXPECT_THAT(file.resources[0].examination.handled, ElementsAre("node.id", "node.cluster"));
  EXPECT_THAT(file.resources[0].examination.ignored, ElementsAre(HasSubstr("flags_path: ")));
  EXPECT_THAT(file.resources[1].examination.ignored,
              ElementsAre(HasSubstr("track_timeout_budgets: ")));
  EXPECT_THAT(file.resources[2].examination.mistakes, testing::Not(IsEmpty()));
}

TEST(LintTest, AConfigDumpIsTakenApartAndEveryResourceOfItOnce) {
  const std::string cluster = ClusterJson("a", "type: STATIC");
  const std::string listener = fmt::format("{{'@type': {}, {}}}", compiler::kListenerType,
                                           ListenerFields("l", "r", "ads: {}"));
  const std::string routes =
      fmt::format("{{'@type': {}, {}}}", compiler::kRouteType, RouteFields("r", "a"));
  const std::string type = "'@type': type.googleapis.com/envoy.admin.v3.";
  const LintedFile file = LintText(
      "dump.json",
      fmt::format(
          "{{configs: [{{{0}BootstrapConfigDump, bootstrap: {{node: {{id: n}}, "
          "static_resources: {{clusters: [{{name: a}}]}}}}}}, {{{0}ClustersConfigDump, "
          "static_clusters: [{{cluster: {1}}}], dynamicActiveClusters: [{{cluster: {1}}}]}}, "
          "{{{0}ListenersConfigDump, dynamic_listeners: [{{name: l, active_state: "
          "{{listener: {2}}}}}, {{name: never, error_state: {{details: x}}}}]}}, "
          "{{{0}RoutesConfigDump, static_route_configs: [{{route_config: {3}}}], "
          "dynamic_route_configs: [{{route_config: {3}}}]}}]}}",
          type, cluster, listener, routes));
  EXPECT_EQ(file.kind, "config_dump");
  EXPECT_THAT(Names(file), ElementsAre("Bootstrap n", "Cluster a", "Cluster a", "Listener l",
                                       "RouteConfiguration r"));
  for (const LintedResource& resource : file.resources) {
    EXPECT_THAT(resource.examination.mistakes, IsEmpty()) << NameOf(resource);
  }
}

TEST(LintTest, ConfigurationsOfFiltersAreLookedInto) {
  const LintedFile file = LintText(
      "dump.json",
      fmt::format(
          "{{configs: [{{'@type': type.googleapis.com/envoy.admin.v3.EcdsConfigDump, "
          "ecds_filters: [{{ecds_filter: {{'@type': {}, name: f, typed_config: {{'@type': "
          "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz}}}}}}]}}]}}",
          compiler::kExtensionType));
  ASSERT_EQ(file.resources.size(), 1u);
  EXPECT_THAT(
      file.resources[0].examination.mistakes,
      ElementsAre(HasSubstr("typed_config: envoy.extensions.filters.http.ext_authz.v3.ExtAuthz is "
                            "not supported yet")));
}

TEST(LintTest, EndpointsAsEnvoyWritesThemAnewAreTakenAsTheyWere) {
  const LintedFile file = LintText(
      "dump.json",
      fmt::format("{{configs: [{{'@type': type.googleapis.com/envoy.admin.v3.EndpointsConfigDump, "
                  "dynamic_endpoint_configs: [{{endpoint_config: {{'@type': {}, cluster_name: a, "
                  "endpoints: [{{lb_endpoints: [], load_balancing_weight: 0}}]}}}}]}}]}}",
                  compiler::kEndpointType));
  ASSERT_EQ(file.resources.size(), 1u);
  EXPECT_THAT(file.resources[0].examination.mistakes, IsEmpty());
}

// As /config_dump shows them.
TEST(LintTest, CertificatesOfADumpAreNotLookedInto) {
  const std::string tls =
      "transport_socket: {name: tls, typed_config: {'@type': type.googleapis.com/envoy.extensions."
      "transport_sockets.tls.v3.UpstreamTlsContext, common_tls_context: {tls_certificates: "
      "[{certificate_chain: {inline_string: x}, private_key: {inline_string: '[redacted]'}}]}}}";
  const std::string cluster = ClusterJson("a", tls);
  const LintedFile dump = LintText(
      "dump.json", fmt::format("{{configs: [{{'@type': type.googleapis.com/envoy.admin.v3."
                               "ClustersConfigDump, static_clusters: [{{cluster: {}}}]}}]}}",
                               cluster));
  ASSERT_EQ(dump.resources.size(), 1u);
  EXPECT_THAT(dump.resources[0].examination.mistakes, IsEmpty());
  const LintedFile response = LintText("r.yaml", fmt::format("{{resources: [{}]}}", cluster));
  ASSERT_EQ(response.resources.size(), 1u);
  EXPECT_THAT(response.resources[0].examination.mistakes, testing::Not(IsEmpty()));
}

TEST(LintTest, WhatOnlyAnotherMachineHasIsNotChecked) {
  const LintedFile file = LintText(
      "a.yaml",
      DiscoveryYaml("1", compiler::kClusterType, {EdsClusterFields("a", "path: /none/x.yaml")}));
  const compiler::Examination& examination = file.resources[0].examination;
  EXPECT_THAT(examination.passing,
              ElementsAre("eds_cluster_config.eds_config.path: /none/x.yaml does not exist"));
  const LintReport report({file});
  EXPECT_EQ(report.ExitStatus({}), 0);
  EXPECT_THAT(report.ToText({}),
              HasSubstr("  not checked: eds_cluster_config.eds_config.path: /none/x.yaml does not "
                        "exist\n"));
}

TEST(LintTest, UnknownFieldsAndTypesAreTold) {
  const LintedFile file =
      LintText("a.yaml", "resources: [{'@type': x/strange.Type, name: a}, {name: b}, " +
                             ClusterJson("c", "nonsense: 1, lb_policy: NONE_SUCH") + ", " +
                             ClusterJson("d", "nonsense: 1") + "]");
  ASSERT_EQ(file.resources.size(), 4u);
  EXPECT_THAT(file.resources[0].examination.mistakes,
              ElementsAre("resources of type x/strange.Type are not known here"));
  EXPECT_THAT(file.resources[1].examination.mistakes,
              ElementsAre("must be an object with \"@type\""));
  EXPECT_THAT(file.resources[2].examination.mistakes, ElementsAre(HasSubstr("lb_policy: ")));
  EXPECT_THAT(file.resources[3].examination.mistakes, IsEmpty());
  EXPECT_THAT(file.resources[3].examination.ignored, ElementsAre(HasSubstr("nonsense")));
}

TEST(LintTest, AnExtensionThatNobodyKnowsIsTheCompilersBusiness) {
  const LintedFile file = LintText(
      "a.yaml", "resources: [" +
                    ClusterJson("a",
                                "metadata: {typed_filter_metadata: {x: {'@type': x/istio.Y, "
                                "z: 1}}}") +
                    "]");
  EXPECT_THAT(file.resources[0].examination.mistakes, IsEmpty());
}

TEST(LintTest, WhatCannotBeReadIsAnErrorOfItsOwn) {
  EXPECT_EQ(LintText("a.yaml", "{a: [").error, "line 1, column 1: end of sequence flow not found");
  EXPECT_EQ(LintText("a.yaml", "[]").error,
            "is no bootstrap, no config_dump and no DiscoveryResponse");
  EXPECT_EQ(LintText("a.pb", "x").error, "is not a serialized DiscoveryResponse");
  EXPECT_EQ(LintFile("/none").error, "cannot read /none: No such file or directory");
}

TEST(LintTest, AFolderHoldsFilesInOrder) {
  const test::MovedFiles files;
  files.Put("b.yaml", "");
  files.Put("a.json", "");
  files.Put("readme.txt", "");
  files.Put(".hidden.yaml", "");
  EXPECT_THAT(FindFiles(files.path()).value(),
              ElementsAre(files.Path("a.json"), files.Path("b.yaml")));
  EXPECT_THAT(FindFiles(files.Path("readme.txt")).value(), ElementsAre(files.Path("readme.txt")));
  const test::MovedFiles nothing;
  EXPECT_EQ(FindFiles(nothing.path()).status().message(),
            nothing.path() + " holds no .yaml, .yml, .json, .pb or .pb_text");
}

TEST(LintReportTest, TheExitStatusIsForScripts) {
  LintedFile good{"good", "discovery_response", "", {}};
  good.resources.push_back({"Cluster", "a", {{}, {}, {}, {"name"}}});
  LintedFile noted = good;
  noted.resources[0].examination.ignored = {"x: nothing reads it"};
  LintedFile bad = good;
  bad.resources[0].examination.mistakes = {"x: is bad"};
  const LintedFile unreadable{"none", "", "is not there", {}};
  const LintOptions strict{.is_strict = true};
  EXPECT_EQ(LintReport({good}).ExitStatus({}), 0);
  EXPECT_EQ(LintReport({good}).ExitStatus(strict), 0);
  EXPECT_EQ(LintReport({good, noted}).ExitStatus({}), 0);
  EXPECT_EQ(LintReport({good, noted}).ExitStatus(strict), 1);
  EXPECT_EQ(LintReport({bad, noted}).ExitStatus({}), 1);
  EXPECT_EQ(LintReport({bad, unreadable}).ExitStatus({}), 2);
}

TEST(LintReportTest, TextAndJsonSayTheSame) {
  LintedFile file{"a.yaml", "discovery_response", "", {}};
  file.resources.push_back(
      {"Cluster", "a", {{"x[k: v].y: is bad", "wholly bad"}, {}, {"z: why"}, {"name"}}});
  const LintReport report({file});
  EXPECT_EQ(report.ToText({.shows_handled = true}),
            "a.yaml: Cluster a: 1 fields handled\n"
            "  rejected: x[k: v].y: is bad\n"
            "  rejected: wholly bad\n"
            "  without effect: z: why\n"
            "  handled: name\n"
            "1 resources in 1 files: 1 rejected; fields: 1 handled, 1 without effect\n");
  EXPECT_EQ(report.ToJson(), R"({
 "files": [
  {
   "path": "a.yaml",
   "kind": "discovery_response",
   "resources": [
    {
     "type": "Cluster",
     "name": "a",
     "rejected": [
      {
       "field": "x[k: v].y",
       "reason": "is bad"
      },
      {
       "field": "",
       "reason": "wholly bad"
      }
     ],
     "without_effect": [
      {
       "field": "z",
       "reason": "why"
      }
     ],
     "not_checked": [],
     "handled": [
      "name"
     ]
    }
   ]
  }
 ],
 "summary": {
  "files": 1,
  "unreadable_files": 0,
  "resources": 1,
  "rejected_resources": 1,
  "fields_handled": 1,
  "fields_without_effect": 1,
  "fields_not_checked": 0
 }
}
)");
}

}  // namespace
}  // namespace outrigger::ctl
