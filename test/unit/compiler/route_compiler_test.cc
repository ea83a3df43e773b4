#include "compiler/route_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "envoy/config/route/v3/route.pb.h"
#include "test/support/labelled_endpoints.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::route::v3::RouteConfiguration;
using routing::DirectResponse;
using routing::ForwardAction;
using routing::Redirect;
using routing::RouteTable;
using routing::RouteTableValues;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Compiled<RouteTable> Compile(const std::string& yaml) {
  return CompileLikeReceived<RouteTable>(
      FromYaml<RouteConfiguration>(yaml),
      [](const auto& proto, ValidationErrors& errors) { return CompileRoutes(proto, {}, errors); });
}

RouteTableValues Good(const std::string& yaml) {
  const Compiled<RouteTable> compiled = Compile(yaml);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? RouteTableValues() : compiled.value->values();
}

// A table with these fields beside its name.
std::string Table(std::string_view fields) { return fmt::format("{{name: t, {}}}", fields); }

// A table of one virtual host with these domains and no routes.
std::string Domains(std::string_view domains) {
  return Table(fmt::format("virtual_hosts: [{{name: a, domains: {}}}]", domains));
}

// A table of one route, which matches everything.
std::string OneRoute(std::string_view fields) {
  return Table(fmt::format(
      "virtual_hosts: [{{name: a, domains: ['*'], routes: [{{match: {{prefix: /}}, {}}}]}}]",
      fields));
}
constexpr std::string_view kRoutePath = "virtual_hosts[0].routes[0].";

Mistakes WrongRoute(std::string_view fields) { return Compile(OneRoute(fields)).mistakes; }

template <typename Action>
Action GoodAction(std::string_view fields) {
  const RouteTableValues values = Good(OneRoute(fields));
  if (values.virtual_hosts.empty()) return {};
  return std::get<Action>(values.virtual_hosts[0]->routes[0]->action);
}

TEST(RouteCompilerTest, AnEmptyTableIsValid) {
  const RouteTableValues values = Good("{name: t}");
  EXPECT_EQ(values.name, "t");
  EXPECT_THAT(values.virtual_hosts, IsEmpty());
  EXPECT_FALSE(values.ignores_port_in_host);
  EXPECT_FALSE(values.most_specific_header_operations_win);
}

TEST(RouteCompilerTest, SwitchesOfTheTableAreTaken) {
  const RouteTableValues values =
      Good(Table("ignore_port_in_host_matching: true, most_specific_header_mutations_wins: true"));
  EXPECT_TRUE(values.ignores_port_in_host);
  EXPECT_TRUE(values.most_specific_header_operations_win);
}

TEST(RouteCompilerTest, DomainsAreTakenInLowerCase) {
  EXPECT_THAT(
      Good(Domains("[Example.org, '*.example.org', 'www.*', '*']")).virtual_hosts[0]->domains,
      ElementsAre("example.org", "*.example.org", "www.*", "*"));
}

TEST(RouteCompilerTest, ADomainIsThereOnce) {
  EXPECT_THAT(Compile(Domains("[a, A]")).mistakes,
              ElementsAre("virtual_hosts[0].domains[1]: \"A\" is a domain of virtual host \"a\" "
                          "already"));
}

TEST(RouteCompilerTest, ADomainBelongsToOneVirtualHost) {
  EXPECT_THAT(
      Compile(Table("virtual_hosts: [{name: a, domains: ['*.x']}, {name: b, domains: [c, '*.x']}]"))
          .mistakes,
      ElementsAre(
          "virtual_hosts[1].domains[1]: \"*.x\" is a domain of virtual host \"a\" already"));
}

TEST(RouteCompilerTest, AVirtualHostNeedsANameAndADomain) {
  EXPECT_THAT(Compile(Table("virtual_hosts: [{}]")).mistakes,
              ElementsAre("virtual_hosts[0].name: must have at least 1 character",
                          "virtual_hosts[0].domains: must have at least 1 element(s)"));
}

TEST(RouteCompilerTest, NamesOfVirtualHostsAreThereOnce) {
  EXPECT_THAT(
      Compile(Table("virtual_hosts: [{name: a, domains: [x]}, {name: a, domains: [y]}]")).mistakes,
      ElementsAre("virtual_hosts[1].name: \"a\" is there twice"));
}

TEST(RouteCompilerTest, ARouteHasAMatchAndAnAction) {
  EXPECT_THAT(
      Compile(Table("virtual_hosts: [{name: a, domains: ['*'], routes: [{name: r}]}]")).mistakes,
      ElementsAre(
          testing::StartsWith(fmt::format("{}action: one of its fields must be set", kRoutePath)),
          fmt::format("{}match: is required", kRoutePath)));
}

TEST(RouteCompilerTest, ARouteKeepsItsName) {
  EXPECT_EQ(Good(OneRoute("name: r, route: {cluster: c}")).virtual_hosts[0]->routes[0]->name, "r");
}

TEST(RouteCompilerTest, AClusterIsAWeightedChoiceOfOne) {
  const RouteTableValues values = Good(OneRoute("route: {cluster: c}"));
  const auto& action = std::get<ForwardAction>(values.virtual_hosts[0]->routes[0]->action);
  ASSERT_THAT(action.clusters, SizeIs(1));
  EXPECT_EQ(values.cluster_names[action.clusters[0].cluster], "c");
  EXPECT_EQ(action.total_weight, 1);
  EXPECT_EQ(action.timeout, std::chrono::seconds(15));
  EXPECT_EQ(action.cluster_not_found_status, 503);
}

TEST(RouteCompilerTest, EachClusterHasOneSlot) {
  const RouteTableValues values = Good(Table(
      "virtual_hosts: [{name: a, domains: ['*'], routes: [{match: {prefix: /a}, route: {cluster: "
      "x}}, {match: {prefix: /b}, route: {cluster: y}}, {match: {prefix: /}, route: {cluster: "
      "x}}]}]"));
  EXPECT_THAT(values.cluster_names, ElementsAre("x", "y"));
  const auto& routes = values.virtual_hosts[0]->routes;
  EXPECT_EQ(std::get<ForwardAction>(routes[0]->action), std::get<ForwardAction>(routes[2]->action));
}

TEST(RouteCompilerTest, AClusterMustBeNamed) {
  EXPECT_THAT(
      WrongRoute("route: {cluster: ''}"),
      ElementsAre(fmt::format("{}route.cluster: must have at least 1 character", kRoutePath)));
  EXPECT_THAT(WrongRoute("route: {}"),
              ElementsAre(testing::StartsWith(fmt::format(
                  "{}route.cluster_specifier: one of its fields must be set", kRoutePath))));
}

TEST(RouteCompilerTest, WeightedClustersAreTaken) {
  const auto action = GoodAction<ForwardAction>(
      "route: {weighted_clusters: {clusters: [{name: x, weight: 90}, {name: y, weight: 10}, {name: "
      "z, weight: 0}]}}");
  ASSERT_THAT(action.clusters, SizeIs(3));
  EXPECT_EQ(action.clusters[0].weight, 90);
  EXPECT_EQ(action.clusters[1].weight, 10);
  EXPECT_EQ(action.clusters[2].weight, 0);
  EXPECT_EQ(action.total_weight, 100);
}

TEST(RouteCompilerTest, LabelsOfAWeightedClusterCountBeforeThoseOfItsRoute) {
  const auto action = GoodAction<ForwardAction>(
      "route: {metadata_match: {filter_metadata: {envoy.lb: {a: x, b: w}, other: {c: z}}}, "
      "weighted_clusters: {clusters: [{name: c, weight: 1}, {name: d, weight: 1, metadata_match: "
      "{filter_metadata: {envoy.lb: {b: z}}}}]}}");
  ASSERT_THAT(action.clusters, SizeIs(2));
  EXPECT_EQ(*action.clusters[0].endpoint_criteria,
            test::Labels({{"a", test::Text("x")}, {"b", test::Text("w")}}));
  EXPECT_EQ(*action.clusters[1].endpoint_criteria,
            test::Labels({{"a", test::Text("x")}, {"b", test::Text("z")}}));
}

TEST(RouteCompilerTest, MetadataForOthersAreNoLabels) {
  const auto action = GoodAction<ForwardAction>(
      "route: {cluster: c, metadata_match: {filter_metadata: {other: {a: x}}}}");
  EXPECT_EQ(action.clusters[0].endpoint_criteria, nullptr);
}

TEST(RouteCompilerTest, AWeightedClusterNeedsNameAndWeight) {
  EXPECT_THAT(
      WrongRoute("route: {weighted_clusters: {clusters: [{weight: 1}, {name: x}]}}"),
      ElementsAre(
          fmt::format("{}route.weighted_clusters.clusters[0].name: is required", kRoutePath),
          fmt::format("{}route.weighted_clusters.clusters[1].weight: is required", kRoutePath)));
}

TEST(RouteCompilerTest, WeightsHaveASum) {
  const std::string wrong = fmt::format(
      "{}route.weighted_clusters: the sum of all weights must be between 1 and 4294967295",
      kRoutePath);
  EXPECT_THAT(WrongRoute("route: {weighted_clusters: {clusters: [{name: x, weight: 0}]}}"),
              ElementsAre(wrong));
  EXPECT_THAT(WrongRoute("route: {weighted_clusters: {clusters: [{name: x, weight: 4294967295}, "
                         "{name: y, weight: 1}]}}"),
              ElementsAre(wrong));
}

TEST(RouteCompilerTest, WeightedClustersMustNotBeEmpty) {
  EXPECT_THAT(
      WrongRoute("route: {weighted_clusters: {}}"),
      testing::Contains(fmt::format(
          "{}route.weighted_clusters.clusters: must have at least 1 element(s)", kRoutePath)));
}

TEST(RouteCompilerTest, AFieldOfTheRequestMayNameTheCluster) {
  const RouteTableValues values = Good(OneRoute(
      "route: {weighted_clusters: {clusters: [{cluster_header: X-C, weight: 1}, {name: c, weight: "
      "1}]}}"));
  const auto& clusters =
      std::get<ForwardAction>(values.virtual_hosts[0]->routes[0]->action).clusters;
  EXPECT_EQ(clusters[0].cluster_header, "x-c");
  EXPECT_EQ(clusters[1].cluster_header, "");
  EXPECT_THAT(values.cluster_names, ElementsAre("c"));
  const auto action = GoodAction<ForwardAction>("route: {cluster_header: X-Cluster}");
  EXPECT_EQ(action.clusters[0].cluster_header, "x-cluster");
}

TEST(RouteCompilerTest, AClusterHasOneName) {
  EXPECT_THAT(WrongRoute("route: {weighted_clusters: {clusters: [{name: c, cluster_header: x-c, "
                         "weight: 1}]}}"),
              ElementsAre(fmt::format("{}route.weighted_clusters.clusters[0].cluster_header: must "
                                      "not be set together with name",
                                      kRoutePath)));
}

TEST(RouteCompilerTest, MirrorPoliciesAreTaken) {
  const auto action = GoodAction<ForwardAction>(
      "route: {cluster: c, request_mirror_policies: [{cluster: m, runtime_fraction: "
      "{default_value: {numerator: 5}}}, {cluster_header: X-M, host_rewrite_literal: h, "
      "disable_shadow_host_suffix_append: true}]}");
  ASSERT_THAT(action.mirrors, SizeIs(2));
  EXPECT_EQ(action.mirrors[0], (routing::MirrorPolicy{.cluster = 1, .share = {5, 100}}));
  EXPECT_EQ(action.mirrors[1],
            (routing::MirrorPolicy{.cluster_header = "x-m", .host = "h", .marks_host = false}));
}

TEST(RouteCompilerTest, ARouteWithoutMirrorPoliciesHasThoseOfTheLevelAbove) {
  const RouteTableValues values = Good(Table(
      "request_mirror_policies: [{cluster: t}], virtual_hosts: [{name: a, domains: [a], routes: "
      "[{match: {prefix: /}, route: {cluster: c}}]}, {name: b, domains: [b], "
      "request_mirror_policies: [{cluster: h}], routes: [{match: {prefix: /}, route: {cluster: "
      "c}}, "
      "{match: {prefix: /}, route: {cluster: c, request_mirror_policies: [{cluster: r}]}}]}]"));
  const auto mirror = [&values](size_t host, size_t route) {
    const auto& action = std::get<ForwardAction>(values.virtual_hosts[host]->routes[route]->action);
    EXPECT_THAT(action.mirrors, SizeIs(1));
    return values.cluster_names[action.mirrors.at(0).cluster];
  };
  EXPECT_EQ(mirror(0, 0), "t");
  EXPECT_EQ(mirror(1, 0), "h");
  EXPECT_EQ(mirror(1, 1), "r");
}

TEST(RouteCompilerTest, AMirrorPolicyNamesOneCluster) {
  const std::string wrong = fmt::format(
      "{}route.request_mirror_policies[0].cluster: must be set, or cluster_header in its place",
      kRoutePath);
  EXPECT_THAT(WrongRoute("route: {cluster: c, request_mirror_policies: [{}]}"), ElementsAre(wrong));
  EXPECT_THAT(WrongRoute("route: {cluster: c, request_mirror_policies: [{cluster: a, "
                         "cluster_header: b}]}"),
              ElementsAre(wrong));
  EXPECT_THAT(WrongRoute("route: {cluster: c, request_mirror_policies: [{cluster: a, "
                         "host_rewrite_literal: 'a b'}]}"),
              ElementsAre(fmt::format("{}route.request_mirror_policies[0].host_rewrite_literal: "
                                      "\"a b\" is no host",
                                      kRoutePath)));
}

TEST(RouteCompilerTest, TimeoutsAreTaken) {
  const auto action = GoodAction<ForwardAction>(
      "route: {cluster: c, timeout: 0s, idle_timeout: 2s, flush_timeout: 3s}");
  EXPECT_EQ(action.timeout, Duration::zero());
  EXPECT_EQ(action.idle_timeout, std::chrono::seconds(2));
  EXPECT_EQ(action.flush_timeout, std::chrono::seconds(3));
  EXPECT_EQ(GoodAction<ForwardAction>("route: {cluster: c}").idle_timeout, std::nullopt);
  EXPECT_THAT(WrongRoute("route: {cluster: c, timeout: -1s}"),
              ElementsAre(fmt::format("{}route.timeout: must not be negative", kRoutePath)));
}

TEST(RouteCompilerTest, TimesOfStreamsAndOfGrpcAreTaken) {
  const auto action = GoodAction<ForwardAction>(
      "route: {cluster: c, max_grpc_timeout: 1s, grpc_timeout_offset: 0.5s, max_stream_duration: "
      "{max_stream_duration: 2s, grpc_timeout_header_max: 3s, grpc_timeout_header_offset: 4s}}");
  EXPECT_EQ(action.grpc_timeout_max, std::chrono::seconds(1));
  EXPECT_EQ(action.grpc_timeout_offset, std::chrono::milliseconds(500));
  EXPECT_EQ(action.stream_duration,
            (routing::StreamDuration{.most = std::chrono::seconds(2),
                                     .grpc_max = std::chrono::seconds(3),
                                     .grpc_offset = std::chrono::seconds(4)}));
  EXPECT_EQ(
      GoodAction<ForwardAction>("route: {cluster: c, max_stream_duration: {}}").stream_duration,
      routing::StreamDuration());
  EXPECT_EQ(GoodAction<ForwardAction>("route: {cluster: c}").stream_duration, std::nullopt);
}

TEST(RouteCompilerTest, RewritesAreTaken) {
  const auto action = GoodAction<ForwardAction>(
      "route: {cluster: c, prefix_rewrite: /v2, host_rewrite_literal: other}");
  EXPECT_EQ(action.path_rewrite, routing::PathRewrite(routing::PrefixRewrite{"/v2"}));
  EXPECT_EQ(action.host_rewrite->text, "other");
  EXPECT_EQ(GoodAction<Redirect>("redirect: {prefix_rewrite: /p}").path_rewrite,
            routing::PathRewrite(routing::PrefixRewrite{"/p"}));
}

TEST(RouteCompilerTest, AVirtualHostMayAskForTls) {
  const auto demand = [](std::string_view value) {
    return Good(Table(fmt::format("virtual_hosts: [{{name: a, domains: ['*'], require_tls: {}}}]",
                                  value)))
        .virtual_hosts.at(0)
        ->tls_demand;
  };
  EXPECT_EQ(demand("NONE"), routing::TlsDemand::kNone);
  EXPECT_EQ(demand("EXTERNAL_ONLY"), routing::TlsDemand::kExternalOnly);
  EXPECT_EQ(demand("ALL"), routing::TlsDemand::kAll);
}

TEST(RouteCompilerTest, TheAnswerWithoutAClusterIsChosen) {
  const auto status = [](std::string_view code) {
    return GoodAction<ForwardAction>(
               fmt::format("route: {{cluster: c, cluster_not_found_response_code: {}}}", code))
        .cluster_not_found_status;
  };
  EXPECT_EQ(status("SERVICE_UNAVAILABLE"), 503);
  EXPECT_EQ(status("NOT_FOUND"), 404);
  EXPECT_EQ(status("INTERNAL_SERVER_ERROR"), 500);
}

TEST(RouteCompilerTest, HeaderOperationsAreTakenAtEveryLevel) {
  constexpr std::string_view kAll =
      "request_headers_to_add: [{{header: {{key: a-{0}, value: v}}}}], request_headers_to_remove: "
      "[b-{0}], response_headers_to_add: [{{header: {{key: c-{0}, value: v}}}}], "
      "response_headers_to_remove: [d-{0}]";
  const auto of = [&](std::string_view level) { return fmt::format(fmt::runtime(kAll), level); };
  const RouteTableValues values = Good(Table(fmt::format(
      "{}, virtual_hosts: [{{name: h, domains: ['*'], {}, routes: [{{match: {{prefix: /}}, {}, "
      "route: {{weighted_clusters: {{clusters: [{{name: x, weight: 1, {}}}]}}}}}}]}}]",
      of("table"), of("host"), of("route"), of("cluster"))));
  const auto check = [](const auto& level, const std::string& name) {
    EXPECT_EQ(level.request_headers->add[0].name, "a-" + name);
    EXPECT_EQ(level.request_headers->remove[0], "b-" + name);
    EXPECT_EQ(level.response_headers->add[0].name, "c-" + name);
    EXPECT_EQ(level.response_headers->remove[0], "d-" + name);
  };
  const routing::Route& route = *values.virtual_hosts[0]->routes[0];
  check(values, "table");
  check(*values.virtual_hosts[0], "host");
  check(route, "route");
  check(std::get<ForwardAction>(route.action).clusters[0], "cluster");
}

TEST(RouteCompilerTest, DirectResponsesAreTaken) {
  EXPECT_EQ(GoodAction<DirectResponse>("direct_response: {status: 204}"),
            (DirectResponse{204, ""}));
  EXPECT_EQ(GoodAction<DirectResponse>("direct_response: {status: 200, body: {inline_string: hi}}"),
            (DirectResponse{200, "hi"}));
  EXPECT_EQ(
      GoodAction<DirectResponse>("direct_response: {status: 599, body: {inline_bytes: aGk=}}"),
      (DirectResponse{599, "hi"}));
}

TEST(RouteCompilerTest, TheFormatOfADirectResponseIsTaken) {
  const auto direct = GoodAction<DirectResponse>(
      "direct_response: {status: 200, body_format: {json_format: {a: b}}}");
  ASSERT_TRUE(direct.format.has_value());
  EXPECT_EQ(direct.format->content_type, "application/json");
  EXPECT_THAT(
      WrongRoute("direct_response: {status: 200, body_format: {text_format_source: "
                 "{inline_string: '%NOPE%'}, content_type: \"a\\nb\"}}"),
      ElementsAre(fmt::format("{}direct_response.body_format.content_type: must hold no NUL, "
                              "CR or LF",
                              kRoutePath),
                  fmt::format("{}direct_response.body_format.text_format_source: %NOPE% is "
                              "not supported",
                              kRoutePath)));
}

TEST(RouteCompilerTest, TheStatusOfADirectResponseIsFinal) {
  EXPECT_THAT(
      WrongRoute("direct_response: {status: 100}"),
      ElementsAre(fmt::format("{}direct_response.status: must be at least 200", kRoutePath)));
  EXPECT_THAT(
      WrongRoute("direct_response: {status: 600}"),
      ElementsAre(fmt::format("{}direct_response.status: must be less than 600", kRoutePath)));
}

TEST(RouteCompilerTest, TheBodyOfADirectResponseHasALimit) {
  const auto route = [](size_t bytes, std::string_view of_table) {
    return Table(fmt::format(
        "{} virtual_hosts: [{{name: a, domains: ['*'], routes: [{{match: {{prefix: /}}, "
        "direct_response: {{status: 200, body: {{inline_string: {}}}}}}}]}}]",
        of_table, std::string(bytes, 'x')));
  };
  const auto wrong = [](int bytes_max) {
    return fmt::format("{}direct_response.body: must have at most {} bytes", kRoutePath, bytes_max);
  };
  EXPECT_THAT(Compile(route(4096, "")).mistakes, IsEmpty());
  EXPECT_THAT(Compile(route(4097, "")).mistakes, ElementsAre(wrong(4096)));
  constexpr std::string_view kTen = "max_direct_response_body_size_bytes: 10,";
  EXPECT_THAT(Compile(route(10, kTen)).mistakes, IsEmpty());
  EXPECT_THAT(Compile(route(11, kTen)).mistakes, ElementsAre(wrong(10)));
  EXPECT_THAT(Compile(route(5000, "max_direct_response_body_size_bytes: 0,")).mistakes, IsEmpty());
}

TEST(RouteCompilerTest, BodiesFromElsewhereAreReadOnce) {
  const std::string path = testing::TempDir() + "/route_compiler_test_body";
  std::ofstream(path) << "from a file";
  EXPECT_EQ(GoodAction<DirectResponse>(
                fmt::format("direct_response: {{status: 200, body: {{filename: {}}}}}", path))
                .body,
            "from a file");
  EXPECT_THAT(WrongRoute("direct_response: {status: 200, body: {filename: /none}}"),
              ElementsAre(fmt::format("{}direct_response.body.filename: cannot read /none: No such "
                                      "file or directory",
                                      kRoutePath)));
}

TEST(RouteCompilerTest, RedirectsAreTaken) {
  const Redirect plain = GoodAction<Redirect>("redirect: {}");
  EXPECT_EQ(plain.status, 301);
  EXPECT_EQ(plain, Redirect());
  const Redirect full = GoodAction<Redirect>(
      "redirect: {scheme_redirect: ftp, host_redirect: h, port_redirect: 81, path_redirect: /p, "
      "strip_query: true}");
  EXPECT_EQ(full.scheme, "ftp");
  EXPECT_EQ(full.host, "h");
  EXPECT_EQ(full.port, 81);
  EXPECT_EQ(full.path, "/p");
  EXPECT_TRUE(full.strips_query);
  EXPECT_EQ(GoodAction<Redirect>("redirect: {https_redirect: true}").scheme, "https");
}

TEST(RouteCompilerTest, RedirectsHaveFiveStatuses) {
  const auto status = [](std::string_view code) {
    return GoodAction<Redirect>(fmt::format("redirect: {{response_code: {}}}", code)).status;
  };
  EXPECT_EQ(status("MOVED_PERMANENTLY"), 301);
  EXPECT_EQ(status("FOUND"), 302);
  EXPECT_EQ(status("SEE_OTHER"), 303);
  EXPECT_EQ(status("TEMPORARY_REDIRECT"), 307);
  EXPECT_EQ(status("PERMANENT_REDIRECT"), 308);
}

TEST(RouteCompilerTest, APortToRedirectToIsAPort) {
  EXPECT_THAT(
      WrongRoute("redirect: {port_redirect: 65536}"),
      ElementsAre(fmt::format("{}redirect.port_redirect: must be at most 65535", kRoutePath)));
}

TEST(RouteCompilerTest, OtherActionsAreRefused) {
  EXPECT_THAT(WrongRoute("non_forwarding_action: {}"),
              ElementsAre(fmt::format("{}non_forwarding_action: is not supported: not supported",
                                      kRoutePath)));
}

TEST(RouteCompilerTest, RetriesAreNoted) {
  EXPECT_THAT(Compile(OneRoute("route: {cluster: c, retry_policy: {retry_on: 5xx}}")).ignored,
              ElementsAre(fmt::format(
                  "{}route.retry_policy: retries by policy are not supported yet", kRoutePath)));
}

// What is said to filters is heard at every level; what each may say is route_filters_test's.
TEST(RouteCompilerTest, ConfigurationOfFiltersIsCompiledAtEveryLevel) {
  const std::string off =
      "typed_per_filter_config: {x: {'@type': "
      "type.googleapis.com/envoy.config.route.v3.FilterConfig, disabled: true}}";
  const RouteTableValues table = Good(fmt::format(
      "{{name: t, {0}, virtual_hosts: [{{name: a, domains: ['*'], {0}, routes: [{{match: {{prefix: "
      "/}}, {0}, route: {{weighted_clusters: {{clusters: [{{name: c, weight: 1, {0}}}]}}}}}}]}}]}}",
      off));
  const routing::Route& route = *table.virtual_hosts[0]->routes[0];
  const auto& forward = std::get<routing::ForwardAction>(route.action);
  for (const http::RouteFilters* filters : {&table.filters, &table.virtual_hosts[0]->filters,
                                            &route.filters, &forward.clusters[0].filters}) {
    ASSERT_THAT(*filters, SizeIs(1));
    EXPECT_EQ(filters->front().name, "x");
    EXPECT_TRUE(filters->front().is_disabled);
  }
}

TEST(RouteCompilerTest, EqualProtosAreEqualValues) {
  EXPECT_TRUE(Good(OneRoute("route: {cluster: c}")) == Good(OneRoute("route: {cluster: c}")));
  EXPECT_FALSE(Good(OneRoute("route: {cluster: c}")) == Good(OneRoute("route: {cluster: d}")));
}

}  // namespace
}  // namespace outrigger::compiler
