// A value that most owners do not have: it takes room only where it differs from the default one.
//
// Thread: any (a value).
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace outrigger {

template <typename T>
class Rare {
 public:
  Rare() = default;
  // Converts both ways: whoever sets or reads it sees a T.
  template <typename U>
    requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, Rare>)
  Rare(U&& value) {
    T given = std::forward<U>(value);
    if (!(given == T())) value_ = std::make_unique<const T>(std::move(given));
  }
  Rare(const Rare& other) : Rare(other.get()) {}
  Rare(Rare&&) = default;
  Rare& operator=(Rare other) {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Rare() = default;

  const T& get() const {
    static const T kDefault{};
    return value_ == nullptr ? kDefault : *value_;
  }
  operator const T&() const { return get(); }
  const T& operator*() const { return get(); }
  const T* operator->() const { return &get(); }
  bool operator==(const Rare& other) const { return get() == other.get(); }

 private:
  std::unique_ptr<const T> value_;
};

}  // namespace outrigger
