// A doubly linked list whose links live in its elements: joining and leaving allocate nothing and
// cost two writes. An element leaves by itself when destroyed; one element may be in several lists
// through several hooks (told apart by tag).
//
// Thread: the loop that owns the elements.
#pragma once

#include <cstddef>

namespace outrigger {

template <typename T, typename Tag = void>
class IntrusiveHook {
 public:
  IntrusiveHook() = default;
  ~IntrusiveHook() { Unlink(); }
  IntrusiveHook(const IntrusiveHook&) = delete;
  IntrusiveHook& operator=(const IntrusiveHook&) = delete;

  bool is_linked() const { return next_ != nullptr; }
  void Unlink() {
    if (next_ == nullptr) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = nullptr;
  }
  void LinkBefore(IntrusiveHook& place) {
    Unlink();
    previous_ = place.previous_;
    next_ = &place;
    previous_->next_ = this;
    place.previous_ = this;
  }
  // Makes this hook the root of an empty ring.
  void MakeRing() { next_ = previous_ = this; }
  IntrusiveHook* next() const { return next_; }
  IntrusiveHook* previous() const { return previous_; }

 private:
  IntrusiveHook* previous_ = nullptr;
  IntrusiveHook* next_ = nullptr;
};

// T derives from IntrusiveHook<T, Tag>.
template <typename T, typename Tag = void>
class IntrusiveList {
 public:
  using Hook = IntrusiveHook<T, Tag>;

  IntrusiveList() { root_.MakeRing(); }
  ~IntrusiveList() {
    while (!empty()) root_.next()->Unlink();
  }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  bool empty() const { return root_.next() == &root_; }
  T* Front() const { return empty() ? nullptr : static_cast<T*>(root_.next()); }
  T* Back() const { return empty() ? nullptr : static_cast<T*>(root_.previous()); }
  // Null after the last.
  T* Next(const T& element) const {
    Hook* next = static_cast<const Hook&>(element).next();
    return next == &root_ ? nullptr : static_cast<T*>(next);
  }
  void PushBack(T& element) { static_cast<Hook&>(element).LinkBefore(root_); }
  void PushFront(T& element) { static_cast<Hook&>(element).LinkBefore(*root_.next()); }
  static void Remove(T& element) { static_cast<Hook&>(element).Unlink(); }

 private:
  Hook root_;
};

}  // namespace outrigger
