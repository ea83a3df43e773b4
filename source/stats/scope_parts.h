// The scopes of the parts of one named thing (the endpoints of a cluster): no page of stats lists
// them, and they are forgotten when their part is gone.
//
// Owned by the thing's scope. Thread: any; a worker asks once for each part it begins to use.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "stats/family.h"

namespace outrigger::stats {

class Scope;

class ScopeParts {
 public:
  // Made when asked for the first time.
  std::shared_ptr<Scope> Get(const Family& family, std::string_view name);
  // Null: nobody has asked for it yet.
  std::shared_ptr<const Scope> Find(std::string_view name) const;
  size_t size() const;
  void Keep(absl::FunctionRef<bool(std::string_view name)> is_kept);

 private:
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Scope>> by_name_;
};

}  // namespace outrigger::stats
