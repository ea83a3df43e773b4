#include "test/support/chain_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

namespace outrigger::test {

namespace {

using Bug = PlantedChainBug;

// One value of each criterion.
struct Rule {
  uint32_t chain = 0;
  uint32_t destination_port = 0;
  std::optional<AddressRange> destination;
  std::string server_name;
  std::string transport_protocol;
  std::string application_protocol;
  std::optional<AddressRange> direct_source;
  SourceKind source_kind = SourceKind::kAny;
  std::optional<AddressRange> source;
  uint32_t source_port = 0;

  bool SaysTheSameAs(Rule other) const {
    other.chain = chain;
    return other == *this;
  }
  bool operator==(const Rule&) const = default;
};

// Each rule once for each value, with `member` set to it.
template <typename Member, typename Values>
void Multiply(std::vector<Rule>& rules, Member member, const Values& values) {
  if (values.empty()) return;
  std::vector<Rule> all;
  for (const Rule& rule : rules) {
    for (const auto& value : values) all.emplace_back(rule).*member = value;
  }
  rules = std::move(all);
}

std::vector<Rule> RulesOf(const std::vector<ChainCriteria>& chains) {
  std::vector<Rule> all;
  for (uint32_t chain = 0; chain < chains.size(); ++chain) {
    const ChainCriteria& criteria = chains[chain];
    std::vector<Rule> rules(1);
    rules[0].chain = chain;
    rules[0].destination_port = criteria.destination_port;
    rules[0].transport_protocol = criteria.transport_protocol;
    rules[0].source_kind = criteria.source_kind;
    Multiply(rules, &Rule::destination, criteria.destinations);
    Multiply(rules, &Rule::server_name, criteria.server_names);
    Multiply(rules, &Rule::application_protocol, criteria.application_protocols);
    Multiply(rules, &Rule::direct_source, criteria.direct_sources);
    Multiply(rules, &Rule::source, criteria.sources);
    Multiply(rules, &Rule::source_port, criteria.source_ports);
    all.insert(all.end(), rules.begin(), rules.end());
  }
  return all;
}

// How well a value fits: below zero not at all, zero because it asks for nothing.
int RankOfNumber(uint32_t asked, uint32_t actual) {
  if (asked == 0) return 0;
  return asked == actual ? 1 : -1;
}

int RankOfRange(const std::optional<AddressRange>& range, const Address& address, Bug bug) {
  if (!range.has_value()) return 0;
  const Address ip = address.is_ip() ? address : *Address::FromIp("255.255.255.255", 0);
  if (!range->Contains(ip)) return -1;
  const int bits = static_cast<int>(range->prefix_bits());
  return bug == Bug::kWidestRangeWins ? 1000 - bits : 1 + bits;
}

int RankOfName(const std::string& asked, const std::string& actual, Bug bug) {
  if (asked.empty()) return 0;
  if (asked == actual) return 10'000;
  if (!asked.starts_with("*.")) return -1;
  if (bug == Bug::kWildcardMatchesItsOwnName && asked.substr(2) == actual) return 1;
  const std::string ending = asked.substr(1);
  if (!actual.ends_with(ending)) return -1;
  const int length = static_cast<int>(ending.size());
  return bug == Bug::kShortestWildcardWins ? 1000 - length : length;
}

int RankOfProtocol(const std::string& asked, const OracleConnection& connection, Bug bug) {
  if (asked.empty()) return 0;
  const auto& offered = connection.application_protocols;
  const auto found = std::find(offered.begin(), offered.end(), asked);
  if (found == offered.end()) return -1;
  const int position = static_cast<int>(found - offered.begin());
  return bug == Bug::kLastProtocolWins ? 1 + position : 1000 - position;
}

int RankOfKind(SourceKind asked, const OracleConnection& connection, Bug bug) {
  if (asked == SourceKind::kAny) return 0;
  const std::string ip = connection.source.ip();
  const bool is_loopback = bug != Bug::kLoopbackIsNotLocal && (ip == "127.0.0.1" || ip == "::1");
  const bool is_same =
      bug != Bug::kSameAddressIsNotLocal && !ip.empty() && ip == connection.destination.ip();
  const bool is_local = !connection.source.is_ip() || is_loopback || is_same;
  return is_local == (asked == SourceKind::kLocal) ? 1 : -1;
}

using Rank = std::function<int(const Rule&)>;

std::vector<Rank> RanksFor(const OracleConnection& to, Bug bug) {
  std::vector<Rank> ranks = {
      [&](const Rule& rule) { return RankOfNumber(rule.destination_port, to.destination.port()); },
      [&, bug](const Rule& rule) { return RankOfRange(rule.destination, to.destination, bug); },
      [&, bug](const Rule& rule) { return RankOfName(rule.server_name, to.server_name, bug); },
      [&](const Rule& rule) {
        if (rule.transport_protocol.empty()) return 0;
        return rule.transport_protocol == to.transport_protocol ? 1 : -1;
      },
      [&, bug](const Rule& rule) { return RankOfProtocol(rule.application_protocol, to, bug); },
      [&, bug](const Rule& rule) { return RankOfRange(rule.direct_source, to.direct_source, bug); },
      [&, bug](const Rule& rule) { return RankOfKind(rule.source_kind, to, bug); },
      [&, bug](const Rule& rule) { return RankOfRange(rule.source, to.source, bug); },
      [&](const Rule& rule) { return RankOfNumber(rule.source_port, to.source.port()); },
  };
  if (bug == Bug::kSourceBeforeDirectSource) std::swap(ranks[5], ranks[7]);
  return ranks;
}

}  // namespace

MatchInputs OracleConnection::Inputs() const {
  return {destination,          source, direct_source, server_name, transport_protocol,
          application_protocols};
}

std::string OracleConnection::ToString() const {
  return fmt::format("{} -> {} (directly from {}), name '{}', {}, protocols {}", source.ToString(),
                     destination.ToString(), direct_source.ToString(), server_name,
                     transport_protocol, fmt::join(application_protocols, " "));
}

std::optional<uint32_t> AskChainOracle(const std::vector<ChainCriteria>& chains,
                                       const OracleConnection& connection, PlantedChainBug bug) {
  std::vector<Rule> rules = RulesOf(chains);
  const std::vector<Rank> ranks = RanksFor(connection, bug);
  if (bug == Bug::kBacktracks) {
    std::erase_if(rules, [&](const Rule& rule) {
      return std::ranges::any_of(ranks, [&](const Rank& rank) { return rank(rule) < 0; });
    });
  }
  for (const Rank& rank : ranks) {
    int best = 0;
    for (const Rule& rule : rules) best = std::max(best, rank(rule));
    std::erase_if(rules, [&](const Rule& rule) { return rank(rule) != best; });
  }
  return rules.empty() ? std::nullopt : std::optional<uint32_t>(rules.front().chain);
}

bool Overlap(const std::vector<ChainCriteria>& chains) {
  const std::vector<Rule> rules = RulesOf(chains);
  for (auto one = rules.begin(); one != rules.end(); ++one) {
    const bool is_twice = std::any_of(std::next(one), rules.end(),
                                      [&](const Rule& other) { return other.SaysTheSameAs(*one); });
    if (is_twice) return true;
  }
  return false;
}

}  // namespace outrigger::test
