// The clusters that serve, by name: for routes that take the name from the request, and for filters
// that ask for clusters.
//
// There only while a serving route table has such a route, or a serving listener such a filter.
// Thread: any (const once published).
#pragma once

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/absl_view.h"
#include "base/ids.h"

namespace outrigger {

class ClusterIndex {
 public:
  struct Found {
    std::string_view name;  // lives as long as the index
    ClusterId id;           // names nothing else as long
  };

  void Add(const std::string& name, IdLease<ClusterId> lease) {
    leases_.insert_or_assign(name, std::move(lease));
  }
  // Unset: there is none of that name.
  Found Find(std::string_view name) const {
    const auto it = leases_.find(AbslView(name));
    return it == leases_.end() ? Found() : Found{it->first, *it->second};
  }

 private:
  absl::flat_hash_map<std::string, IdLease<ClusterId>> leases_;
};

}  // namespace outrigger
