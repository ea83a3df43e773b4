#include "server/validate.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/configuration.h"
#include "test/support/moved_files.h"
#include "test/support/raw_peer.h"
#include "test/support/static_bootstrap.h"
#include "test/unit/server/foreign_bootstraps.h"

namespace outrigger {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

CommandLine LineFor(const std::string& yaml) {
  CommandLine line;
  line.config_yaml = yaml;
  line.mode = CommandLine::Mode::kValidate;
  return line;
}
Validation Check(const std::string& yaml) { return Validate(LineFor(yaml)); }

std::string WithRoutes(std::string_view routes) {
  test::StaticBootstrap bootstrap;
  bootstrap.listeners[0].routes = routes;
  return bootstrap.ToYaml();
}

TEST(ValidateTest, AGoodBootstrapIsValid) {
  const std::string yaml = WithRoutes("[{match: {prefix: /}, route: {cluster: service}}]");
  const Validation validation = Check(yaml);
  EXPECT_THAT(validation.mistakes, IsEmpty());
  EXPECT_THAT(validation.notes, IsEmpty());
  EXPECT_EQ(validation.ToText(LineFor(yaml)), "configuration '--config-yaml' OK\n");
}

TEST(ValidateTest, EveryMistakeHasItsPath) {
  EXPECT_THAT(
      Check("{admin: {allow_paths: [{exact: /x}]}, static_resources: {clusters: [{name: a, type: "
            "LOGICAL_DNS}, {name: b, connect_timeout: 0s}], listeners: [{name: c}]}}")
          .mistakes,
      ElementsAre(
          "admin.allow_paths: is not supported: every page would be served",
          "static_resources.clusters[0]: a: load_assignment.endpoints: must have one locality with "
          "one endpoint",
          "static_resources.clusters[1]: b: connect_timeout: must be more than 0s",
          "static_resources.listeners[0]: c: address: is required; filter_chains: must have "
          "an element, or there must be a default_filter_chain"));
}

TEST(ValidateTest, MistakesAreLinesAndTheVerdictIsLast) {
  const std::string yaml = "{static_resources: {clusters: [{name: a, type: LOGICAL_DNS}]}}";
  EXPECT_EQ(
      Check(yaml).ToText(LineFor(yaml)),
      "error: static_resources.clusters[0]: a: load_assignment.endpoints: must have one locality "
      "with one endpoint\nconfiguration '--config-yaml' is not valid\n");
}

TEST(ValidateTest, AFileThatIsNotThereIsAMistake) {
  CommandLine line;
  line.config_path = "/nowhere";
  EXPECT_THAT(Validate(line).mistakes,
              ElementsAre("cannot read /nowhere: No such file or directory"));
}

TEST(ValidateTest, FieldsWithoutEffectAreNotes) {
  EXPECT_THAT(
      Check("{flags_path: /x, static_resources: {clusters: [{name: a, lb_policy: MAGLEV}]}}").notes,
      ElementsAre(
          "without effect: bootstrap: flags_path: flags come from the command line",
          "without effect: cluster a: lb_policy: balancing by a hash is round robin so far"));
}

TEST(ValidateTest, NothingIsBound) {
  const test::RawListener taken;
  const std::string yaml = fmt::format(
      "{{admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {0}}}}}}}}}",
      taken.port());
  EXPECT_THAT(Check(yaml).mistakes, IsEmpty());
}

TEST(ValidateTest, RoutesToClustersThatAreNotThereAreNoted) {
  EXPECT_THAT(
      Check(WithRoutes("[{match: {prefix: /}, route: {cluster: other}}]")).notes,
      ElementsAre("listener ingress: routes to cluster other find none: it is not defined"));
}

TEST(ValidateTest, ATcpProxyWhoseClusterIsNotThereIsNoted) {
  test::StaticBootstrap bootstrap;
  bootstrap.upstream_ports = {1};
  bootstrap.listeners[0].tcp_fields = "cluster: other";
  EXPECT_THAT(
      Check(bootstrap.ToYaml()).notes,
      ElementsAre("listener ingress: connections to cluster other find none: it is not defined"));
}

TEST(ValidateTest, WhatWouldWaitForEverIsNoted) {
  EXPECT_THAT(Check("{static_resources: {clusters: [{name: a, type: EDS, eds_cluster_config: "
                    "{eds_config: {ads: {}}}}]}}")
                  .notes,
              ElementsAre("cluster a: endpoint set a comes over ADS, and "
                          "dynamic_resources.ads_config is not set: it waits for ever"));
}

TEST(ValidateTest, TheClusterOfAdsNeedsEndpointsOfItsOwn) {
  EXPECT_THAT(
      Check("{node: {id: a}, dynamic_resources: {ads_config: {api_type: DELTA_GRPC, grpc_services: "
            "{envoy_grpc: {cluster_name: a}}}}, static_resources: {clusters: [{name: a, type: EDS, "
            "eds_cluster_config: {eds_config: {ads: {}}}}]}}")
          .mistakes,
      ElementsAre("dynamic_resources.ads_config: \"a\" must not take its endpoints from the "
                  "control plane"));
}

// xds.md 5.1: all its oddities are read; what is left is named.
TEST(ValidateTest, GoControlPlanesSampleForDeltaAdsIsValid) {
  const Validation validation = Check(GoControlPlaneBootstrap("DELTA_GRPC"));
  EXPECT_THAT(validation.mistakes, IsEmpty());
  EXPECT_THAT(
      validation.notes,
      Contains("without effect: bootstrap: admin.access_log_path: requests to admin are not "
               "logged"));
  EXPECT_THAT(validation.notes, Not(Contains(HasSubstr("layered_runtime"))));
}

TEST(ValidateTest, GoControlPlanesSampleForAdsIsValid) {
  EXPECT_THAT(Check(GoControlPlaneBootstrap("GRPC")).mistakes, IsEmpty());
}

TEST(ValidateTest, X58_FilesAreReadToo) {
  const test::MovedFiles files;
  const auto source = [&](const char* name) { return test::PathSource(files.Path(name)); };
  files.Put("cds.yaml", test::DiscoveryYaml("1", compiler::kClusterType,
                                            {test::EdsClusterFields("a", source("eds.yaml"))}));
  files.Put("eds.yaml", "{resources: [");
  files.Put("lds.yaml", test::DiscoveryYaml("1", compiler::kListenerType,
                                            {test::ListenerFields("l", "r", source("rds.yaml"))}));
  files.Put("rds.yaml", test::DiscoveryYaml("1", compiler::kRouteType,
                                            {test::RouteFields("r", "a") + ", nonsense: 1"}));
  const Validation validation =
      Check(fmt::format("{{dynamic_resources: {{cds_config: {{{}}}, lds_config: {{{}}}}}}}",
                        source("cds.yaml"), source("lds.yaml")));
  EXPECT_THAT(
      validation.mistakes,
      ElementsAre(files.Path("eds.yaml") + ": line 1, column 1: end of sequence flow not found"));
  EXPECT_THAT(validation.notes, Contains(HasSubstr(files.Path("rds.yaml") + ": ")));
}

// xds.md 3.12.
TEST(ValidateTest, ABootstrapLikeIstiosIsValid) {
  const Validation validation = Check(IstioBootstrap("STRICT_DNS"));
  EXPECT_THAT(validation.mistakes, IsEmpty());
  EXPECT_THAT(validation.notes,
              Contains(HasSubstr("stats_config.stats_tags[0].regex: the tag is left out: ")));
  EXPECT_THAT(validation.notes, Contains(HasSubstr("Compressor}: left out: ")));
  EXPECT_THAT(validation.notes, Not(Contains(HasSubstr("waits for ever"))));
}

}  // namespace
}  // namespace outrigger
