#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "compiler/any_content.h"
#include "compiler/proto_rules.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::cluster::v3::Cluster;
using envoy::config::listener::v3::Listener;
using envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter;
using testing::ElementsAre;
using testing::IsEmpty;

struct Use {
  Mistakes rejected;
  std::vector<std::string> ignored;
};

template <typename Proto>
Use UseOf(std::string_view yaml) {
  Use use;
  ValidationErrors errors;
  CheckFieldUse(FromYaml<Proto>(yaml), errors, use.ignored);
  use.rejected = errors.messages();
  return use;
}

TEST(FieldUseTest, HandledFieldsAreNotListed) {
  const Use use = UseOf<Cluster>("{name: a, connect_timeout: 1s, type: eds}");
  EXPECT_THAT(use.rejected, IsEmpty());
  EXPECT_THAT(use.ignored, IsEmpty());
}

TEST(FieldUseTest, AFieldWithoutEffectIsListedWithItsReason) {
  EXPECT_THAT(UseOf<Cluster>("{name: a, preconnect_policy: {}}").ignored,
              ElementsAre("preconnect_policy: connections are made when they are needed"));
}

TEST(FieldUseTest, AValueOfAnEnumMayHaveARuleOfItsOwn) {
  EXPECT_THAT(UseOf<Cluster>("{lb_policy: MAGLEV}").ignored,
              ElementsAre("lb_policy: balancing by a hash is round robin so far"));
  EXPECT_THAT(UseOf<Cluster>("{lb_policy: LEAST_REQUEST}").ignored, IsEmpty());
}

TEST(FieldUseTest, RejectedFieldsNameTheirReason) {
  EXPECT_THAT(UseOf<Cluster>("{name: a, filters: [{name: x}]}").rejected,
              ElementsAre("filters: is not supported: upstream network filters are not supported "
                          "yet"));
}

TEST(FieldUseTest, ElementsOfListsAndMapsHavePaths) {
  const Use use = UseOf<Cluster>(R"({
    name: a,
    circuit_breakers: {thresholds: [{max_requests: 1}, {retry_budget: {}}]},
    typed_extension_protocol_options: {http: {
      "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions,
      explicit_http_config: {http_protocol_options: {enable_trailers: true}}}}})");
  EXPECT_THAT(use.rejected, IsEmpty());
  EXPECT_THAT(use.ignored,
              ElementsAre("circuit_breakers.thresholds[1].retry_budget: max_retries counts",
                          "typed_extension_protocol_options[http]{envoy.extensions.upstreams.http."
                          "v3.HttpProtocolOptions}.explicit_http_config.http_protocol_options."
                          "enable_trailers: trailers always pass"));
}

TEST(FieldUseTest, WhatWouldSendTrafficElsewhereIsRejected) {
  EXPECT_THAT(UseOf<Listener>("{filter_chains: {}, filter_chain_matcher: {}}").rejected,
              ElementsAre("filter_chain_matcher: is not supported: filter_chain_match of "
                          "each chain says it"));
}

TEST(FieldUseTest, TheListOfIgnoredFieldsEnds) {
  Cluster cluster;
  for (size_t i = 0; i < kIgnoredMax + 1; ++i) {
    cluster.mutable_circuit_breakers()->add_thresholds()->mutable_retry_budget();
  }
  ValidationErrors errors;
  std::vector<std::string> ignored;
  CheckFieldUse(cluster, errors, ignored);
  EXPECT_EQ(ignored.size(), kIgnoredMax);
}

TEST(FieldUseTest, EveryRuleNamesAFieldOfTheApi) {
  for (const FieldRule& rule : AllFieldRules()) {
    const auto message = NewMessage(rule.message);
    ASSERT_NE(message, nullptr) << rule.message;
    if (rule.field == "*") continue;
    const size_t equals = rule.field.find('=');
    const auto* field =
        message->GetDescriptor()->FindFieldByName(std::string(rule.field.substr(0, equals)));
    ASSERT_NE(field, nullptr) << rule.message << "." << rule.field;
    if (equals == rule.field.npos) continue;
    ASSERT_NE(field->enum_type(), nullptr) << rule.message << "." << rule.field;
    EXPECT_NE(field->enum_type()->FindValueByName(std::string(rule.field.substr(equals + 1))),
              nullptr)
        << rule.message << "." << rule.field;
  }
}

TEST(FieldUseTest, AFieldOfNoTableIsIgnoredAndListed) {
  EXPECT_THAT(UseOf<envoy::config::core::v3::DataSource>("{inline_string: a}").ignored, IsEmpty());
  EXPECT_THAT(UseOf<envoy::config::core::v3::ControlPlane>("{identifier: a}").ignored,
              ElementsAre("identifier: nothing reads it"));
}

TEST(FieldUseTest, ContentThatIsLeftOutIsListedOnce) {
  EXPECT_THAT(
      UseOf<HttpFilter>(R"({name: a, typed_config: {
        "@type": type.googleapis.com/envoy.extensions.filters.http.compressor.v3.Compressor,
        choose_first: true, compressor_library: {name: a}}})")
          .ignored,
      ElementsAre("typed_config{envoy.extensions.filters.http.compressor.v3.Compressor}: left "
                  "out: responses stay as long as they are"));
}

TEST(FieldUseTest, ContentOfAnUnknownTypeIsListed) {
  HttpFilter filter;
  filter.mutable_typed_config()->set_type_url("type.googleapis.com/stats.PluginConfig");
  ValidationErrors errors;
  std::vector<std::string> ignored;
  CheckFieldUse(filter, errors, ignored);
  EXPECT_THAT(ignored, ElementsAre("typed_config: its content is not known here"));
}

// What no table names would be missing in docs/fields.md.
TEST(FieldUseTest, TheTablesNameEveryFieldOfTheirMessages) {
  for (const FieldRule& rule : AllFieldRules()) {
    const auto message = NewMessage(rule.message);
    ASSERT_NE(message, nullptr) << rule.message;
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const std::string& field = message->GetDescriptor()->field(i)->name();
      EXPECT_NE(FindFieldRule(rule.message, field), nullptr) << rule.message << "." << field;
    }
  }
}

TEST(FieldUseTest, EveryRuleThatLeavesSomethingOutSaysWhy) {
  for (const FieldRule& rule : AllFieldRules()) {
    EXPECT_EQ(rule.reason.empty(), rule.use == FieldUse::kHandled)
        << rule.message << "." << rule.field;
  }
}

}  // namespace
}  // namespace outrigger::compiler
