#include "compiler/dns_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "compiler/cluster_compiler.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kOneName[] =
    "load_assignment: {cluster_name: web, endpoints: [{lb_endpoints: [{endpoint: {address: "
    "{socket_address: {address: Web.Test, port_value: 80}}}}]}]}";

class DnsCompilerTest : public testing::Test {
 protected:
  Compiled<Cluster> Compile(const std::string& fields) {
    const auto proto =
        FromYaml<envoy::config::cluster::v3::Cluster>(fmt::format("{{name: web, {}}}", fields));
    return CompileLikeReceived<Cluster>(proto, [this](const auto& cluster, auto& errors) {
      return CompileCluster(cluster, {environment_, stats_, tls_}, errors);
    });
  }
  Cluster Good(const std::string& fields) {
    const Compiled<Cluster> compiled = Compile(fields);
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    return compiled.value == nullptr ? Cluster() : *compiled.value;
  }
  DnsLookup LookupWith(const std::string& fields) {
    return LookupOf(Good(fmt::format("type: STRICT_DNS, {}, {}", kOneName, fields)));
  }
  DnsLookup ExtensionLookupWith(const std::string& fields) {
    return LookupOf(Good(Extension(fields)));
  }
  static DnsLookup LookupOf(const Cluster& cluster) {
    return cluster.dns == nullptr ? DnsLookup() : cluster.dns->targets.at(0).lookup;
  }
  Mistakes Wrong(const std::string& fields) {
    return Compile(fmt::format("type: STRICT_DNS, {}, {}", kOneName, fields)).mistakes;
  }
  static std::string Extension(const std::string& fields) {
    return fmt::format(
        "{}, cluster_type: {{name: dns, typed_config: {{'@type': type.googleapis.com/envoy."
        "extensions.clusters.dns.v3.DnsCluster, {}}}}}",
        kOneName, fields);
  }
  static std::string Cares(const std::string& fields) {
    return fmt::format(
        "typed_dns_resolver_config: {{name: cares, typed_config: {{'@type': type.googleapis.com/"
        "envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig, {}}}}}",
        fields);
  }
  static std::string Named(const std::string& name) {
    return fmt::format(
        "type: STRICT_DNS, load_assignment: {{cluster_name: web, endpoints: [{{lb_endpoints: "
        "[{{endpoint: {{address: {{socket_address: {{address: '{}', port_value: 80}}}}}}}}]}}]}}",
        name);
  }

  CompileEnvironment environment_;
  stats::Registry stats_;
  xds::ResourceStore<Secret> secrets_;
  TlsCompiler tls_{secrets_, secrets_, environment_.stream_clusters};
};

TEST_F(DnsCompilerTest, ANameIsLookedUpAsTheApiSaysByDefault) {
  const Cluster cluster = Good(std::string("type: STRICT_DNS, ") + kOneName);
  EXPECT_EQ(cluster.type, ClusterType::kDns);
  EXPECT_EQ(cluster.static_endpoints, nullptr);
  EXPECT_FALSE(cluster.dns->is_logical);
  EXPECT_TRUE(cluster.dns->waits_for_names);
  ASSERT_THAT(cluster.dns->targets, SizeIs(1));
  EXPECT_EQ(cluster.dns->targets[0].port, 80);
  DnsLookup expected;
  expected.name = "web.test";
  EXPECT_TRUE(cluster.dns->targets[0].lookup == expected);
  EXPECT_EQ(expected.refresh, seconds(5));
  EXPECT_EQ(cluster.dns->frame->endpoints[0].hostname, "web.test");
}

TEST_F(DnsCompilerTest, AHostnameOfItsOwnCounts) {
  const Cluster cluster = Good(
      "type: STRICT_DNS, load_assignment: {cluster_name: web, endpoints: [{lb_endpoints: "
      "[{endpoint: {hostname: other, address: {socket_address: {address: web.test, port_value: "
      "80}}}}]}]}");
  EXPECT_EQ(cluster.dns->frame->endpoints[0].hostname, "other");
}

TEST_F(DnsCompilerTest, AnIpAddressIsNoName) {
  const Cluster cluster = Good(Named("10.0.0.1"));
  EXPECT_FALSE(cluster.dns->targets[0].is_name());
  EXPECT_EQ(cluster.dns->frame->endpoints[0].address.ToString(), "10.0.0.1:80");
  EXPECT_EQ(cluster.dns->frame->endpoints[0].hostname, "10.0.0.1");
}

TEST_F(DnsCompilerTest, RatesAndJitterAreTaken) {
  const DnsLookup lookup = LookupWith(
      "dns_refresh_rate: 60s, respect_dns_ttl: true, dns_jitter: 0.1s, dns_failure_refresh_rate: "
      "{base_interval: 2s}");
  EXPECT_EQ(lookup.refresh, seconds(60));
  EXPECT_TRUE(lookup.respects_ttl);
  EXPECT_EQ(lookup.jitter, milliseconds(100));
  EXPECT_EQ(lookup.failure_base, seconds(2));
  EXPECT_EQ(lookup.failure_max, seconds(20));
  EXPECT_EQ(
      LookupWith("dns_failure_refresh_rate: {base_interval: 2s, max_interval: 3s}").failure_max,
      seconds(3));
  EXPECT_EQ(LookupWith("dns_failure_refresh_rate: {base_interval: 315576000000s}").failure_max,
            Duration::max());
}

TEST_F(DnsCompilerTest, RatesThatMakeNoSenseAreMistakes) {
  EXPECT_THAT(Wrong("dns_failure_refresh_rate: {base_interval: 2s, max_interval: 1s}"),
              ElementsAre("dns_failure_refresh_rate.max_interval: must be at least base_interval"));
  EXPECT_THAT(Wrong("dns_refresh_rate: 0s"), SizeIs(1));
  EXPECT_THAT(Wrong("dns_jitter: -1s"), SizeIs(1));
}

TEST_F(DnsCompilerTest, EveryFamilyIsKnown) {
  const std::map<std::string, DnsFamilies> families = {{"AUTO", DnsFamilies::kAuto},
                                                       {"V4_ONLY", DnsFamilies::kV4Only},
                                                       {"V6_ONLY", DnsFamilies::kV6Only},
                                                       {"V4_PREFERRED", DnsFamilies::kV4Preferred},
                                                       {"ALL", DnsFamilies::kAll}};
  for (const auto& [name, families_of_name] : families) {
    EXPECT_EQ(LookupWith("dns_lookup_family: " + name).families, families_of_name) << name;
    EXPECT_EQ(ExtensionLookupWith("dns_lookup_family: " + name).families, families_of_name) << name;
  }
  EXPECT_EQ(ExtensionLookupWith("dns_lookup_family: UNSPECIFIED").families, DnsFamilies::kAuto);
}

TEST_F(DnsCompilerTest, TheExtensionHasTheSameFields) {
  const DnsLookup lookup = ExtensionLookupWith(
      "dns_refresh_rate: 60s, respect_dns_ttl: true, dns_jitter: 0.1s, dns_failure_refresh_rate: "
      "{base_interval: 2s}, " +
      Cares("resolvers: [{socket_address: {address: 10.0.0.53, port_value: 53}}]"));
  EXPECT_EQ(lookup.refresh, seconds(60));
  EXPECT_TRUE(lookup.respects_ttl);
  EXPECT_EQ(lookup.jitter, milliseconds(100));
  EXPECT_EQ(lookup.failure_base, seconds(2));
  EXPECT_THAT(lookup.settings.servers, ElementsAre(*Address::FromIp("10.0.0.53", 53)));
  EXPECT_FALSE(lookup.needs_address);
  EXPECT_TRUE(ExtensionLookupWith("all_addresses_in_single_endpoint: true").needs_address);
}

TEST_F(DnsCompilerTest, TheResolversSettingsAreTaken) {
  const DnsSettings settings =
      LookupWith(
          Cares("resolvers: [{socket_address: {address: 10.0.0.53, port_value: 53, protocol: "
                "UDP}}, {socket_address: {address: '::1', port_value: 54}}], "
                "use_resolvers_as_fallback: true, dns_resolver_options: "
                "{use_tcp_for_dns_lookups: true, no_default_search_domain: true}, "
                "udp_max_queries: 100, query_timeout_seconds: 2, query_tries: 3, "
                "rotate_nameservers: true, edns0_max_payload_size: 1232"))
          .settings;
  EXPECT_THAT(settings.servers,
              ElementsAre(*Address::FromIp("10.0.0.53", 53), *Address::FromIp("::1", 54)));
  EXPECT_TRUE(settings.servers_are_fallback);
  EXPECT_TRUE(settings.uses_tcp);
  EXPECT_TRUE(settings.has_no_search_domains);
  EXPECT_TRUE(settings.rotates_servers);
  EXPECT_EQ(settings.questions_per_port_max, 100u);
  EXPECT_EQ(settings.timeout, seconds(2));
  EXPECT_EQ(settings.tries, 3u);
  EXPECT_EQ(settings.udp_payload_bytes_max, 1232u);
}

TEST_F(DnsCompilerTest, TheSystemsResolverIsUnderstoodAndOthersAreNot) {
  EXPECT_TRUE(LookupWith("typed_dns_resolver_config: {name: x, typed_config: {'@type': type."
                         "googleapis.com/envoy.extensions.network.dns_resolver.getaddrinfo.v3."
                         "GetAddrInfoDnsResolverConfig}}")
                  .settings == DnsSettings());
  EXPECT_THAT(
      Wrong("typed_dns_resolver_config: {name: x, typed_config: {'@type': type.googleapis."
            "com/envoy.config.core.v3.Node}}"),
      ElementsAre("typed_dns_resolver_config.typed_config: envoy.config.core.v3.Node is not "
                  "supported: must be a CaresDnsResolverConfig or a "
                  "GetAddrInfoDnsResolverConfig"));
  EXPECT_THAT(Wrong(Cares("resolvers: [{socket_address: {address: dns.test, port_value: 53}}]")),
              ElementsAre("typed_dns_resolver_config.typed_config.resolvers: [0]: must be a "
                          "socket_address with an IP address"));
}

TEST_F(DnsCompilerTest, TheOldWaysToNameResolversCountUnlessThereIsANewerOne) {
  const std::string old = "dns_resolvers: [{socket_address: {address: 10.0.0.1, port_value: 53}}]";
  const std::string newer =
      "dns_resolution_config: {resolvers: [{socket_address: {address: 10.0.0.2, port_value: 53}}], "
      "dns_resolver_options: {no_default_search_domain: true}}";
  const std::string newest =
      Cares("resolvers: [{socket_address: {address: 10.0.0.3, port_value: 53}}]");
  const auto first_of = [this](const std::string& fields) {
    return LookupWith(fields).settings.servers.at(0).ip();
  };
  EXPECT_EQ(first_of(old), "10.0.0.1");
  EXPECT_EQ(first_of(old + ", " + newer), "10.0.0.2");
  EXPECT_EQ(first_of(old + ", " + newer + ", " + newest), "10.0.0.3");
  EXPECT_TRUE(LookupWith("use_tcp_for_dns_lookups: true").settings.uses_tcp);
  EXPECT_TRUE(LookupWith(newer).settings.has_no_search_domains);
}

TEST_F(DnsCompilerTest, LogicalDnsHasOneEndpoint) {
  EXPECT_TRUE(Good(std::string("type: LOGICAL_DNS, ") + kOneName).dns->is_logical);
  const std::string one =
      "{endpoint: {address: {socket_address: {address: a.test, port_value: 80}}}}";
  const std::string mistake = "load_assignment.endpoints: must have one locality with one endpoint";
  EXPECT_THAT(Compile("type: LOGICAL_DNS").mistakes, ElementsAre(mistake));
  EXPECT_THAT(Compile(fmt::format("type: LOGICAL_DNS, load_assignment: {{cluster_name: web, "
                                  "endpoints: [{{lb_endpoints: [{0}, {0}]}}]}}",
                                  one))
                  .mistakes,
              ElementsAre(mistake));
  EXPECT_THAT(Compile(fmt::format("type: LOGICAL_DNS, load_assignment: {{cluster_name: web, "
                                  "endpoints: [{{lb_endpoints: [{0}]}}, {{}}]}}",
                                  one))
                  .mistakes,
              ElementsAre(mistake));
}

TEST_F(DnsCompilerTest, AResolversNameIsRefusedAsInEnvoy) {
  EXPECT_THAT(
      Compile("type: STRICT_DNS, load_assignment: {cluster_name: web, endpoints: [{lb_endpoints: "
              "[{endpoint: {address: {socket_address: {address: a.test, port_value: 80, "
              "resolver_name: x}}}}]}]}")
          .mistakes,
      ElementsAre("load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address."
                  "resolver_name: is not supported: resolvers are those of "
                  "typed_dns_resolver_config"));
}

TEST_F(DnsCompilerTest, R68_WhatCannotBeANameIsRefused) {
  const std::string label(63, 'a');
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
  EXPECT_THAT(Compile(Named(longest)).mistakes, IsEmpty());
  EXPECT_THAT(Compile(Named(longest + '.')).mistakes, IsEmpty());
  for (const std::string& name :
       {longest + 'a', label + "a.test", std::string("a..test"), std::string("a b")}) {
    EXPECT_THAT(Compile(Named(name)).mistakes,
                ElementsAre("load_assignment.endpoints[0].lb_endpoints[0].endpoint.address."
                            "socket_address.address: must be an IP address or a name, is \"" +
                            name + "\""));
  }
  EXPECT_THAT(
      Compile("type: STRICT_DNS, load_assignment: {cluster_name: web, endpoints: [{lb_endpoints: "
              "[{endpoint: {address: {pipe: {path: /x}}}}]}]}")
          .mistakes,
      ElementsAre("load_assignment.endpoints[0].lb_endpoints[0].endpoint.address: must be a "
                  "socket_address"));
}

TEST_F(DnsCompilerTest, NamesHaveALimit) {
  envoy::config::cluster::v3::Cluster proto;
  proto.set_name("web");
  proto.set_type(envoy::config::cluster::v3::Cluster::STRICT_DNS);
  proto.mutable_load_assignment()->set_cluster_name("web");
  auto* locality = proto.mutable_load_assignment()->add_endpoints();
  const auto add = [&] {
    auto* address = locality->add_lb_endpoints()->mutable_endpoint()->mutable_address();
    address->mutable_socket_address()->set_address("a.test");
    address->mutable_socket_address()->set_port_value(80);
  };
  const auto mistakes = [&] {
    return CompileLikeReceived<Cluster>(proto,
                                        [this](const auto& cluster, auto& errors) {
                                          return CompileCluster(
                                              cluster, {environment_, stats_, tls_}, errors);
                                        })
        .mistakes;
  };
  for (size_t i = 0; i < kDnsTargetsMax; ++i) add();
  EXPECT_THAT(mistakes(), IsEmpty());
  add();
  EXPECT_THAT(mistakes(),
              ElementsAre("load_assignment.endpoints: must have at most 1000 endpoints, has 1001"));
}

TEST_F(DnsCompilerTest, WarmingMayBeGivenUp) {
  EXPECT_FALSE(Good(std::string("type: STRICT_DNS, wait_for_warm_on_init: false, ") + kOneName)
                   .dns->waits_for_names);
}

}  // namespace
}  // namespace outrigger::compiler
