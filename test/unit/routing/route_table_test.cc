#include "routing/route_table.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "re2/re2.h"
#include "test/support/allocation_count.h"

namespace outrigger::routing {
namespace {

Route On(PathMatch::Kind kind, std::string text) {
  Route route;
  route.path = {.kind = kind, .text = std::move(text)};
  return route;
}

VirtualHost Host(std::string domain, std::vector<Route> routes) {
  VirtualHost host;
  host.domains = {std::move(domain)};
  host.routes.assign(routes.begin(), routes.end());
  return host;
}

http::RequestHead Request(std::string_view authority, std::string_view path) {
  http::RequestHead request;
  request.method = "GET";
  request.authority = authority;
  request.path = path;
  return request;
}

TEST(RouteTableTest, ATableWithoutHostsMatchesNothing) {
  const auto table = RouteTable::Build({});
  const RouteMatch match = table->Match(Request("a.com", "/"));
  EXPECT_FALSE(match);
  EXPECT_EQ(match.virtual_host, nullptr);
}

TEST(RouteTableTest, AHostWithoutAMatchingRouteDoesNotFallBackToAny) {
  RouteTableValues values;
  values.virtual_hosts = {Host("*", {On(PathMatch::Kind::kPrefix, "/")}),
                          Host("a.com", {On(PathMatch::Kind::kPrefix, "/a")})};
  const auto table = RouteTable::Build(std::move(values));
  EXPECT_FALSE(table->Match(Request("a.com", "/b")));
  EXPECT_EQ(table->Match(Request("a.com", "/b")).virtual_host,
            table->values().virtual_hosts[1].get());
  EXPECT_TRUE(table->Match(Request("a.com", "/a")));
  EXPECT_TRUE(table->Match(Request("b.com", "/b")));
}

TEST(RouteTableTest, TheMatchPointsIntoTheTable) {
  RouteTableValues values;
  values.virtual_hosts = {
      Host("*", {On(PathMatch::Kind::kExact, "/x"), On(PathMatch::Kind::kPrefix, "/")})};
  const auto table = RouteTable::Build(std::move(values));
  const VirtualHost& host = *table->values().virtual_hosts[0];
  EXPECT_EQ(table->Match(Request("a", "/x")).route, host.routes[0].get());
  EXPECT_EQ(table->Match(Request("a", "/y")).route, host.routes[1].get());
}

// A table with something of everything.
RouteTableValues LargeTable() {
  RouteTableValues values;
  std::vector<Route> routes;
  for (int i = 0; i < 500; ++i) {
    const std::string text = "/route/" + std::to_string(i);
    routes.push_back(On(PathMatch::Kind::kExact, text));
    routes.push_back(On(PathMatch::Kind::kSeparatedPrefix, text + "/p"));
    RouteConditions conditions;
    conditions.headers.push_back({.name = "x", .kind = HeaderMatch::Kind::kString});
    conditions.headers.back().string.text = "long enough not to fit into a string by itself";
    routes.back().conditions = std::move(conditions);
  }
  routes.push_back(On(PathMatch::Kind::kRegex, "/regex/.*[0-9]"));
  routes.back().path.regex = std::make_shared<re2::RE2>(routes.back().path.text);
  routes.push_back(On(PathMatch::Kind::kPrefix, "/ignores/CASE"));
  routes.back().path.is_case_sensitive = false;
  for (const char* domain :
       {"exact.example.com", "*.suffix.example.com", "prefix.example.*", "*"}) {
    values.virtual_hosts.push_back(Host(domain, routes));
  }
  values.ignores_port_in_host = true;
  return values;
}

TEST(RouteTableTest, MatchingAllocatesNothing) {
  const auto table = RouteTable::Build(LargeTable());
  for (const char* authority : {"EXACT.example.com:8080", "a-rather-long-name.suffix.example.com",
                                "prefix.example.of-some-length", "something-else-altogether"}) {
    for (const char* path : {"/route/499?query=1", "/route/499/p/below", "/regex/some-text-7",
                             "/IGNORES/case/and-more", "/nothing/of/the/sort"}) {
      http::RequestHead request = Request(authority, path);
      request.headers.Add("x", "a first value that is long enough to live on the heap");
      request.headers.Add("x", "long enough not to fit into a string by itself");
      const bool is_expected = path != std::string_view("/nothing/of/the/sort");
      EXPECT_EQ(static_cast<bool>(table->Match(request)), is_expected) << path;  // warms RE2 up
      const uint64_t before = test::AllocationCount();
      const RouteMatch match = table->Match(request);
      EXPECT_EQ(test::AllocationCount(), before) << authority << path;
      EXPECT_EQ(static_cast<bool>(match), is_expected);
    }
  }
}

}  // namespace
}  // namespace outrigger::routing
