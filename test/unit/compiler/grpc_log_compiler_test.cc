#include "compiler/grpc_log_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "compiler/discovered_filters.h"
#include "compiler/listener_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "logging/access_log_services.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using logging::AccessLogService;
using logging::EntryKind;
using logging::EntryTag;
using logging::FieldName;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class GrpcLogCompiler : public testing::Test {
 protected:
  GrpcLogCompiler() { environment_.access_log_services = &services_; }

  // A listener with one logger of that kind (Http or Tcp).
  Compiled<ListenerConfig> Compile(std::string_view kind, std::string_view fields) {
    const std::string yaml = fmt::format(
        "{{name: in, address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}, "
        "access_log: [{{name: als, typed_config: {{'@type': type.googleapis.com/envoy.extensions."
        "access_loggers.grpc.v3.{}GrpcAccessLogConfig, {}}}}}], filter_chains: [{{filters: "
        "[{{name: "
        "tcp, typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters.network."
        "tcp_proxy.v3.TcpProxy, stat_prefix: in, cluster: c}}}}]}}]}}",
        kind, fields);
    return CompileLikeReceived<ListenerConfig>(
        FromYaml<envoy::config::listener::v3::Listener>(yaml),
        [this](const auto& listener, auto& errors) {
          return CompileListener(listener, {{environment_, stats_, tls_}, discovered_}, errors);
        });
  }
  ServiceLog Good(std::string_view kind, std::string_view fields) {
    const auto compiled = Compile(kind, fields);
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    if (compiled.value == nullptr) return {};
    return std::get<ServiceLog>(compiled.value->access_logs->at(0).to);
  }
  // Of a TCP logger, what is wrong in its common_config.
  Mistakes Wrong(std::string_view fields) {
    return Compile("Tcp", fmt::format("common_config: {{log_name: a, {}}}", fields)).mistakes;
  }
  static std::string At(std::string_view rest) {
    return fmt::format(
        "access_log[0].typed_config{{envoy.extensions.access_loggers.grpc.v3."
        "TcpGrpcAccessLogConfig}}.common_config.{}",
        rest);
  }

  SystemClock clock_;
  EventLoop control_{clock_};
  CompileEnvironment environment_;
  stats::Registry stats_;
  logging::AccessLogServices services_{control_, stats_};
  xds::ResourceStore<Secret> secrets_;
  TlsCompiler tls_{secrets_, secrets_, environment_.stream_clusters};
  xds::ResourceStore<ExtensionConfig> extensions_;
  DiscoveredFilters discovered_{extensions_, stats_, ""};
};

constexpr std::string_view kService = "grpc_service: {envoy_grpc: {cluster_name: als}}";

TEST_F(GrpcLogCompiler, WhatIsNotSaidIsAsInEnvoy) {
  const ServiceLog log = Good("Tcp", fmt::format("common_config: {{log_name: a, {}}}", kService));
  EXPECT_EQ(log.form, logging::EntryForm{.kind = EntryKind::kTcp});
  EXPECT_EQ(log.service->options().kind, EntryKind::kTcp);
  EXPECT_EQ(log.service->options().log_name, "a");
  EXPECT_EQ(log.service->options().flush_interval, std::chrono::seconds(1));
  EXPECT_EQ(log.service->options().batch_bytes, 16384);
}

TEST_F(GrpcLogCompiler, TakesWhatIsSaid) {
  const ServiceLog log =
      Good("Http",
           fmt::format(
               "common_config: {{log_name: a, {}, transport_api_version: V3, "
               "buffer_flush_interval: 0.25s, buffer_size_bytes: 0, custom_tags: [{{tag: t, "
               "literal: {{value: v}}}}, {{tag: h, request_header: {{name: X-H, default_value: "
               "d}}}}, {{tag: e, environment: {{name: NOT_SET_ANYWHERE, default_value: f}}}}]}}, "
               "additional_request_headers_to_log: [X-A, x-a], "
               "additional_response_headers_to_log: [x-b], "
               "additional_response_trailers_to_log: [x-c]",
               kService));
  EXPECT_EQ(log.service->options().flush_interval, std::chrono::milliseconds(250));
  EXPECT_EQ(log.service->options().batch_bytes, 0);
  EXPECT_THAT(log.form.request_fields, ElementsAre(FieldName::Of("x-a")));
  EXPECT_THAT(log.form.response_fields, ElementsAre(FieldName::Of("x-b")));
  EXPECT_THAT(log.form.trailer_fields, ElementsAre(FieldName::Of("x-c")));
  EXPECT_THAT(log.form.tags,
              ElementsAre(EntryTag{"t", {}, "v"}, EntryTag{"h", FieldName::Of("x-h"), "d"},
                          EntryTag{"e", {}, "f"}));
}

TEST_F(GrpcLogCompiler, ABatchThatNoRingWouldHoldIsSmaller) {
  const ServiceLog log = Good(
      "Tcp",
      fmt::format("common_config: {{log_name: a, {}, buffer_size_bytes: 4294967295}}", kService));
  EXPECT_EQ(log.service->options().batch_bytes, AccessLogService::kBatchBytesMax);
}

TEST_F(GrpcLogCompiler, LoggersThatDifferInFieldsOnlyShareAStream) {
  const std::string common = fmt::format("common_config: {{log_name: a, {}}}", kService);
  const ServiceLog one = Good("Http", common);
  EXPECT_EQ(Good("Http", common + ", additional_request_headers_to_log: [a]").service, one.service);
  EXPECT_NE(Good("Tcp", common).service, one.service);
  EXPECT_NE(Good("Http", fmt::format("common_config: {{log_name: b, {}}}", kService)).service,
            one.service);
}

TEST_F(GrpcLogCompiler, EveryMistakeIsNamedByItsPath) {
  EXPECT_THAT(Wrong("grpc_service: {google_grpc: {target_uri: a, stat_prefix: b}}"),
              Contains(At("grpc_service.google_grpc: is not supported: name an envoy_grpc cluster "
                          "instead")));
  EXPECT_THAT(Wrong(fmt::format("{}, transport_api_version: V2", kService)),
              Contains(At("transport_api_version: must be V3")));
  EXPECT_THAT(Wrong("grpc_service: {envoy_grpc: {cluster_name: als}, initial_metadata: [{key: 'a "
                    "b', value: c}]}"),
              Contains(HasSubstr(At("grpc_service.initial_metadata[0].key"))));
  EXPECT_THAT(Wrong(fmt::format("{}, buffer_flush_interval: 0s", kService)),
              Contains(HasSubstr(At("buffer_flush_interval"))));
  EXPECT_THAT(Wrong("buffer_size_bytes: 1"), Contains(HasSubstr(At("grpc_service"))));
}

TEST_F(GrpcLogCompiler, WhatIsMissingIsListed) {
  const auto compiled = Compile(
      "Tcp", fmt::format("common_config: {{log_name: a, {}, filter_state_objects_to_log: [a], "
                         "grpc_stream_retry_policy: {{num_retries: 3}}}}",
                         kService));
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  EXPECT_THAT(compiled.ignored, Contains(HasSubstr("filter_state_objects_to_log: there is no")));
  EXPECT_THAT(compiled.ignored,
              Contains(HasSubstr("grpc_stream_retry_policy: streams are opened")));
}

}  // namespace
}  // namespace outrigger::compiler
