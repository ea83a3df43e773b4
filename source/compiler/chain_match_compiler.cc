#include "compiler/chain_match_compiler.h"

#include <fmt/format.h>

#include <vector>

#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

using ListenerProto = envoy::config::listener::v3::Listener;
using MatchProto = envoy::config::listener::v3::FilterChainMatch;
using RangeProtos = google::protobuf::RepeatedPtrField<envoy::config::core::v3::CidrRange>;

std::vector<AddressRange> CompileRanges(const RangeProtos& protos, std::string_view field,
                                        ValidationErrors& errors) {
  std::vector<AddressRange> ranges;
  for (int i = 0; i < protos.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, field, static_cast<size_t>(i));
    if (const auto range = CompileAddressRange(protos[i], errors)) ranges.push_back(*range);
  }
  return ranges;
}

std::vector<std::string> CompileServerNames(const MatchProto& proto, ValidationErrors& errors) {
  std::vector<std::string> names;
  for (int i = 0; i < proto.server_names_size(); ++i) {
    const std::string& name = proto.server_names(i);
    names.push_back(LowerCase(name));
    if (name.find('*') == name.npos || name.starts_with("*.")) continue;
    const ValidationErrors::ScopedField scope(errors, "server_names", static_cast<size_t>(i));
    errors.Add("a wildcard must be a whole label and the first");
  }
  return names;
}

SourceKind KindOf(MatchProto::ConnectionSourceType type) {
  if (type == MatchProto::SAME_IP_OR_LOOPBACK) return SourceKind::kLocal;
  return type == MatchProto::EXTERNAL ? SourceKind::kExternal : SourceKind::kAny;
}

ChainCriteria CompileCriteria(const MatchProto& proto, ValidationErrors& errors) {
  ChainCriteria criteria;
  criteria.destination_port = proto.destination_port().value();
  criteria.destinations = CompileRanges(proto.prefix_ranges(), "prefix_ranges", errors);
  criteria.server_names = CompileServerNames(proto, errors);
  criteria.transport_protocol = proto.transport_protocol();
  criteria.application_protocols.assign(proto.application_protocols().begin(),
                                        proto.application_protocols().end());
  criteria.direct_sources =
      CompileRanges(proto.direct_source_prefix_ranges(), "direct_source_prefix_ranges", errors);
  criteria.source_kind = KindOf(proto.source_type());
  criteria.sources = CompileRanges(proto.source_prefix_ranges(), "source_prefix_ranges", errors);
  criteria.source_ports.assign(proto.source_ports().begin(), proto.source_ports().end());
  return criteria;
}

void AddCriteria(const ChainCriteria& criteria, uint32_t chain, ChainMatch& match,
                 ValidationErrors& errors) {
  const ChainMatch::Addition addition = match.Add(criteria, chain);
  switch (addition.outcome) {
    case ChainMatch::Outcome::kAdded:
      return;
    case ChainMatch::Outcome::kOverlap:
      if (addition.holder == chain) return errors.Add("names one combination of values twice");
      return errors.Add(fmt::format("overlaps with that of filter_chains[{}]", addition.holder));
    case ChainMatch::Outcome::kTooMany:
      return errors.Add(fmt::format("more than {} combinations of values in one listener",
                                    ChainMatch::kRulesMax));
  }
}

// Without the inspector, connections would go to other chains than in Envoy.
void CheckInspectors(const ListenerProto& proto, ValidationErrors& errors) {
  for (int i = 0; i < proto.listener_filters_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "listener_filters", static_cast<size_t>(i));
    const bool is_discovered = proto.listener_filters(i).has_config_discovery();
    const ValidationErrors::ScopedField field(errors,
                                              is_discovered ? "config_discovery" : "typed_config");
    if (is_discovered) {
      errors.Add("is not supported where filter chains match what the filter finds out");
      continue;
    }
    errors.Add(fmt::format("{} is not supported yet, and filter chains match what it finds out",
                           DescribeAny(proto.listener_filters(i).typed_config())));
  }
}

}  // namespace

ChainMatch CompileChainMatch(const ListenerProto& proto, ValidationErrors& errors) {
  ChainMatch match;
  const bool has_only_one = proto.filter_chains_size() == 1 && !proto.has_default_filter_chain();
  if (has_only_one && proto.filter_chains(0).filter_chain_match().ByteSizeLong() == 0) {
    match.SetDefault(0);  // for everyone, as in most listeners: no tree
    return match;
  }
  bool is_content_asked = false;
  for (int i = 0; i < proto.filter_chains_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "filter_chains", static_cast<size_t>(i));
    const ValidationErrors::ScopedField field(errors, "filter_chain_match");
    const size_t errors_before = errors.count();
    const ChainCriteria criteria =
        CompileCriteria(proto.filter_chains(i).filter_chain_match(), errors);
    is_content_asked = is_content_asked || criteria.asks_for_content();
    if (errors.count() > errors_before) continue;
    AddCriteria(criteria, static_cast<uint32_t>(i), match, errors);
  }
  if (is_content_asked) CheckInspectors(proto, errors);
  if (proto.has_default_filter_chain()) {
    match.SetDefault(static_cast<uint32_t>(proto.filter_chains_size()));
  }
  return match;
}

}  // namespace outrigger::compiler
