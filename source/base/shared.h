// A const value that several others may be made of: what one version of a route table has in common
// with the next is there once.
//
// Copying shares. Compared by content. Thread: any (const after construction).
#pragma once

#include <memory>
#include <utility>

namespace outrigger {

template <typename T>
class Shared {
 public:
  Shared(T value)  // implicit: a list of these is filled with values
      : value_(std::make_shared<const T>(std::move(value))) {}

  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }
  const T* get() const { return value_.get(); }
  bool operator==(const Shared& other) const {
    return value_ == other.value_ || *value_ == *other.value_;
  }

 private:
  std::shared_ptr<const T> value_;  // never null, unless moved from
};

}  // namespace outrigger
