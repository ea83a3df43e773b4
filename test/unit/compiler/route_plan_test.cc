#include "compiler/route_plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/route_compiler.h"
#include "envoy/config/route/v3/route.pb.h"
#include "test/support/log_folder.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::route::v3::RouteConfiguration;
using routing::RouteTable;
using testing::ElementsAre;
using testing::HasSubstr;
using Table = std::shared_ptr<const RouteTable>;

std::string Bytes(const std::string& yaml) {
  return FromYaml<RouteConfiguration>(yaml).SerializeAsString();
}

Table Compile(const std::string& yaml, const Table& before = nullptr) {
  ValidationErrors errors;
  Table table = CompileRouteBytes(Bytes(yaml), before.get(), {}, errors);
  EXPECT_TRUE(errors.ok()) << errors.ToStatus();
  return table;
}

std::string Route(std::string_view path, std::string_view cluster) {
  return fmt::format("{{match: {{path: {}}}, route: {{cluster: {}}}}}", path, cluster);
}

std::string Host(std::string_view name, const std::vector<std::string>& routes,
                 std::string_view more = "") {
  return fmt::format("{{name: {0}, domains: [{0}.com], routes: [{1}]{2}}}", name,
                     fmt::join(routes, ", "), more);
}

std::string Hosts(const std::vector<std::string>& hosts, std::string_view more = "") {
  return fmt::format("{{name: t, virtual_hosts: [{}]{}}}", fmt::join(hosts, ", "), more);
}

const void* HostIn(const Table& table, size_t host) {
  return table->values().virtual_hosts.at(host).get();
}
const void* RouteIn(const Table& table, size_t host, size_t route) {
  return table->values().virtual_hosts.at(host)->routes.at(route).get();
}

// The cluster that a request is sent to.
std::string Ask(const Table& table, std::string_view authority, std::string_view path) {
  http::RequestHead request;
  request.method = "GET";
  request.authority = authority;
  request.path = path;
  const routing::RouteMatch match = table->Match(request);
  if (!match) return "none";
  const auto& forward = std::get<routing::ForwardAction>(match.route->action);
  return table->values().cluster_names.at(forward.clusters.front().cluster);
}

TEST(RoutePlanTest, OfAVirtualHostThatChangedTheOtherRoutesAreKept) {
  const Table before = Compile(Hosts({Host("a", {Route("/1", "x"), Route("/2", "x")})}));
  const Table after =
      Compile(Hosts({Host("a", {Route("/0", "z"), Route("/1", "x"), Route("/2", "y")})}), before);
  EXPECT_EQ(RouteIn(after, 0, 1), RouteIn(before, 0, 0));
  EXPECT_EQ(Ask(after, "a.com", "/0"), "z");
  EXPECT_EQ(Ask(after, "a.com", "/1"), "x");
  EXPECT_EQ(Ask(after, "a.com", "/2"), "y");
  EXPECT_EQ(Ask(before, "a.com", "/2"), "x");
}

TEST(RoutePlanTest, VirtualHostsThatDidNotChangeAreKeptWhole) {
  const std::string a = Host("a", {Route("/1", "x")});
  const std::string b = Host("b", {Route("/1", "y")});
  const Table before = Compile(Hosts({a, b}));
  const Table after = Compile(Hosts({b, Host("c", {Route("/1", "z")}), a}), before);
  EXPECT_EQ(HostIn(after, 0), HostIn(before, 1));
  EXPECT_EQ(HostIn(after, 2), HostIn(before, 0));
  EXPECT_EQ(Ask(after, "a.com", "/1"), "x");
  EXPECT_EQ(Ask(after, "b.com", "/1"), "y");
  EXPECT_EQ(Ask(after, "c.com", "/1"), "z");
}

TEST(RoutePlanTest, WhatARouteDependsOnIsPartOfWhatItIsKnownBy) {
  const std::vector<std::string> routes = {Route("/1", "x")};
  const Table before = Compile(Hosts({Host("a", routes)}));
  const std::string mirrors = ", request_mirror_policies: [{cluster: m}]";
  const Table of_host = Compile(Hosts({Host("a", routes, mirrors)}), before);
  const Table of_table = Compile(Hosts({Host("a", routes)}, mirrors), before);
  for (const Table& after : {of_host, of_table}) {
    const auto& route = *after->values().virtual_hosts[0]->routes[0];
    const auto& forward = std::get<routing::ForwardAction>(route.action);
    ASSERT_EQ(forward.mirrors.size(), 1u);
    EXPECT_EQ(after->values().cluster_names[forward.mirrors[0].cluster], "m");
  }
}

TEST(RoutePlanTest, ClustersKeepTheirSlotsAndFreeOnesAreTaken) {
  const auto names = [](const Table& table) { return table->values().cluster_names; };
  const Table first =
      Compile(Hosts({Host("a", {Route("/1", "x"), Route("/2", "y"), Route("/3", "z")})}));
  const Table second = Compile(Hosts({Host("a", {Route("/1", "x"), Route("/3", "z")})}), first);
  EXPECT_THAT(names(second), ElementsAre("x", "", "z"));
  const Table third =
      Compile(Hosts({Host("a", {Route("/1", "x"), Route("/3", "z"), Route("/4", "w")})}), second);
  EXPECT_THAT(names(third), ElementsAre("x", "w", "z"));
  EXPECT_EQ(Ask(third, "a.com", "/4"), "w");
  const Table fourth = Compile(Hosts({Host("a", {Route("/1", "x")})}), third);
  EXPECT_THAT(names(fourth), ElementsAre("x"));
}

TEST(RoutePlanTest, SlotsThatAreNotUsedDoNotGatherWithoutEnd) {
  Table table;
  std::vector<std::string> routes;
  for (int i = 0; i < 100; ++i) routes.push_back(Route(fmt::format("/{}", i), std::to_string(i)));
  table = Compile(Hosts({Host("a", routes)}));
  routes.erase(routes.begin(), routes.end() - 1);
  table = Compile(Hosts({Host("a", routes)}), table);
  EXPECT_EQ(table->values().cluster_names.size(), 100u);
  routes.push_back(Route("/new", "new"));
  table = Compile(Hosts({Host("a", routes)}), table);
  EXPECT_THAT(table->values().cluster_names, ElementsAre("99", "new"));
}

TEST(RoutePlanTest, DomainsAndNamesAreToldApartFromThoseThatAreKept) {
  const std::string a = Host("a", {Route("/1", "x")});
  const Table before = Compile(Hosts({a, Host("b", {})}));
  ValidationErrors errors;
  const std::string twice = "{name: a, domains: [b.com, A.COM]}";
  EXPECT_EQ(CompileRouteBytes(Bytes(Hosts({a, Host("b", {}), twice})), before.get(), {}, errors),
            nullptr);
  EXPECT_THAT(errors.messages(),
              ElementsAre("virtual_hosts[2].name: \"a\" is there twice",
                          HasSubstr("virtual_hosts[2].domains[0]: \"b.com\" is a domain of"),
                          HasSubstr("virtual_hosts[2].domains[1]: \"A.COM\" is a domain of")));
}

// What is not kept is compiled as a table of its own, in which a route has another place.
TEST(RoutePlanTest, AMistakeIsFoundAtItsPlaceInTheWholeTable) {
  const Table before = Compile(Hosts({Host("a", {Route("/1", "x"), Route("/2", "x")})}));
  ValidationErrors errors;
  const std::string wrong = "{match: {prefix: /}, route: {cluster: x, timeout: -1s}}";
  EXPECT_EQ(
      CompileRouteBytes(Bytes(Hosts({Host("a", {Route("/1", "x"), Route("/2", "x"), wrong})})),
                        before.get(), {}, errors),
      nullptr);
  EXPECT_THAT(errors.messages(),
              ElementsAre(HasSubstr("virtual_hosts[0].routes[2].route.timeout")));
}

TEST(RoutePlanTest, AFileIsReadAnewThoughItsRouteIsTheSame) {
  const test::LogFolder folder;
  const std::string path = folder.Path("body");
  const auto write = [&](std::string_view text) { std::ofstream(path) << text; };
  const std::string from_file = fmt::format(
      "{{match: {{path: /file}}, direct_response: {{status: 200, body: {{filename: {}}}}}}}", path);
  const auto body = [](const Table& table) {
    const auto& route = *table->values().virtual_hosts[0]->routes[0];
    return std::get<routing::DirectResponse>(route.action).body;
  };
  write("old");
  const std::string host = Host("a", {from_file});
  const Table before = Compile(Hosts({host}));
  EXPECT_EQ(body(before), "old");
  write("new");
  EXPECT_EQ(body(Compile(Hosts({host, Host("b", {})}), before)), "new");
}

TEST(RoutePlanTest, BytesThatAreNoTableAreRefused) {
  const Table before = Compile(Hosts({Host("a", {})}));
  for (const std::string& bytes : {std::string("\x12"), std::string("\x12\x01\x1a")}) {
    ValidationErrors errors;
    EXPECT_EQ(CompileRouteBytes(bytes, before.get(), {}, errors), nullptr);
    EXPECT_THAT(errors.messages(), ElementsAre("resource cannot be parsed"));
  }
}

}  // namespace
}  // namespace outrigger::compiler
