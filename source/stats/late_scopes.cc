#include "stats/late_scopes.h"

#include <array>
#include <bit>
#include <memory>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "base/absl_view.h"
#include "stats/scope.h"

namespace outrigger::stats {

struct LateScopes::Node {
  Node(const Family& family, std::string_view own_part, std::string name)
      : part(own_part), scope(family, std::move(name)) {}

  bool IsOf(const Family& family, std::string_view wanted) const {
    return &scope.family() == &family && part == wanted;
  }

  const std::string part;
  Scope scope;
  std::array<std::atomic<Node*>, 2> next{};  // by the next bit of the hash
};

LateScopes::~LateScopes() {
  std::vector<Node*> open = {root_.load(std::memory_order_acquire)};
  while (!open.empty()) {
    Node* node = open.back();
    open.pop_back();
    if (node == nullptr) continue;
    for (const auto& next : node->next) open.push_back(next.load(std::memory_order_acquire));
    delete node;
  }
}

void LateScopes::ForEach(absl::FunctionRef<void(Scope&)> on_scope) const {
  std::vector<Node*> open = {root_.load(std::memory_order_acquire)};
  while (!open.empty()) {
    Node* node = open.back();
    open.pop_back();
    if (node == nullptr) continue;
    on_scope(node->scope);
    for (const auto& next : node->next) open.push_back(next.load(std::memory_order_acquire));
  }
}

Scope& LateScopes::OfPart(const Family& family, std::string_view part, bool& overflows) {
  Scope* scope = Find(family, part);
  overflows = scope == nullptr;
  return overflows ? *Find(family, kOverflowName) : *scope;
}

bool LateScopes::HasRoomFor(std::string_view part) const {
  return part.empty() || part == kOverflowName ||
         parts_.load(std::memory_order_relaxed) < kPartsMax;
}

// Null: there are too many. Equal hashes cost a longer way, nothing else.
Scope* LateScopes::Find(const Family& family, std::string_view part) {
  std::unique_ptr<Node> made;
  std::atomic<Node*>* place = &root_;
  for (size_t bits = absl::HashOf(&family, AbslView(part));; bits = std::rotr(bits, 1)) {
    Node* node = place->load(std::memory_order_acquire);
    if (node == nullptr) {
      if (made == nullptr) {
        if (!HasRoomFor(part)) return nullptr;
        std::string name(owner_name_);
        if (!part.empty()) name.append(family.second_part.separator).append(part);
        made = std::make_unique<Node>(family, part, std::move(name));
      }
      if (place->compare_exchange_strong(node, made.get(), std::memory_order_acq_rel)) {
        if (!part.empty()) parts_.fetch_add(1, std::memory_order_relaxed);
        return &made.release()->scope;
      }
    }
    if (node->IsOf(family, part)) return &node->scope;
    place = &node->next[bits & 1];
  }
}

}  // namespace outrigger::stats
