#include "compiler/proto_yaml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include "envoy/config/accesslog/v3/accesslog.pb.h"
#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/core/v3/base.pb.h"
#include "test/unit/compiler/from_yaml.h"
#include "xds/core/v3/authority.pb.h"

namespace outrigger::compiler {
namespace {

using envoy::config::bootstrap::v3::Bootstrap;
using envoy::config::cluster::v3::Cluster;
using envoy::config::core::v3::Node;
using envoy::config::listener::v3::Filter;
using testing::ElementsAre;
using testing::IsEmpty;

template <typename Proto>
std::string MistakeIn(std::string_view text) {
  Proto proto;
  std::vector<std::string> warnings;
  return std::string(MergeYaml(text, {}, proto, warnings).message());
}

TEST(ProtoYamlTest, TakesBothSpellingsOfNames) {
  const auto cluster = FromYaml<Cluster>("{name: a, connectTimeout: 1s, alt_stat_name: b}");
  EXPECT_EQ(cluster.connect_timeout().seconds(), 1);
  EXPECT_EQ(cluster.alt_stat_name(), "b");
}

TEST(ProtoYamlTest, OneFieldInBothSpellingsIsThereTwice) {
  EXPECT_EQ(MistakeIn<Cluster>("{altStatName: a, alt_stat_name: b}"),
            "configuration: alt_stat_name: is there twice (line 1)");
}

TEST(ProtoYamlTest, TakesEnumsByNameInAnyCaseAndByNumber) {
  EXPECT_EQ(FromYaml<Cluster>("{type: eds}").type(), Cluster::EDS);
  EXPECT_EQ(FromYaml<Cluster>("{type: STRICT_DNS}").type(), Cluster::STRICT_DNS);
  EXPECT_EQ(FromYaml<Cluster>("{type: 3}").type(), Cluster::EDS);
  EXPECT_EQ(MistakeIn<Cluster>("{type: foo}"),
            "configuration: type: \"foo\" is no value of "
            "envoy.config.cluster.v3.Cluster.DiscoveryType");
}

TEST(ProtoYamlTest, TakesALoneObjectWhereAListIsDue) {
  const auto cluster = FromYaml<Cluster>(
      "{load_assignment: {endpoints: {lb_endpoints: {endpoint: {hostname: a}}}}}");
  EXPECT_EQ(cluster.load_assignment().endpoints(0).lb_endpoints(0).endpoint().hostname(), "a");
}

TEST(ProtoYamlTest, TakesNumbersAsTextAndWholeRealsAsIntegers) {
  const auto cluster = FromYaml<Cluster>(
      "{per_connection_buffer_limit_bytes: '1024', max_requests_per_connection: 1e3}");
  EXPECT_EQ(cluster.per_connection_buffer_limit_bytes().value(), 1024);
  EXPECT_EQ(cluster.max_requests_per_connection().value(), 1000);
}

TEST(ProtoYamlTest, RefusesNumbersOutOfRange) {
  for (const char* number :
       {"-1", "4294967296", "1.5", "1e99", "nan", "inf", "0x10", "' 1'", "''"}) {
    EXPECT_THAT(MistakeIn<Cluster>(fmt::format("{{max_requests_per_connection: {}}}", number)),
                testing::StartsWith(
                    "configuration: max_requests_per_connection: must be a number (uint32), is"))
        << number;
  }
}

TEST(ProtoYamlTest, RefusesRealsThatAreNoNumbers) {
  for (const char* number : {"NaN", "Infinity", "1e999", "abc"}) {
    EXPECT_EQ(
        MistakeIn<Cluster>(fmt::format(
            "{{common_lb_config: {{healthy_panic_threshold: {{value: {}}}}}}}", number)),
        fmt::format("configuration: common_lb_config.healthy_panic_threshold.value: must be a "
                    "number (double), is \"{}\"",
                    number));
  }
}

TEST(ProtoYamlTest, TakesDurations) {
  const auto seconds = [](const char* text) {
    return FromYaml<Cluster>(fmt::format("{{connect_timeout: '{}'}}", text)).connect_timeout();
  };
  EXPECT_EQ(seconds("0.250s").nanos(), 250'000'000);
  EXPECT_EQ(seconds("3s").seconds(), 3);
  EXPECT_EQ(seconds("1.000000001s").nanos(), 1);
  EXPECT_EQ(seconds("-1.5s").nanos(), -500'000'000);
}

TEST(ProtoYamlTest, TakesDurationsAsTheMessageTheyAre) {
  const auto timeout =
      FromYaml<Cluster>("{connect_timeout: {seconds: 1, nanos: 500000000}}").connect_timeout();
  EXPECT_EQ(timeout.seconds(), 1);
  EXPECT_EQ(timeout.nanos(), 500'000'000);
  EXPECT_EQ(MistakeIn<Cluster>("{connect_timeout: {minutes: 1}}"),
            "configuration: connect_timeout.minutes: no such field in google.protobuf.Duration "
            "(line 1)");
}

TEST(ProtoYamlTest, RefusesOtherDurations) {
  for (const char* text :
       {"5", "5ms", "s", "1.s", "1.0000000001s", "--1s", "1.-1s", "315576000001s", "1s "}) {
    EXPECT_EQ(
        MistakeIn<Cluster>(fmt::format("{{connect_timeout: '{}'}}", text)),
        fmt::format("configuration: connect_timeout: must be a duration such as \"0.25s\", is "
                    "\"{}\"",
                    text));
  }
}

TEST(ProtoYamlTest, KeepsTheTypesOfAStruct) {
  const auto node =
      FromYaml<Node>("{metadata: {A: 1, B: '1', C: true, D: null, E: [1, x], F: {g: h}, G: .nan}}");
  const auto& fields = node.metadata().fields();
  EXPECT_EQ(fields.at("A").number_value(), 1);
  EXPECT_EQ(fields.at("B").string_value(), "1");
  EXPECT_TRUE(fields.at("C").bool_value());
  EXPECT_TRUE(fields.at("D").has_null_value());
  EXPECT_EQ(fields.at("E").list_value().values(1).string_value(), "x");
  EXPECT_EQ(fields.at("F").struct_value().fields().at("g").string_value(), "h");
  EXPECT_EQ(fields.at("G").string_value(), ".nan");
}

TEST(ProtoYamlTest, TakesWrappersAsPlainValues) {
  EXPECT_TRUE(FromYaml<Cluster>("{wait_for_warm_on_init: true}").wait_for_warm_on_init().value());
  EXPECT_EQ(MistakeIn<Cluster>("{wait_for_warm_on_init: {value: true}}"),
            "configuration: wait_for_warm_on_init: must be a plain value, is an object");
  EXPECT_EQ(MistakeIn<Cluster>("{wait_for_warm_on_init: maybe}"),
            "configuration: wait_for_warm_on_init: must be true or false, is \"maybe\"");
}

// As Envoy, which reads YAML 1.1.
TEST(ProtoYamlTest, TakesYamlsWordsForTrueAndFalse) {
  const auto read = [](std::string_view word) {
    return FromYaml<Cluster>(fmt::format("{{wait_for_warm_on_init: {}}}", word))
        .wait_for_warm_on_init()
        .value();
  };
  for (const char* word : {"true", "True", "TRUE", "yes", "Yes", "on", "ON", "y", "'true'"}) {
    EXPECT_TRUE(read(word)) << word;
  }
  for (const char* word : {"false", "FALSE", "no", "No", "off", "n", "'false'"}) {
    EXPECT_FALSE(read(word)) << word;
  }
  for (const char* word : {"tRue", "yES", "'yes'", "1", "''", "t"}) {
    EXPECT_NE(MistakeIn<Cluster>(fmt::format("{{wait_for_warm_on_init: {}}}", word)), "") << word;
  }
}

TEST(ProtoYamlTest, TakesBytesAsBase64) {
  using envoy::config::core::v3::DataSource;
  EXPECT_EQ(FromYaml<DataSource>("{inline_bytes: aGVsbG8=}").inline_bytes(), "hello");
  EXPECT_EQ(MistakeIn<DataSource>("{inline_bytes: '***'}"),
            "configuration: inline_bytes: must be base64");
}

TEST(ProtoYamlTest, TakesMaps) {
  const auto authority = FromYaml<Node>("{dynamic_parameters: {x: {params: {a: b, c: d}}}}");
  EXPECT_EQ(authority.dynamic_parameters().at("x").params().at("c"), "d");
}

TEST(ProtoYamlTest, NullIsTheSameAsNotThere) {
  EXPECT_FALSE(FromYaml<Cluster>("{connect_timeout: null, name: ~}").has_connect_timeout());
  EXPECT_EQ(MistakeIn<Cluster>("{health_checks: [null]}"),
            "configuration: health_checks[0]: must be an object, is empty");
}

TEST(ProtoYamlTest, OneMemberOfAOneofOnly) {
  EXPECT_EQ(MistakeIn<envoy::config::core::v3::DataSource>("{filename: a, inline_string: b}"),
            "configuration: inline_string: must not be set together with filename");
}

TEST(ProtoYamlTest, UnpacksAnysByTheirType) {
  const auto filter = FromYaml<Filter>(
      "{typed_config: {'@type': type.googleapis.com/envoy.config.core.v3.Node, id: a}}");
  Node node;
  ASSERT_TRUE(filter.typed_config().UnpackTo(&node));
  EXPECT_EQ(node.id(), "a");
}

TEST(ProtoYamlTest, WellKnownTypesInAnAnyStandUnderValue) {
  const auto filter = FromYaml<Filter>(
      "{typed_config: {'@type': type.googleapis.com/google.protobuf.Duration, value: 2s}}");
  google::protobuf::Duration duration;
  ASSERT_TRUE(filter.typed_config().UnpackTo(&duration));
  EXPECT_EQ(duration.seconds(), 2);
}

TEST(ProtoYamlTest, AnAnyOfAnUnknownTypeNamesIt) {
  EXPECT_EQ(MistakeIn<Filter>("{typed_config: {'@type': type.googleapis.com/a.B, x: 1}}"),
            "configuration: typed_config{a.B}: unknown type type.googleapis.com/a.B");
  EXPECT_EQ(MistakeIn<Filter>("{typed_config: {x: 1}}"),
            "configuration: typed_config: must be an object with \"@type\"");
}

TEST(ProtoYamlTest, AFewUnknownTypesAreKeptEmpty) {
  Filter filter;
  std::vector<std::string> warnings;
  ASSERT_TRUE(MergeYaml("{typed_config: {'@type': type.googleapis.com/stats.PluginConfig, x: 1}}",
                        {}, filter, warnings)
                  .ok());
  EXPECT_EQ(filter.typed_config().type_url(), "type.googleapis.com/stats.PluginConfig");
  EXPECT_THAT(warnings,
              ElementsAre("typed_config{stats.PluginConfig}: is not known and has no effect"));
}

TEST(ProtoYamlTest, TakesTimes) {
  using envoy::config::accesslog::v3::AccessLog;
  const auto filter = FromYaml<Filter>(
      "{typed_config: {'@type': type.googleapis.com/google.protobuf.Timestamp, value: "
      "'2026-11-24T12:00:00Z'}}");
  google::protobuf::Timestamp time;
  ASSERT_TRUE(filter.typed_config().UnpackTo(&time));
  EXPECT_EQ(google::protobuf::util::TimeUtil::ToString(time), "2026-11-24T12:00:00Z");
  EXPECT_EQ(MistakeIn<Filter>("{typed_config: {'@type': "
                              "type.googleapis.com/google.protobuf.Timestamp, value: noon}}"),
            "configuration: typed_config{google.protobuf.Timestamp}: must be a time such as "
            "\"2026-11-24T12:00:00Z\"");
}

TEST(ProtoYamlTest, AnUnknownFieldIsAMistakeWithItsPlace) {
  EXPECT_EQ(MistakeIn<Cluster>("name: a\nlb_polcy: x"),
            "configuration: lb_polcy: no such field in envoy.config.cluster.v3.Cluster (line 2)");
}

TEST(ProtoYamlTest, UnknownFieldsMayBeAllowed) {
  Bootstrap bootstrap;
  std::vector<std::string> warnings;
  ASSERT_TRUE(MergeYaml("{admin: {foo: 1}, node: {id: a}}", {.allows_unknown_fields = true},
                        bootstrap, warnings)
                  .ok());
  EXPECT_EQ(bootstrap.node().id(), "a");
  EXPECT_THAT(warnings, ElementsAre("admin.foo: no such field in "
                                    "envoy.config.bootstrap.v3.Admin (line 1)"));
}

TEST(ProtoYamlTest, WarningsEnd) {
  std::string text = "{";
  for (int i = 0; i < 200; ++i) text += fmt::format("x{}: 1, ", i);
  Bootstrap bootstrap;
  std::vector<std::string> warnings;
  ASSERT_TRUE(MergeYaml(text + "}", {.allows_unknown_fields = true}, bootstrap, warnings).ok());
  EXPECT_EQ(warnings.size(), 100);
}

TEST(ProtoYamlTest, AllMistakesAreToldAtOnce) {
  EXPECT_EQ(MistakeIn<Cluster>("{name: [a], type: x, connect_timeout: []}"),
            "configuration: name: must be a plain value, is a list; type: \"x\" is no value of "
            "envoy.config.cluster.v3.Cluster.DiscoveryType; connect_timeout: must be a duration "
            "such as \"0.25s\", is a list");
}

TEST(ProtoYamlTest, TextMustBeUtf8) {
  EXPECT_EQ(MistakeIn<Cluster>("{name: \xFF}"), "the text is not UTF-8");
  EXPECT_EQ(MistakeIn<Cluster>("{name: \xC0\x80}"), "the text is not UTF-8");
  EXPECT_EQ(MistakeIn<Cluster>("{name: \xED\xA0\x80}"), "the text is not UTF-8");
  EXPECT_EQ(FromYaml<Cluster>("{name: gr\xC3\xBC\xC3\x9F}").name(), "gr\xC3\xBC\xC3\x9F");
}

TEST(ProtoYamlTest, SeveralTextsMerge) {
  Bootstrap bootstrap;
  std::vector<std::string> warnings;
  ASSERT_TRUE(MergeYaml("{node: {id: a, cluster: b}}", {}, bootstrap, warnings).ok());
  ASSERT_TRUE(MergeYaml("{node: {id: c}}", {}, bootstrap, warnings).ok());
  EXPECT_EQ(bootstrap.node().id(), "c");
  EXPECT_EQ(bootstrap.node().cluster(), "b");
  EXPECT_THAT(warnings, IsEmpty());
}

}  // namespace
}  // namespace outrigger::compiler
