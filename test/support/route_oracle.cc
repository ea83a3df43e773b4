#include "test/support/route_oracle.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <tuple>

#include "re2/re2.h"

namespace outrigger::test {

namespace {

using routing::HeaderMatch;
using routing::PathMatch;
using routing::QueryMatch;
using routing::Route;
using routing::RouteTableValues;
using Bug = PlantedBug;

std::string Lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// A colon before a bracket belongs to an IPv6 literal.
std::string HostWithoutPort(const std::string& authority) {
  const size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string::npos && authority.find(']', colon) == std::string::npos;
  return has_port ? authority.substr(0, colon) : authority;
}

// How well a domain fits: kind, then length. {-1, 0}: not at all.
using Fit = std::pair<int, size_t>;
constexpr Fit kNoFit = {-1, 0};

Fit FitOf(const std::string& domain, const std::string& host, Bug bug) {
  const size_t least = domain.size() - (bug == Bug::kWildcardMatchesNothing ? 1 : 0);
  const bool is_suffix_first = bug != Bug::kPrefixBeforeSuffixWildcard;
  if (domain == "*") return {0, 0};
  if (domain.starts_with('*')) {
    const std::string rest = domain.substr(1);
    const bool fits = host.size() >= least && host.substr(host.size() - rest.size()) == rest;
    return fits ? Fit{is_suffix_first ? 2 : 1, rest.size()} : kNoFit;
  }
  if (domain.ends_with('*')) {
    const std::string rest = domain.substr(0, domain.size() - 1);
    const bool fits = host.size() >= least && host.substr(0, rest.size()) == rest;
    return fits ? Fit{is_suffix_first ? 1 : 2, rest.size()} : kNoFit;
  }
  return domain == host ? Fit{3, 0} : kNoFit;
}

int FindHost(const RouteTableValues& table, const OracleRequest& request, Bug bug) {
  const bool cuts_port = table.ignores_port_in_host && bug != Bug::kPortIsKept;
  std::string host = cuts_port ? HostWithoutPort(request.authority) : request.authority;
  if (bug != Bug::kHostIsCaseSensitive) host = Lowered(host);
  Fit best = kNoFit;
  int found = -1;
  for (size_t i = 0; i < table.virtual_hosts.size(); ++i) {
    for (const std::string& domain : table.virtual_hosts[i]->domains) {
      Fit fit = FitOf(Lowered(domain), host, bug);
      if (fit == kNoFit) continue;
      if (bug == Bug::kShortestWildcardWins && fit.first > 0) fit.second = 1000 - fit.second;
      if (fit <= best) continue;
      best = fit;
      found = static_cast<int>(i);
    }
  }
  return found;
}

bool StringFits(const StringMatch& match, std::string value) {
  if (match.kind == StringMatch::Kind::kRegex) return re2::RE2::FullMatch(value, *match.regex);
  std::string text = match.text;
  if (match.ignores_case) {
    value = Lowered(value);
    text = Lowered(text);
  }
  const size_t at = value.find(text);
  if (match.kind == StringMatch::Kind::kExact) return value == text;
  if (match.kind == StringMatch::Kind::kPrefix) return at == 0;
  if (match.kind == StringMatch::Kind::kContains) return at != std::string::npos;
  return value.size() >= text.size() && value.substr(value.size() - text.size()) == text;
}

bool RangeFits(const HeaderMatch& match, const std::string& value, Bug bug) {
  char* end = nullptr;
  const long long number = std::strtoll(value.c_str(), &end, 10);
  if (value.empty() || *end != '\0') return false;
  if (bug == Bug::kRangeIncludesEnd && number == match.range_end) return true;
  return number >= match.range_begin && number < match.range_end;
}

std::vector<std::string> ValuesOf(const std::string& name, const OracleRequest& request) {
  std::vector<std::string> values;
  if (name == ":method") values = {request.method};
  if (name == ":path") values = {request.path};
  if (name == ":scheme") values = {request.scheme};
  if (name == ":authority" || name == "host") values = {request.authority};
  if (values == std::vector<std::string>{""}) values.clear();
  for (const auto& [field, value] : request.headers) {
    if (field == name) values.push_back(value);
  }
  return values;
}

bool HeaderFits(const HeaderMatch& match, const OracleRequest& request, Bug bug) {
  std::vector<std::string> values = ValuesOf(match.name, request);
  if (values.empty() && match.treats_missing_as_empty) values = {""};
  if (match.kind == HeaderMatch::Kind::kPresent) return values.empty() == match.is_inverted;
  if (match.kind == HeaderMatch::Kind::kAbsent) return values.empty() != match.is_inverted;
  if (values.empty()) return bug == Bug::kMissingHeaderSatisfiesInverted && match.is_inverted;
  if (bug == Bug::kOnlyFirstHeaderValue) values.resize(1);
  for (const std::string& value : values) {
    const bool fits = match.kind == HeaderMatch::Kind::kString ? StringFits(match.string, value)
                                                               : RangeFits(match, value, bug);
    if (fits) return !match.is_inverted;
  }
  return match.is_inverted;
}

// CONNECT has no path: it takes the routes of its own kind, and no other request does.
bool PathFits(const PathMatch& match, const OracleRequest& request, Bug bug) {
  const bool is_connect = request.method == "CONNECT";
  if (is_connect || match.kind == PathMatch::Kind::kConnect) {
    return is_connect && match.kind == PathMatch::Kind::kConnect;
  }
  std::string path = request.path;
  if (bug != Bug::kQueryIsPartOfPath) path = path.substr(0, path.find('?'));
  if (match.kind == PathMatch::Kind::kRegex) return re2::RE2::FullMatch(path, *match.regex);
  std::string text = match.text;
  if (!match.is_case_sensitive || bug == Bug::kPathIgnoresCase) {
    path = Lowered(path);
    text = Lowered(text);
  }
  if (match.kind == PathMatch::Kind::kExact) return path == text;
  if (path.compare(0, text.size(), text) != 0) return false;
  if (match.kind == PathMatch::Kind::kPrefix || bug == Bug::kSeparatedPrefixHasNoBoundary) {
    return true;
  }
  return path == text || path[text.size()] == '/';
}

// All parameters of a query, by hand.
std::vector<std::pair<std::string, std::string>> ParametersOf(const std::string& path) {
  std::vector<std::pair<std::string, std::string>> parameters;
  std::stringstream query(path.find('?') == std::string::npos ? ""
                                                              : path.substr(path.find('?') + 1));
  for (std::string part; std::getline(query, part, '&');) {
    const size_t equals = std::min(part.find('='), part.size());
    parameters.emplace_back(part.substr(0, equals), part.substr(std::min(equals + 1, part.size())));
  }
  return parameters;
}

bool QueryFits(const QueryMatch& match, const std::string& path, Bug bug) {
  auto parameters = ParametersOf(path);
  if (bug == Bug::kLastParameterCounts) std::reverse(parameters.begin(), parameters.end());
  for (const auto& [name, value] : parameters) {
    if (name != match.name) continue;
    return match.kind == QueryMatch::Kind::kPresent ||
           (match.kind == QueryMatch::Kind::kString && StringFits(match.string, value));
  }
  return match.kind == QueryMatch::Kind::kAbsent;
}

bool IsGrpc(const OracleRequest& request) {
  const std::vector<std::string> types = ValuesOf("content-type", request);
  return !types.empty() &&
         (types[0] == "application/grpc" || types[0].starts_with("application/grpc+"));
}

bool RouteFits(const Route& route, const OracleRequest& request, Bug bug) {
  if (!PathFits(route.path, request, bug)) return false;
  const routing::RouteConditions& conditions = route.conditions;
  if (conditions.is_grpc_only && !IsGrpc(request)) return false;
  return std::all_of(conditions.headers.begin(), conditions.headers.end(),
                     [&](const HeaderMatch& match) { return HeaderFits(match, request, bug); }) &&
         std::all_of(conditions.query.begin(), conditions.query.end(),
                     [&](const QueryMatch& match) { return QueryFits(match, request.path, bug); });
}

int FindRoute(const std::vector<Shared<Route>>& routes, const OracleRequest& request, Bug bug) {
  if (request.path.empty() && request.method != "CONNECT") return -1;
  int found = -1;
  for (size_t i = 0; i < routes.size(); ++i) {
    if (!RouteFits(*routes[i], request, bug)) continue;
    const bool is_better =
        found == -1 || bug == Bug::kLastRouteWins ||
        (bug == Bug::kLongestPrefixWins &&
         routes[i]->path.text.size() > routes[static_cast<size_t>(found)]->path.text.size());
    if (is_better) found = static_cast<int>(i);
  }
  return found;
}

// Requires: it is among them.
template <typename T>
int PositionOf(const T* value, const std::vector<Shared<T>>& values) {
  const auto at = std::find_if(values.begin(), values.end(),
                               [value](const Shared<T>& each) { return each.get() == value; });
  return static_cast<int>(at - values.begin());
}

}  // namespace

http::RequestHead OracleRequest::Head() const {
  http::RequestHead head;
  head.method = method;
  head.path = path;
  head.authority = authority;
  head.scheme = scheme;
  for (const auto& [name, value] : headers) head.headers.Add(name, value);
  return head;
}

std::string OracleRequest::ToString() const {
  std::string text = method + " " + scheme + "://[" + authority + "] [" + path + "]";
  for (const auto& [name, value] : headers) {
    text.append(" {").append(name).append(": ").append(value).append("}");
  }
  return text;
}

OracleAnswer AskOracle(const RouteTableValues& table, const OracleRequest& request, Bug bug) {
  OracleAnswer answer;
  answer.virtual_host = FindHost(table, request, bug);
  if (answer.virtual_host == -1) return answer;
  const auto routes_of = [&table](int host) -> const std::vector<Shared<Route>>& {
    return table.virtual_hosts[static_cast<size_t>(host)]->routes;
  };
  answer.route = FindRoute(routes_of(answer.virtual_host), request, bug);
  if (answer.route != -1 || bug != Bug::kFallsBackToAnyHost) return answer;
  OracleRequest anywhere = request;
  anywhere.authority = "\x01";
  const int any = FindHost(table, anywhere, bug);
  if (any != -1) answer = {any, FindRoute(routes_of(any), request, bug)};
  return answer;
}

OracleAnswer AskTable(const routing::RouteTable& table, const OracleRequest& request) {
  const routing::RouteMatch match = table.Match(request.Head());
  OracleAnswer answer;
  if (match.virtual_host == nullptr) return answer;
  answer.virtual_host = PositionOf(match.virtual_host, table.values().virtual_hosts);
  if (match) answer.route = PositionOf(match.route, match.virtual_host->routes);
  return answer;
}

}  // namespace outrigger::test
