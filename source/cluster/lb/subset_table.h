// The subsets of a cluster's endpoints, worked out once and off the workers: by the labels of the
// endpoints, each with a table of its own for the balancer.
//
// Made anew with every change of the endpoints or of how the cluster divides them. Looking a subset
// up takes names; whoever asks often keeps the answer (SubsetBalancer).
//
// Owned by the snapshot. Thread: any (const after construction).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "cluster/endpoint_set.h"
#include "cluster/lb/pick_table.h"
#include "cluster/lb/subset_options.h"

namespace outrigger {

struct Subset {
  std::shared_ptr<const PickTable> picks;  // null: `only` is chosen, whatever its health
  uint32_t only = 0;
};

// Where endpoints for some labels come from.
struct SubsetChoice {
  enum class Kind : uint8_t {
    kSubset,            // the one that has them
    kSelectorFallback,  // what their selector has in its place
    kFallback,          // what the cluster has in its place
  };
  Kind kind = Kind::kFallback;
  const Subset* subset = nullptr;  // null: nobody is chosen
};

class SubsetTable {
 public:
  // Beyond them labels have no subsets: those who want them fall back.
  static constexpr size_t kSubsetsMax = 10'000;
  // Endpoints in subsets: each counts as often as it is in one.
  static constexpr size_t kMembersMax = 1'000'000;

  // Requires: endpoints->picks is built.
  SubsetTable(std::shared_ptr<const SubsetOptions> options,
              std::shared_ptr<const EndpointSet> endpoints);

  // `labels`: a struct, of what a request wants of its endpoint.
  SubsetChoice Choose(http::MetadataValue labels) const;
  // For requests that want nothing of it.
  SubsetChoice Fallback() const;
  // Where nobody is found by Fallback; null: nowhere.
  const Subset* LastResort() const;

  size_t size() const { return size_; }
  // Subsets that `other` (null: it has none) does not have.
  size_t CountNew(const SubsetTable* other) const;
  // Endpoints that are not chosen since their subset takes another one.
  size_t duplicates() const { return duplicates_; }
  // There would be more of them, but for the limits.
  bool is_cut() const { return is_cut_; }

  const SubsetOptions& options() const { return *options_; }
  const EndpointSet& endpoints() const { return *endpoints_; }

 private:
  using Values = std::vector<http::MetadataValue>;  // by key of a selector
  struct Division {
    const SubsetSelector* selector = nullptr;
    absl::flat_hash_map<Values, Subset> subsets;
  };
  class Divider;

  const Division* FindDivision(const std::vector<std::string>& keys) const;
  Subset MakeSubset(std::vector<uint32_t> members);
  Subset TakeFirst(const std::vector<uint32_t>& members);
  void MakeDefault();
  bool IsInDefault(const Endpoint& endpoint) const;

  const std::shared_ptr<const SubsetOptions> options_;
  const std::shared_ptr<const EndpointSet> endpoints_;
  std::vector<uint32_t> locality_sizes_;
  std::vector<Division> divisions_;  // by selector
  Subset any_;
  std::optional<Subset> default_;  // unset: nothing falls back to it
  uint32_t cursor_end_ = 0;
  size_t size_ = 0;
  size_t members_ = 0;
  size_t duplicates_ = 0;
  bool is_cut_ = false;
};

}  // namespace outrigger
