#include "compiler/subset_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "compiler/metadata_compiler.h"
#include "envoy/config/cluster/v3/cluster.pb.h"

namespace outrigger::compiler {

namespace {

using ClusterProto = envoy::config::cluster::v3::Cluster;
using SubsetsProto = ClusterProto::LbSubsetConfig;
using SelectorProto = SubsetsProto::LbSubsetSelector;
using Names = google::protobuf::RepeatedPtrField<std::string>;

// Every endpoint is looked at for each of them, and every key of each.
constexpr int kSelectorsMax = 64;
constexpr int kKeysMax = 32;

std::vector<std::string> Sorted(const Names& names) {
  std::vector<std::string> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

SubsetSelector::Fallback FallbackOf(const SelectorProto& proto) {
  switch (proto.fallback_policy()) {
    case SelectorProto::NO_FALLBACK:
      return SubsetSelector::Fallback::kNone;
    case SelectorProto::ANY_ENDPOINT:
      return SubsetSelector::Fallback::kAnyEndpoint;
    case SelectorProto::DEFAULT_SUBSET:
      return SubsetSelector::Fallback::kDefaultSubset;
    case SelectorProto::KEYS_SUBSET:
      return SubsetSelector::Fallback::kFewerKeys;
    default:  // the validation rules refuse those without a name
      return SubsetSelector::Fallback::kOfCluster;
  }
}

// Fewer keys and no others: so that falling back comes to an end.
void CheckFewerKeys(const SubsetSelector& selector, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "fallback_keys_subset");
  const auto& keys = selector.keys;
  const auto& fewer = selector.fewer_keys;
  if (selector.fallback != SubsetSelector::Fallback::kFewerKeys) {
    if (!fewer.empty()) errors.Add("must not be set unless fallback_policy is KEYS_SUBSET");
  } else if (fewer.empty()) {
    errors.Add("must not be empty where fallback_policy is KEYS_SUBSET");
  } else if (!std::includes(keys.begin(), keys.end(), fewer.begin(), fewer.end())) {
    errors.Add("must have no keys but those of the selector");
  } else if (fewer.size() == keys.size()) {
    errors.Add("must have fewer keys than the selector");
  }
}

SubsetSelector CompileSelector(const SelectorProto& proto, ValidationErrors& errors) {
  SubsetSelector selector;
  if (proto.keys_size() > kKeysMax) {
    const ValidationErrors::ScopedField scope(errors, "keys");
    errors.Add(fmt::format("must have at most {} items", kKeysMax));
  }
  selector.keys = Sorted(proto.keys());
  selector.fallback = FallbackOf(proto);
  selector.fewer_keys = Sorted(proto.fallback_keys_subset());
  selector.takes_one_endpoint = proto.single_host_per_subset();
  // As in Envoy, one without keys divides nothing; nothing else of it counts.
  if (!selector.keys.empty()) CheckFewerKeys(selector, errors);
  return selector;
}

void CompileSelectors(const SubsetsProto& proto, SubsetOptions& options, ValidationErrors& errors) {
  if (proto.subset_selectors_size() > kSelectorsMax) {
    const ValidationErrors::ScopedField scope(errors, "subset_selectors");
    errors.Add(fmt::format("must have at most {} items", kSelectorsMax));
    return;
  }
  for (int i = 0; i < proto.subset_selectors_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "subset_selectors", static_cast<size_t>(i));
    SubsetSelector selector = CompileSelector(proto.subset_selectors(i), errors);
    const bool is_known = std::any_of(
        options.selectors.begin(), options.selectors.end(),
        [&selector](const SubsetSelector& other) { return other.keys == selector.keys; });
    if (selector.keys.empty() || is_known) continue;
    options.selectors.push_back(std::move(selector));
  }
}

// What Envoy refuses in the same words.
void CheckSurroundings(const ClusterProto& proto, ValidationErrors& errors) {
  if (proto.has_load_balancing_policy()) {
    errors.Add("must not be set together with load_balancing_policy");
  }
  const bool weighs = proto.common_lb_config().has_locality_weighted_lb_config();
  if (proto.lb_subset_config().locality_weight_aware() && !weighs) {
    const ValidationErrors::ScopedField scope(errors, "locality_weight_aware");
    errors.Add("needs common_lb_config.locality_weighted_lb_config");
  }
}

}  // namespace

std::shared_ptr<const SubsetOptions> CompileSubsets(const ClusterProto& proto,
                                                    ValidationErrors& errors) {
  if (!proto.has_lb_subset_config()) return nullptr;
  const ValidationErrors::ScopedField scope(errors, "lb_subset_config");
  CheckSurroundings(proto, errors);
  const SubsetsProto& subsets = proto.lb_subset_config();
  auto options = std::make_shared<SubsetOptions>();
  CompileSelectors(subsets, *options, errors);
  if (subsets.subset_selectors().empty()) return nullptr;
  switch (subsets.fallback_policy()) {
    case SubsetsProto::ANY_ENDPOINT:
      options->fallback = SubsetFallback::kAnyEndpoint;
      break;
    case SubsetsProto::DEFAULT_SUBSET:
      options->fallback = SubsetFallback::kDefaultSubset;
      break;
    default:
      break;
  }
  options->falls_back_to_any = subsets.panic_mode_any();
  options->default_labels = CompileMetadataStruct(subsets.default_subset());
  options->splits_lists = subsets.list_as_any();
  options->weighs_localities = subsets.locality_weight_aware();
  options->scales_locality_weights = subsets.scale_locality_weight();
  return options;
}

}  // namespace outrigger::compiler
