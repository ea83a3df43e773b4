// Owns objects of one kind in no order: each knows its place, so that making and ending one costs
// the same among thousands. They live in the cells of a pool: steady traffic allocates nothing.
//
// Thread: the loop that owns the pool.
#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/slab.h"

namespace outrigger {

template <typename T>
class CellList {
 public:
  // `cells` outlives the list. Requires: a T fits into one of them.
  explicit CellList(SlabPool& cells) : cells_(cells) {
    OUTRIGGER_CHECK(sizeof(Element) <= cells.slab_bytes());
  }
  ~CellList() {
    while (!empty()) Destroy(*elements_.back());
  }
  CellList(const CellList&) = delete;
  CellList& operator=(const CellList&) = delete;

  template <typename... Arguments>
  T& Make(Arguments&&... arguments) {
    auto* element = new (cells_.Take()) Element(std::forward<Arguments>(arguments)...);
    element->index = elements_.size();
    elements_.push_back(element);
    return *element;
  }
  // Requires: this list made it.
  void Destroy(T& doomed) {
    auto* element = static_cast<Element*>(&doomed);
    const size_t index = element->index;
    OUTRIGGER_CHECK(index < elements_.size() && elements_[index] == element);
    elements_[index] = elements_.back();
    elements_[index]->index = index;
    elements_.pop_back();
    element->~Element();
    cells_.Give(reinterpret_cast<char*>(element));
  }

  bool empty() const { return elements_.empty(); }
  size_t size() const { return elements_.size(); }
  // Requires: index < size(). Destroying one moves the last to its place.
  T& operator[](size_t index) const { return *elements_[index]; }

 private:
  struct Element final : T {
    template <typename... Arguments>
    explicit Element(Arguments&&... arguments) : T(std::forward<Arguments>(arguments)...) {}
    size_t index = 0;
  };
  static_assert(alignof(Element) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  SlabPool& cells_;
  std::vector<Element*> elements_;
};

}  // namespace outrigger
