// How long a match takes: the first against the last of many routes, by kind of path.
//
// Built on demand, without sanitizers. The last of 5,000 must be within 1.1 times the first.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>

#include "cluster/endpoint_set.h"
#include "cluster/lb/balancer.h"
#include "routing/route_table.h"

namespace outrigger::routing {
namespace {

constexpr int kRoutes = 5000;

std::string Text(int i) { return "/api/v1/service-" + std::to_string(10'000 + i) + "/items"; }

Route On(PathMatch::Kind kind, std::string text) {
  Route route;
  route.path = {.kind = kind, .text = std::move(text)};
  return route;
}

std::shared_ptr<const RouteTable> TableOf(PathMatch::Kind kind) {
  VirtualHost host;
  host.domains = {"*"};
  for (int i = 0; i < kRoutes; ++i) host.routes.push_back(On(kind, Text(i)));
  host.routes.push_back(On(PathMatch::Kind::kPrefix, "/"));
  RouteTableValues values;
  values.virtual_hosts.push_back(std::move(host));
  return RouteTable::Build(std::move(values));
}

void MatchRoute(benchmark::State& state, PathMatch::Kind kind) {
  const auto table = TableOf(kind);
  const std::string path = Text(static_cast<int>(state.range(0))) + "?query=1";
  http::RequestHead request;
  request.method = "GET";
  request.authority = "service.example.com:8080";
  request.path = path;
  for (auto _ : state) benchmark::DoNotOptimize(table->Match(request));
}

void Routes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(0)->Arg(kRoutes / 2)->Arg(kRoutes - 1);
}
BENCHMARK_CAPTURE(MatchRoute, exact, PathMatch::Kind::kExact)->Apply(Routes);
BENCHMARK_CAPTURE(MatchRoute, prefix, PathMatch::Kind::kPrefix)->Apply(Routes);
BENCHMARK_CAPTURE(MatchRoute, separated_prefix, PathMatch::Kind::kSeparatedPrefix)->Apply(Routes);

// Longest first: every request matches all shorter prefixes too.
void MatchNestedPrefixes(benchmark::State& state) {
  VirtualHost host;
  host.domains = {"*"};
  for (int i = 200; i > 0; --i) {
    std::string text;
    for (int segment = 0; segment < i; ++segment) text += "/a";
    host.routes.push_back(On(PathMatch::Kind::kPrefix, std::move(text)));
  }
  RouteTableValues values;
  values.virtual_hosts.push_back(std::move(host));
  const auto table = RouteTable::Build(std::move(values));
  std::string path;
  for (int segment = 0; segment < state.range(0); ++segment) path += "/a";
  http::RequestHead request;
  request.path = path;
  for (auto _ : state) benchmark::DoNotOptimize(table->Match(request));
}
BENCHMARK(MatchNestedPrefixes)->Arg(1)->Arg(10)->Arg(200);

void SelectHost(benchmark::State& state, std::string_view form) {
  RouteTableValues values;
  for (int i = 0; i < kRoutes; ++i) {
    VirtualHost host;
    const std::string name = "service-" + std::to_string(10'000 + i) + ".namespace.svc";
    host.domains = {form == "suffix" ? "*." + name : name};
    host.routes.push_back(On(PathMatch::Kind::kPrefix, "/"));
    values.virtual_hosts.push_back(std::move(host));
  }
  const std::string last = values.virtual_hosts[static_cast<size_t>(state.range(0))]->domains[0];
  const std::string authority = (form == "suffix" ? "a" + last.substr(1) : last) + ":80";
  values.ignores_port_in_host = true;
  const auto table = RouteTable::Build(std::move(values));
  http::RequestHead request;
  request.authority = authority;
  request.path = "/";
  for (auto _ : state) benchmark::DoNotOptimize(table->Match(request));
}
BENCHMARK_CAPTURE(SelectHost, exact, "exact")->Apply(Routes);
BENCHMARK_CAPTURE(SelectHost, suffix, "suffix")->Apply(Routes);

void PickEndpoint(benchmark::State& state) {
  EndpointSet set;
  for (int64_t i = 0; i < state.range(0); ++i) {
    set.endpoints.push_back({.weight = static_cast<uint32_t>(1 + i % state.range(1))});
  }
  set.BuildPicks();
  FastRandom random(1);
  LbCursors cursors;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Balance(*set.picks, {}, cursors, random, [](uint32_t) { return uint32_t{0}; }));
  }
}
BENCHMARK(PickEndpoint)->ArgPair(3, 1)->ArgPair(1000, 1)->ArgPair(3, 3)->ArgPair(1000, 100);

}  // namespace
}  // namespace outrigger::routing

BENCHMARK_MAIN();
