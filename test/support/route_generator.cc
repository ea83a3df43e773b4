#include "test/support/route_generator.h"

#include <initializer_list>
#include <utility>

#include "re2/re2.h"

namespace outrigger::test {

using routing::HeaderMatch;
using routing::PathMatch;
using routing::Route;
using routing::RouteTableValues;

RouteGenerator::RouteGenerator(Random& random) : random_(random) {
  for (const char* pattern :
       {"/a.*", "/a/[ab]+", ".*b", "/(a|b)?", "a+", "", "/.*[?].*", "[0-9]+"}) {
    regexes_.push_back(std::make_shared<const re2::RE2>(pattern));
  }
}

std::string_view RouteGenerator::Any(std::initializer_list<std::string_view> choices) {
  return choices.begin()[random_.Below(choices.size())];
}

std::string RouteGenerator::Host() {
  if (Percent(6)) return std::string(Any({"[::1]", "[::1]:80", "[::2]:80", "::1", "", ".", ":"}));
  std::string host(Any({"a", "b", "ab", "foo", "Foo"}));
  for (uint64_t labels = random_.Below(3); labels > 0; --labels) {
    host += Any({".", ".", "-"});
    host += Any({"a", "b", "foo", "COM"});
  }
  if (Percent(10)) host += ".";
  if (Percent(20)) host += Any({":80", ":8080", ":"});
  return host;
}

std::string RouteGenerator::Domain() {
  if (Percent(12)) return "*";
  std::string domain = Host();
  if (domain.empty()) return "*";
  const size_t cut = random_.Below(domain.size());
  if (Percent(30)) return "*" + domain.substr(cut);
  if (Percent(30)) return domain.substr(0, cut + 1) + "*";
  return domain;
}

std::string RouteGenerator::Path() {
  std::string path;
  for (uint64_t segments = 1 + random_.Below(4); segments > 0; --segments) {
    path += "/";
    path += Any({"", "a", "b", "ab", "A", "aa"});
  }
  return path;
}

StringMatch RouteGenerator::String() {
  StringMatch match;
  match.kind = static_cast<StringMatch::Kind>(random_.Below(5));
  match.ignores_case = Percent(30);
  if (match.kind == StringMatch::Kind::kRegex) {
    match.regex = regexes_[random_.Below(regexes_.size())];
    match.text = match.regex->pattern();
    return match;
  }
  match.text = match.ignores_case ? Any({"", "a", "ab", "get"})
                                  : Any({"", "a", "b", "ab", "A", "5", "/a", "GET", "http"});
  return match;
}

HeaderMatch RouteGenerator::Header() {
  HeaderMatch match;
  match.name = Any({"x", "x", "x", "y", "x-request-id", "x-request-id", ":method", ":path",
                    ":authority", "host", ":scheme"});
  match.kind = static_cast<HeaderMatch::Kind>(random_.Below(4));
  match.string = String();
  match.range_begin = static_cast<int64_t>(random_.Below(12)) - 4;
  match.range_end = match.range_begin + static_cast<int64_t>(random_.Below(8));
  match.is_inverted = Percent(30);
  match.treats_missing_as_empty = Percent(20);
  return match;
}

routing::QueryMatch RouteGenerator::Query() {
  routing::QueryMatch match;
  match.name = Any({"q", "q", "a"});
  match.kind = static_cast<routing::QueryMatch::Kind>(random_.Below(3));
  match.string = String();
  return match;
}

PathMatch RouteGenerator::PathRule() {
  PathMatch match;
  match.kind = static_cast<PathMatch::Kind>(random_.Below(4));
  match.is_case_sensitive = !Percent(12);
  if (match.kind == PathMatch::Kind::kRegex) {
    if (Percent(50)) match.kind = PathMatch::Kind::kPrefix;
  }
  if (match.kind == PathMatch::Kind::kRegex) {
    match.regex = regexes_[random_.Below(regexes_.size())];
    match.text = match.regex->pattern();
    return match;
  }
  match.text = Path();
  if (Percent(30)) match.text.resize(random_.Below(match.text.size() + 1));
  if (match.text.empty() && match.kind != PathMatch::Kind::kPrefix) match.text = "/";
  return match;
}

Route RouteGenerator::RouteRule() {
  Route route;
  route.path = PathRule();
  routing::RouteConditions conditions;
  if (Percent(45)) conditions.headers.push_back(Header());
  if (Percent(10)) conditions.headers.push_back(Header());
  if (Percent(15)) conditions.query.push_back(Query());
  if (Percent(5)) conditions.query.push_back(Query());
  conditions.is_grpc_only = Percent(5);
  route.conditions = std::move(conditions);
  return route;
}

RouteTableValues RouteGenerator::Table() {
  RouteTableValues table;
  table.ignores_port_in_host = Percent(50);
  for (uint64_t hosts = 1 + random_.Below(6); hosts > 0; --hosts) {
    routing::VirtualHost host;
    for (uint64_t i = 1 + random_.Below(4); i > 0; --i) host.domains.push_back(Domain());
    const uint64_t routes = Percent(10) ? random_.Below(64) : random_.Below(10);
    for (uint64_t i = routes; i > 0; --i) host.routes.push_back(RouteRule());
    table.virtual_hosts.push_back(std::move(host));
  }
  return table;
}

OracleRequest RouteGenerator::RequestFor(const RouteTableValues& table) {
  OracleRequest request;
  request.method = Any({"GET", "get", "POST"});
  request.scheme = Any({"http", "https"});
  request.authority = Host();
  request.path = Path();
  const routing::VirtualHost& host =
      *table.virtual_hosts[random_.Below(table.virtual_hosts.size())];
  if (Percent(70)) {
    request.authority = host.domains[random_.Below(host.domains.size())];
    const size_t star = request.authority.find('*');
    if (star != std::string::npos) request.authority.replace(star, 1, Any({"", "a", "b.", "foo"}));
  }
  if (Percent(50) && !host.routes.empty()) {
    const PathMatch& rule = host.routes[random_.Below(host.routes.size())]->path;
    request.path = rule.kind == PathMatch::Kind::kRegex ? "/a/b" : rule.text;
    request.path += Any({"", "", "/", "a", "/b", "A"});
  }
  if (Percent(25))
    request.path += Any({"?", "?q=a", "?/b", "?a?b", "?q&q=ab", "?a=b&q=A&q=5", "?&&=a&aq=a&q"});
  if (Percent(2)) request.path = Any({"", "*"});
  for (uint64_t i = random_.Below(4); i > 0; --i) {
    request.headers.emplace_back(Any({"x", "x", "y", "x-request-id", "z"}),
                                 Any({"", "a", "b", "ab", "AB", "5", "-1", "3", "+2", "1a"}));
  }
  if (Percent(20)) {
    request.headers.emplace_back("content-type", Any({"application/grpc", "application/grpc+proto",
                                                      "application/grpc-web"}));
  }
  return request;
}

}  // namespace outrigger::test
