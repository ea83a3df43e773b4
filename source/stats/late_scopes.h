// Scopes that a scope gets when something is first counted in them: the answers of one class of a
// cluster, the calls of one method of gRPC. The registry lists them with it; they go when it goes.
//
// A binary tree over the bits of hashes that only grows: whoever looks follows pointers, or adds
// what is missing by one exchange of a pointer. Nobody waits for anybody.
//
// Owned by the scope. Thread: any.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "stats/family.h"

namespace outrigger::stats {

class Scope;

// What those share for whom there is no room.
inline constexpr std::string_view kOverflowName = "outrigger_overflow";

class LateScopes {
 public:
  // Clients choose parts. A few more, when several workers add the last one at once.
  static constexpr size_t kPartsMax = 1000;

  // `owner_name` outlives it.
  explicit LateScopes(std::string_view owner_name) : owner_name_(owner_name) {}
  ~LateScopes();
  LateScopes(const LateScopes&) = delete;
  LateScopes& operator=(const LateScopes&) = delete;

  // The only one of its family: its name is the owner's.
  Scope& Of(const Family& family) { return *Find(family, {}); }
  // Of a part of the owner: its name is the owner's, the family's separator, then `part`, in which
  // nothing stands that breaks a line. Sets `overflows` when there are too many of them, and gives
  // that of kOverflowName.
  Scope& OfPart(const Family& family, std::string_view part, bool& overflows);
  void ForEach(absl::FunctionRef<void(Scope&)> on_scope) const;

 private:
  struct Node;

  Scope* Find(const Family& family, std::string_view part);
  bool HasRoomFor(std::string_view part) const;

  const std::string_view owner_name_;
  std::atomic<Node*> root_ = nullptr;
  std::atomic<size_t> parts_ = 0;
};

}  // namespace outrigger::stats
