#include "compiler/access_log_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/listener_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = AccessLogFilter::Kind;

constexpr std::string_view kPath =
    "filter_chains[0].filters[0].typed_config{envoy.extensions.filters.network.tcp_proxy.v3."
    "TcpProxy}.access_log[0].";

class AccessLogCompilerTest : public testing::Test {
 protected:
  // A TCP proxy with one access log of these fields.
  Compiled<ListenerConfig> Compile(std::string_view log) {
    const std::string yaml = fmt::format(
        "{{name: in, address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}, "
        "filter_chains: [{{filters: [{{name: tcp, typed_config: {{'@type': type.googleapis.com/"
        "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: in, cluster: c, "
        "access_log: [{{{}}}]}}}}]}}]}}",
        log);
    return CompileLikeReceived<ListenerConfig>(
        FromYaml<envoy::config::listener::v3::Listener>(yaml),
        [this](const auto& listener, auto& errors) {
          return CompileListener(listener, {{environment_, stats_, tls_}, discovered_}, errors);
        });
  }
  static std::string File(std::string_view fields) {
    return fmt::format(
        "name: file, typed_config: {{'@type': type.googleapis.com/envoy.extensions."
        "access_loggers.file.v3.FileAccessLog, path: /tmp/log{}{}}}",
        fields.empty() ? "" : ", ", fields);
  }
  AccessLogs Good(std::string_view log) {
    const auto compiled = Compile(log);
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    return compiled.value == nullptr ? AccessLogs() : *compiled.value->chains[0].tcp().access_logs;
  }
  AccessLogFilter GoodFilter(std::string_view filter) {
    const AccessLogs logs = Good(fmt::format("{}, filter: {{{}}}", File(""), filter));
    return logs.empty() ? AccessLogFilter() : logs[0].filter;
  }
  Mistakes Wrong(std::string_view log) { return Compile(log).mistakes; }
  static std::string At(std::string_view rest) { return fmt::format("{}{}", kPath, rest); }
  static std::string Line(const AccessLog& log) {
    std::string line;
    std::get<FileLog>(log.to).format.AppendLine({}, line);
    return line;
  }

  CompileEnvironment environment_;
  stats::Registry stats_;
  xds::ResourceStore<Secret> secrets_;
  TlsCompiler tls_{secrets_, secrets_, environment_.stream_clusters};
  const xds::ResourceStore<ExtensionConfig> extensions_;
  DiscoveredFilters discovered_{extensions_, stats_, ""};
};

TEST_F(AccessLogCompilerTest, WhereNoFormatIsGivenItIsEnvoys) {
  const AccessLogs logs = Good(File(""));
  ASSERT_THAT(logs, SizeIs(1));
  EXPECT_EQ(Line(logs[0]),
            "[1970-01-01T00:00:00.000Z] \"- - -\" 0 - 0 0 0 - \"-\" \"-\" \"-\" \"-\" \"-\"\n");
  EXPECT_EQ(Line(Good("name: out, typed_config: {'@type': type.googleapis.com/envoy.extensions."
                      "access_loggers.stream.v3.StdoutAccessLog}")[0]),
            Line(logs[0]));
}

TEST_F(AccessLogCompilerTest, EveryWayOfGivingAFormatIsUnderstood) {
  for (const std::string_view fields :
       {"log_format: {text_format_source: {inline_string: '<%ROUTE_NAME%>'}}",
        "log_format: {text_format: '<%ROUTE_NAME%>'}", "format: '<%ROUTE_NAME%>'"}) {
    EXPECT_EQ(Line(Good(File(fields))[0]), "<->") << fields;
  }
  for (const std::string_view fields :
       {"log_format: {json_format: {b: '%RESPONSE_CODE%', a: [1, true, null, 1.5]}}",
        "json_format: {b: '%RESPONSE_CODE%', a: [1, true, null, 1.5]}",
        "typed_json_format: {b: '%RESPONSE_CODE%', a: [1, true, null, 1.5]}"}) {
    EXPECT_EQ(Line(Good(File(fields))[0]), "{\"a\":[1,true,null,1.5],\"b\":0}\n") << fields;
  }
}

TEST_F(AccessLogCompilerTest, EmptyValuesMayBeLeftOut) {
  EXPECT_EQ(
      Line(Good(File("log_format: {omit_empty_values: true, text_format: '<%ROUTE_NAME%>'}"))[0]),
      "<>");
  EXPECT_EQ(Line(Good(File("log_format: {omit_empty_values: true, json_format: "
                           "{a: '%ROUTE_NAME%', b: x}}"))[0]),
            "{\"b\":\"x\"}\n");
}

TEST_F(AccessLogCompilerTest, AnUnknownOperatorIsRefusedWhereItStands) {
  EXPECT_THAT(Wrong(File("log_format: {json_format: {a: {b: '%NOPE%'}}}")),
              ElementsAre(At("typed_config{envoy.extensions.access_loggers.file.v3.FileAccessLog}."
                             "log_format.json_format[a][b]: %NOPE% is not supported")));
  EXPECT_THAT(Wrong(File("log_format: {text_format_source: {inline_string: '%NOPE(x)%'}}")),
              ElementsAre(At("typed_config{envoy.extensions.access_loggers.file.v3.FileAccessLog}."
                             "log_format.text_format_source: %NOPE% is not supported")));
}

TEST_F(AccessLogCompilerTest, FiltersAreTheirKind) {
  const AccessLogFilter status = GoodFilter(
      "status_code_filter: {comparison: {op: GE, value: {default_value: 500, runtime_key: k}}}");
  EXPECT_EQ(status.kind, Kind::kStatus);
  EXPECT_EQ(status.comparison, AccessLogFilter::Comparison::kAtLeast);
  EXPECT_EQ(status.value, 500);
  const AccessLogFilter flags = GoodFilter("response_flag_filter: {flags: [NR, UF]}");
  EXPECT_TRUE(flags.flags.Has(http::ResponseFlag::kNoRouteFound));
  EXPECT_FALSE(flags.flags.Has(http::ResponseFlag::kNoHealthyUpstream));
  const AccessLogFilter fraction = GoodFilter(
      "runtime_filter: {runtime_key: k, percent_sampled: {numerator: 7, denominator: MILLION}}");
  EXPECT_EQ(fraction.share, (Fraction{7, 1'000'000}));
  EXPECT_EQ(GoodFilter("not_health_check_filter: {}").kind, Kind::kNotHealthCheck);
  EXPECT_TRUE(GoodFilter("metadata_filter: {}").matches_missing);
  const AccessLogFilter either = GoodFilter(
      "or_filter: {filters: [{grpc_status_filter: {statuses: [UNAVAILABLE]}}, "
      "{log_type_filter: {types: [TcpConnectionEnd], exclude: true}}]}");
  ASSERT_THAT(either.children, SizeIs(2));
  EXPECT_EQ(either.children[0].numbers, 1U << 14);
  EXPECT_TRUE(either.children[1].is_inverted);
}

TEST_F(AccessLogCompilerTest, FiltersThatCannotDecideAreRefused) {
  EXPECT_THAT(Wrong(File("") + ", filter: {traceable_filter: {}}"),
              ElementsAre(At("filter.traceable_filter: is not supported: tracing is not supported "
                             "yet")));
}

}  // namespace
}  // namespace outrigger::compiler
