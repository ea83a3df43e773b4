#include "compiler/proto_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <set>

#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/core/v3/health_check.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "envoy/type/matcher/v3/value.pb.h"
#include "envoy/type/v3/http_status.pb.h"
#include "test/unit/compiler/from_yaml.h"
#include "validate/validate.pb.h"

namespace outrigger::compiler {
namespace {

using envoy::config::cluster::v3::Cluster;
using envoy::config::core::v3::SocketAddress;
using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::RouteConfiguration;
using envoy::config::route::v3::RouteMatch;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using testing::ElementsAre;
using testing::IsEmpty;

Mistakes Check(const google::protobuf::Message& message) {
  ValidationErrors errors;
  CheckValidationRules(message, errors);
  return errors.messages();
}

template <typename Proto>
Mistakes CheckText(std::string_view yaml) {
  return Check(FromYaml<Proto>(yaml));
}

TEST(ProtoRulesTest, AGoodMessagePasses) {
  EXPECT_THAT(CheckText<Cluster>("{name: a, connect_timeout: 1s}"), IsEmpty());
}

TEST(ProtoRulesTest, StringsHaveLengths) {
  EXPECT_THAT(CheckText<Cluster>("{}"), ElementsAre("name: must have at least 1 character"));
}

TEST(ProtoRulesTest, NumbersHaveRanges) {
  EXPECT_THAT(CheckText<SocketAddress>("{address: x, port_value: 65536}"),
              ElementsAre("port_value: must be at most 65535"));
}

TEST(ProtoRulesTest, RulesOfAWrappedNumberHoldForTheWrapper) {
  EXPECT_THAT(
      CheckText<Cluster>("{name: a, load_assignment: {cluster_name: a, endpoints: "
                         "{lb_endpoints: {load_balancing_weight: 0}}}}"),
      ElementsAre("load_assignment.endpoints[0].lb_endpoints[0].load_balancing_weight: must be at "
                  "least 1"));
}

TEST(ProtoRulesTest, DurationsHaveRanges) {
  EXPECT_THAT(CheckText<Cluster>("{name: a, connect_timeout: 0s}"),
              ElementsAre("connect_timeout: must be more than 0s"));
}

TEST(ProtoRulesTest, NoDurationIsNegative) {
  EXPECT_THAT(CheckText<Cluster>("{name: a, connect_timeout: -1s}"),
              ElementsAre("connect_timeout: must not be negative"));
}

TEST(ProtoRulesTest, ADurationOutOfItsOwnRangeIsRefused) {
  Cluster cluster;
  cluster.set_name("a");
  cluster.mutable_connect_timeout()->set_nanos(1'000'000'000);
  EXPECT_THAT(Check(cluster), ElementsAre("connect_timeout: is no valid duration"));
  cluster.mutable_connect_timeout()->set_seconds(1);
  cluster.mutable_connect_timeout()->set_nanos(-1);
  EXPECT_THAT(Check(cluster), ElementsAre("connect_timeout: is no valid duration"));
}

TEST(ProtoRulesTest, EnumsAreDefined) {
  Cluster cluster;
  cluster.set_name("a");
  cluster.set_lb_policy(static_cast<Cluster::LbPolicy>(99));
  EXPECT_THAT(Check(cluster),
              ElementsAre("lb_policy: 99 is no value of envoy.config.cluster.v3.Cluster.LbPolicy"));
}

TEST(ProtoRulesTest, EnumsMayExcludeValues) {
  EXPECT_THAT(CheckText<envoy::config::core::v3::HealthCheck::HttpHealthCheck>(
                  "{path: /, method: connect}"),
              ElementsAre("method: must not be CONNECT"));
}

TEST(ProtoRulesTest, RequiredMessagesAreThere) {
  EXPECT_THAT(CheckText<envoy::config::route::v3::Route>("{direct_response: {status: 200}}"),
              ElementsAre("match: is required"));
}

TEST(ProtoRulesTest, ARequiredOneofNamesItsMembers) {
  EXPECT_THAT(CheckText<envoy::config::core::v3::Address>("{}"),
              ElementsAre("address: one of its fields must be set: socket_address, pipe, "
                          "envoy_internal_address"));
}

TEST(ProtoRulesTest, AnUnsetMemberOfAOneofHasNoRules) {
  EXPECT_THAT(CheckText<RouteMatch>("{prefix: ''}"), IsEmpty());
}

TEST(ProtoRulesTest, StringsMatchPatterns) {
  EXPECT_THAT(CheckText<RouteMatch>("{path_separated_prefix: /a/}"),
              ElementsAre("path_separated_prefix: must match ^[^?#]+[^?#/]$"));
}

TEST(ProtoRulesTest, HeaderNamesAndValuesHoldNoLineBreaks) {
  envoy::config::core::v3::HeaderValue header;
  header.set_key("a\nb");
  header.set_value(std::string("a\0b", 3));
  EXPECT_THAT(Check(header),
              ElementsAre("key: must hold no NUL, CR or LF", "value: must hold no NUL, CR or LF"));
}

TEST(ProtoRulesTest, ListsHaveLengths) {
  EXPECT_THAT(CheckText<envoy::config::route::v3::VirtualHost>("{name: a}"),
              ElementsAre("domains: must have at least 1 element(s)"));
}

TEST(ProtoRulesTest, ElementsMayHaveToBeUnique) {
  EXPECT_THAT(CheckText<envoy::config::route::v3::InternalRedirectPolicy>(
                  "{response_headers_to_copy: [a, b, a]}"),
              ElementsAre("response_headers_to_copy[2]: a is there twice"));
}

TEST(ProtoRulesTest, ElementsMayHaveToBeOfAList) {
  EXPECT_THAT(CheckText<envoy::type::v3::HttpStatus>("{code: ok}"), IsEmpty());
  EXPECT_THAT(
      CheckText<envoy::config::core::v3::SchemeHeaderTransformation>("{scheme_to_overwrite: ftp}"),
      ElementsAre("scheme_to_overwrite: must be one of http, https"));
}

TEST(ProtoRulesTest, ConstantsHaveOneValue) {
  EXPECT_THAT(CheckText<envoy::config::listener::v3::ListenerFilterChainMatchPredicate>(
                  "{any_match: false}"),
              ElementsAre("any_match: must be true"));
}

TEST(ProtoRulesTest, MapsAreNamedByTheirKeys) {
  EXPECT_THAT(
      CheckText<Cluster>("{name: a, typed_extension_protocol_options: {k: {'@type': "
                         "type.googleapis.com/envoy.config.core.v3.SocketAddress, address: x, "
                         "port_value: 70000}}}"),
      ElementsAre("typed_extension_protocol_options[k]{envoy.config.core.v3.SocketAddress}."
                  "port_value: must be at most 65535"));
}

TEST(ProtoRulesTest, TheContentOfAnAnyIsChecked) {
  EXPECT_THAT(
      CheckText<envoy::config::listener::v3::Filter>(
          "{name: a, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network."
          "http_connection_manager.v3.HttpConnectionManager, stat_prefix: '', rds: "
          "{route_config_name: r, config_source: {ads: {}}}}}"),
      ElementsAre("typed_config{envoy.extensions.filters.network.http_connection_manager.v3."
                  "HttpConnectionManager}.stat_prefix: must have at least 1 character"));
}

TEST(ProtoRulesTest, TheContentOfATypedStructIsChecked) {
  EXPECT_THAT(
      CheckText<envoy::config::listener::v3::Filter>(
          "{name: a, typed_config: {'@type': type.googleapis.com/udpa.type.v1.TypedStruct, "
          "type_url: envoy.config.core.v3.SocketAddress, value: {address: '', portValue: 1}}}"),
      ElementsAre("typed_config{envoy.config.core.v3.SocketAddress}.address: must have at least 1 "
                  "character"));
}

TEST(ProtoRulesTest, EndlessNestingIsRefused) {
  envoy::type::matcher::v3::ValueMatcher matcher;
  matcher.mutable_null_match();
  for (int i = 0; i < 35; ++i) {
    envoy::type::matcher::v3::ValueMatcher outer;
    *outer.mutable_list_match()->mutable_one_of() = std::move(matcher);
    matcher = std::move(outer);
  }
  ASSERT_EQ(Check(matcher).size(), 1);
  EXPECT_THAT(Check(matcher)[0], testing::EndsWith("is nested deeper than 64 messages"));
}

TEST(ProtoRulesTest, AnysInsideAnysEnd) {
  envoy::config::listener::v3::Filter filter;
  filter.set_name("a");
  for (int i = 0; i < 20; ++i) {
    envoy::config::listener::v3::Filter outer;
    outer.set_name("a");
    outer.mutable_typed_config()->PackFrom(filter);
    filter = std::move(outer);
  }
  ASSERT_EQ(Check(filter).size(), 1);
  EXPECT_THAT(Check(filter)[0], testing::EndsWith("is nested deeper than 16 Anys"));
}

// "string.min_len", "repeated.items.uint32.gte": what a rule asks, without its value.
void CollectRules(const google::protobuf::Message& rules, const std::string& prefix,
                  std::set<std::string>& names) {
  std::vector<const FieldDescriptor*> set;
  rules.GetReflection()->ListFields(rules, &set);
  for (const FieldDescriptor* field : set) {
    const std::string name = prefix + field->name();
    const bool is_plain = field->is_repeated() || field->cpp_type() != field->CPPTYPE_MESSAGE ||
                          field->message_type()->name() == "Duration";
    if (is_plain) {
      names.insert(name);
    } else {
      CollectRules(rules.GetReflection()->GetMessage(rules, field), name + ".", names);
    }
  }
}

void CollectRulesOfMessage(const Descriptor& message, std::set<const Descriptor*>& seen,
                           std::set<std::string>& names) {
  if (!seen.insert(&message).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    CollectRules(field.options().GetExtension(validate::rules), "", names);
    if (field.message_type() != nullptr) CollectRulesOfMessage(*field.message_type(), seen, names);
  }
}

TEST(ProtoRulesTest, EveryKindOfRuleInTheApiIsKnown) {
  const std::set<std::string> unknown_kinds = [] {
    std::set<const Descriptor*> seen;
    std::set<std::string> names;
    for (const Descriptor* root :
         {envoy::config::bootstrap::v3::Bootstrap::descriptor(), Listener::descriptor(),
          Cluster::descriptor(), RouteConfiguration::descriptor(),
          envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager::
              descriptor()}) {
      CollectRulesOfMessage(*root, seen, names);
    }
    // What a rule is about, then what it asks; `strict` belongs to `well_known_regex`.
    static const re2::RE2 known(
        "(repeated.items.|map.keys.|map.values.)?"
        "(u?int(32|64).(const|lte?|gte?|in|not_in)|(float|double).(const|lte?|gte?)|"
        "string.(const|(min|max)_(len|bytes)|pattern|prefix|suffix|contains|in|not_in|"
        "well_known_regex|strict|ignore_empty)|bytes.(min|max)_len|bool.const|"
        "enum.(defined_only|in|not_in)|duration.(required|lte?|gte?)|(message|any).required|"
        "message.skip)|repeated.(min_items|max_items|unique)|map.min_pairs");
    std::erase_if(names, [](const std::string& name) { return re2::RE2::FullMatch(name, known); });
    return names;
  }();
  EXPECT_THAT(unknown_kinds, IsEmpty());
}

}  // namespace
}  // namespace outrigger::compiler
