#include "cluster/lb/subset_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace outrigger {

namespace {

using http::MetadataValue;

// Those of `labels` that have one of these keys.
MetadataValue OnlyThese(const MetadataValue& labels, const std::vector<std::string>& keys) {
  MetadataValue kept = MetadataValue::Struct();
  for (const std::string& key : keys) {
    if (const MetadataValue* value = labels.Find(key)) kept.Set(key, *value);
  }
  return kept;
}

bool FallsBackToDefault(const SubsetOptions& options) {
  return options.fallback == SubsetFallback::kDefaultSubset ||
         std::any_of(options.selectors.begin(), options.selectors.end(),
                     [](const SubsetSelector& selector) {
                       return selector.fallback == SubsetSelector::Fallback::kDefaultSubset;
                     });
}

}  // namespace

// Finds which endpoints are in which subset of one selector.
class SubsetTable::Divider {
 public:
  Divider(SubsetTable& table, const SubsetSelector& selector)
      : table_(table), selector_(selector) {}

  absl::flat_hash_map<Values, std::vector<uint32_t>> Divide() {
    const std::vector<Endpoint>& endpoints = table_.endpoints_->endpoints;
    for (uint32_t i = 0; i < endpoints.size(); ++i) {
      if (endpoints[i].labels != nullptr) AddValues(*endpoints[i].labels, i);
    }
    return std::move(members_);
  }

 private:
  // With values of the first keys chosen: one for each way of choosing the others. As deep as the
  // selector has keys.
  void AddValues(const MetadataValue& labels, uint32_t position) {
    if (values_.size() == selector_.keys.size()) {
      Add(position);
      return;
    }
    const MetadataValue* value = labels.Find(selector_.keys[values_.size()]);
    if (value == nullptr) return;
    const bool is_split =
        table_.options_->splits_lists && value->kind == MetadataValue::Kind::kList;
    const std::span<const MetadataValue> values =
        is_split ? std::span(value->items) : std::span(value, 1);
    for (const MetadataValue& each : values) {
      if (table_.members_ == kMembersMax) {
        table_.is_cut_ = true;
        return;
      }
      values_.push_back(each);
      AddValues(labels, position);
      values_.pop_back();
    }
  }

  void Add(uint32_t position) {
    ++table_.members_;  // refused ones, too: the work is bounded as well
    auto subset = members_.find(values_);
    if (subset == members_.end()) {
      if (table_.size_ == kSubsetsMax) {
        table_.is_cut_ = true;
        return;
      }
      ++table_.size_;
      subset = members_.try_emplace(values_).first;
    }
    std::vector<uint32_t>& members = subset->second;
    // A list may have an item twice.
    if (members.empty() || members.back() != position) members.push_back(position);
  }

  SubsetTable& table_;
  const SubsetSelector& selector_;
  Values values_;
  absl::flat_hash_map<Values, std::vector<uint32_t>> members_;
};

SubsetTable::SubsetTable(std::shared_ptr<const SubsetOptions> options,
                         std::shared_ptr<const EndpointSet> endpoints)
    : options_(std::move(options)), endpoints_(std::move(endpoints)) {
  OUTRIGGER_CHECK(endpoints_->picks != nullptr);
  any_.picks = endpoints_->picks;
  cursor_end_ = any_.picks->cursor_end();
  if (options_->scales_locality_weights) {
    locality_sizes_.resize(endpoints_->localities.size());
    for (const Endpoint& endpoint : endpoints_->endpoints) {
      if (endpoint.locality_index < locality_sizes_.size()) {
        ++locality_sizes_[endpoint.locality_index];
      }
    }
  }
  if (FallsBackToDefault(*options_)) MakeDefault();
  for (const SubsetSelector& selector : options_->selectors) {
    Division& division = divisions_.emplace_back(Division{&selector, {}});
    for (auto& [values, members] : Divider(*this, selector).Divide()) {
      division.subsets.emplace(values, selector.takes_one_endpoint
                                           ? TakeFirst(members)
                                           : MakeSubset(std::move(members)));
    }
  }
}

Subset SubsetTable::MakeSubset(std::vector<uint32_t> members) {
  auto picks = std::make_shared<const PickTable>(
      *endpoints_, PickTable::Part{.members = std::move(members),
                                   .first_cursor = cursor_end_,
                                   .has_localities = options_->weighs_localities,
                                   .locality_sizes = locality_sizes_});
  cursor_end_ = picks->cursor_end();
  return {.picks = std::move(picks)};
}

// The first one of the first priority.
Subset SubsetTable::TakeFirst(const std::vector<uint32_t>& members) {
  duplicates_ += members.size() - 1;
  return {.picks = nullptr,
          .only = *std::min_element(
              members.begin(), members.end(), [this](uint32_t one, uint32_t other) {
                return endpoints_->endpoints[one].priority < endpoints_->endpoints[other].priority;
              })};
}

void SubsetTable::MakeDefault() {
  std::vector<uint32_t> members;
  for (uint32_t i = 0; i < endpoints_->endpoints.size(); ++i) {
    if (IsInDefault(endpoints_->endpoints[i])) members.push_back(i);
  }
  default_ = MakeSubset(std::move(members));
}

bool SubsetTable::IsInDefault(const Endpoint& endpoint) const {
  const MetadataValue& wanted = options_->default_labels;
  for (size_t i = 0; i < wanted.keys.size(); ++i) {
    const MetadataValue* value =
        endpoint.labels == nullptr ? nullptr : endpoint.labels->Find(wanted.keys[i]);
    if (value == nullptr) return false;
    if (*value == wanted.items[i]) continue;
    const bool has_item = options_->splits_lists && value->kind == MetadataValue::Kind::kList &&
                          std::ranges::find(value->items, wanted.items[i]) != value->items.end();
    if (!has_item) return false;
  }
  return true;
}

const SubsetTable::Division* SubsetTable::FindDivision(const std::vector<std::string>& keys) const {
  const auto found =
      std::find_if(divisions_.begin(), divisions_.end(),
                   [&keys](const Division& division) { return division.selector->keys == keys; });
  return found == divisions_.end() ? nullptr : &*found;
}

SubsetChoice SubsetTable::Choose(http::MetadataValue labels) const {
  using Kind = SubsetChoice::Kind;
  while (const Division* division = FindDivision(labels.keys)) {
    const auto found = division->subsets.find(labels.items);
    if (found != division->subsets.end()) return {Kind::kSubset, &found->second};
    switch (division->selector->fallback) {
      case SubsetSelector::Fallback::kOfCluster:
        return Fallback();
      case SubsetSelector::Fallback::kNone:
        return {Kind::kSelectorFallback, nullptr};
      case SubsetSelector::Fallback::kAnyEndpoint:
        return {Kind::kSelectorFallback, &any_};
      case SubsetSelector::Fallback::kDefaultSubset:
        return {Kind::kSelectorFallback, &*default_};
      case SubsetSelector::Fallback::kFewerKeys:
        // Fewer each time: it comes to an end.
        labels = OnlyThese(labels, division->selector->fewer_keys);
        break;
    }
  }
  return Fallback();
}

SubsetChoice SubsetTable::Fallback() const {
  switch (options_->fallback) {
    case SubsetFallback::kNone:
      return {};
    case SubsetFallback::kAnyEndpoint:
      return {SubsetChoice::Kind::kFallback, &any_};
    case SubsetFallback::kDefaultSubset:
      return {SubsetChoice::Kind::kFallback, &*default_};
  }
  OUTRIGGER_CHECK(false);
}

const Subset* SubsetTable::LastResort() const {
  return options_->falls_back_to_any ? &any_ : nullptr;
}

size_t SubsetTable::CountNew(const SubsetTable* other) const {
  if (other == nullptr) return size_;
  size_t count = 0;
  for (const Division& division : divisions_) {
    const Division* before = other->FindDivision(division.selector->keys);
    for (const auto& [values, subset] : division.subsets) {
      if (before == nullptr || !before->subsets.contains(values)) ++count;
    }
  }
  return count;
}

}  // namespace outrigger
