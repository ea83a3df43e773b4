#include "server/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

ParsedCommandLine Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "outrigger");
  return ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

// Of arguments that are to be run.
CommandLine Line(std::vector<const char*> arguments) {
  const ParsedCommandLine parsed = Parse(std::move(arguments));
  EXPECT_EQ(parsed.exit_status, std::nullopt) << parsed.text;
  return parsed.command_line;
}

TEST(CommandLineTest, WhatIsNotSaidHasDefaults) {
  const CommandLine line = Line({});
  EXPECT_EQ(line.mode, CommandLine::Mode::kServe);
  EXPECT_EQ(line.concurrency, std::nullopt);
  EXPECT_EQ(line.drain_time, std::chrono::seconds(600));
  EXPECT_EQ(line.max_connections, std::nullopt);
  EXPECT_EQ(line.log_level, "info");
  EXPECT_FALSE(line.allows_unknown_static_fields);
  EXPECT_THAT(line.warnings, IsEmpty());
}

TEST(CommandLineTest, R75_TheConnectionsOfTheProcessAreLimitedByAFlag) {
  EXPECT_EQ(Line({"--max-connections", "500"}).max_connections, 500u);
  for (const char* wrong : {"0", "-1", "x", "4294967296"}) {
    EXPECT_EQ(Parse({"--max-connections", wrong}).exit_status, 1) << wrong;
  }
}

TEST(CommandLineTest, TheBootstrapIsNamedShortOrLong) {
  EXPECT_EQ(Line({"-c", "a.yaml"}).config_path, "a.yaml");
  EXPECT_EQ(Line({"--config-path", "a.yaml"}).config_path, "a.yaml");
  EXPECT_EQ(Line({"--config-path=a.yaml"}).config_path, "a.yaml");
  EXPECT_EQ(Line({"--config-yaml", "{node: {id: a}}"}).config_yaml, "{node: {id: a}}");
}

TEST(CommandLineTest, ValuesAreTaken) {
  const CommandLine line =
      Line({"--concurrency", "3", "--drain-time-s", "45", "-l", "debug", "--service-node", "n",
            "--service-cluster", "c", "--allow-unknown-static-fields"});
  EXPECT_EQ(line.concurrency, 3);
  EXPECT_EQ(line.drain_time, std::chrono::seconds(45));
  EXPECT_EQ(line.log_level, "debug");
  EXPECT_EQ(line.service_node, "n");
  EXPECT_EQ(line.service_cluster, "c");
  EXPECT_TRUE(line.allows_unknown_static_fields);
}

TEST(CommandLineTest, EdgeListenersAreNamedOneByOne) {
  const CommandLine line = Line({"--edge-listener", "a", "--edge-listener=b", "-c", "x.yaml"});
  EXPECT_THAT(line.edge_listeners, ElementsAre("a", "b"));
  EXPECT_EQ(line.config_path, "x.yaml");
  EXPECT_THAT(line.warnings, IsEmpty());
}

TEST(CommandLineTest, P18_WhereWhatIsSavedGoesAndWhenItIsUsed) {
  EXPECT_EQ(Line({}).saved_config.path, std::nullopt);
  EXPECT_EQ(Line({}).saved_config.wait, std::chrono::seconds(5));
  EXPECT_FALSE(Line({}).saved_config.saves_keys);
  const CommandLine line =
      Line({"--saved-config", "/a/b", "--saved-config-wait-s", "0", "--save-keys"});
  EXPECT_EQ(line.saved_config.path, "/a/b");
  EXPECT_EQ(line.saved_config.wait, Duration::zero());
  EXPECT_TRUE(line.saved_config.saves_keys);
  EXPECT_EQ(Line({"--saved-config", ""}).saved_config.path, "");
  EXPECT_EQ(Parse({"--saved-config-wait-s", "-1"}).exit_status, 1);
}

TEST(CommandLineTest, X48_DeletionIsIgnoredOnDemand) {
  EXPECT_FALSE(Line({}).ignores_resource_deletion);
  const CommandLine line = Line({"--ignore-resource-deletion"});
  EXPECT_TRUE(line.ignores_resource_deletion);
  EXPECT_THAT(line.warnings, IsEmpty());
}

TEST(CommandLineTest, ThereAreThreeModes) {
  EXPECT_EQ(Line({"--mode", "serve"}).mode, CommandLine::Mode::kServe);
  EXPECT_EQ(Line({"--mode", "validate"}).mode, CommandLine::Mode::kValidate);
  EXPECT_EQ(Line({"--mode", "init_only"}).mode, CommandLine::Mode::kInitOnly);
  const ParsedCommandLine wrong = Parse({"--mode", "check"});
  EXPECT_EQ(wrong.exit_status, 1);
  EXPECT_THAT(wrong.text, HasSubstr("--mode"));
}

TEST(CommandLineTest, MistakesEndItWithStatus1) {
  EXPECT_EQ(Parse({"--concurrency", "many"}).exit_status, 1);
  EXPECT_EQ(Parse({"--drain-time-s", "-1"}).exit_status, 1);
  EXPECT_EQ(Parse({"-c"}).exit_status, 1);
}

TEST(CommandLineTest, TheVersionHasFiveParts) {
  const ParsedCommandLine parsed = Parse({"--version"});
  EXPECT_EQ(parsed.exit_status, 0);
  EXPECT_THAT(parsed.text, MatchesRegex("\noutrigger  version: [0-9a-f]+/1\\.40\\.0/Clean/RELEASE/"
                                        "BoringSSL\n\n"));
  EXPECT_EQ(VersionText().find('/'), 40);
}

TEST(CommandLineTest, HelpIsNoMistake) {
  const ParsedCommandLine parsed = Parse({"--help"});
  EXPECT_EQ(parsed.exit_status, 0);
  EXPECT_THAT(parsed.text, HasSubstr("--allow-unknown-static-fields"));
}

// xds.md 4.1: what istio's agent says.
TEST(CommandLineTest, PilotAgentCanStartUs) {
  const CommandLine line =
      Line({"-c", "etc/istio/proxy/envoy-rev.json", "--drain-time-s", "45", "--drain-strategy",
            "immediate", "--local-address-ip-version", "v4", "--file-flush-interval-msec", "1000",
            "--disable-hot-restart", "--allow-unknown-static-fields", "-l", "warning",
            "--component-log-level", "misc:error", "--skip-deprecated-logs", "--concurrency", "2"});
  EXPECT_EQ(line.config_path, "etc/istio/proxy/envoy-rev.json");
  EXPECT_EQ(line.log_level, "warning");
  EXPECT_THAT(line.warnings,
              ElementsAre("flag --drain-strategy is accepted without effect",
                          "flag --local-address-ip-version is accepted without effect",
                          "flag --component-log-level is accepted without effect",
                          "flag --file-flush-interval-msec is accepted without effect"));
}

// xds.md 5.1-5.4: go-control-plane's tests, consul-dataplane, kuma-dp, Contour.
TEST(CommandLineTest, OtherAgentsCanStartUs) {
  EXPECT_THAT(Line({"-c", "a", "--drain-time-s", "1", "-l", "debug"}).warnings, IsEmpty());
  EXPECT_THAT(Line({"--config-path", "/dev/fd/3", "--disable-hot-restart", "--log-format", "%v",
                    "--log-level", "info"})
                  .warnings,
              ElementsAre("flag --log-format is accepted without effect"));
  EXPECT_THAT(Line({"--config-path", "a", "--drain-time-s", "30", "--drain-strategy", "immediate",
                    "--disable-hot-restart", "--log-level", "info", "--cpuset-threads"})
                  .warnings,
              ElementsAre("flag --drain-strategy is accepted without effect",
                          "flag --cpuset-threads is accepted without effect"));
  EXPECT_THAT(Line({"-c", "a", "--service-node", "n", "--service-cluster", "c"}).warnings,
              IsEmpty());
}

TEST(CommandLineTest, UnknownFlagsAreNamedAndIgnored) {
  const CommandLine line = Line({"-c", "a", "--new-flag", "--other=1"});
  EXPECT_EQ(line.config_path, "a");
  EXPECT_THAT(line.warnings, ElementsAre("unknown argument --new-flag is ignored",
                                         "unknown argument --other=1 is ignored"));
}

TEST(CommandLineTest, AnUnknownLogLevelIsNamedAndInfoIsUsed) {
  const CommandLine line = Line({"-l", "loud"});
  EXPECT_EQ(line.log_level, "info");
  EXPECT_THAT(line.warnings, ElementsAre("unknown log level loud: info is used"));
}

TEST(CommandLineTest, AFlagWithoutEffectMayBeThereTwice) {
  EXPECT_THAT(Line({"--stats-tag", "a:b", "--stats-tag", "c:d"}).warnings,
              ElementsAre("flag --stats-tag is accepted without effect"));
}

}  // namespace
}  // namespace outrigger
