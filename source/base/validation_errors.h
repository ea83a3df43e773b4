// Collects every mistake in one configuration resource, each with its field path, so that a NACK or
// a start-up error tells the operator all of them in one round trip.
//
// A ScopedField pushes a path piece for its lifetime: fields are joined by '.', list elements are
// written `field[3]`, the content of an Any as `typed_config{envoy....Router}`.
// At most kErrorsMax are kept; the rest are counted.
//
// Thread: control (or the thread that compiles).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace outrigger {

class ValidationErrors {
 public:
  static constexpr size_t kErrorsMax = 20;

  class ScopedField {
   public:
    // `field` is appended to the current path; a leading '[' or '{' joins without a dot.
    ScopedField(ValidationErrors& errors, std::string_view field);
    // List element: `field[index]`.
    ScopedField(ValidationErrors& errors, std::string_view field, size_t index);
    ~ScopedField();
    ScopedField(const ScopedField&) = delete;
    ScopedField& operator=(const ScopedField&) = delete;

   private:
    ValidationErrors& errors_;
    const size_t length_before_;
  };

  // Records `what` (expected value included: "must be between 1 and 65535") at the current path.
  void Add(std::string_view what);
  // The same for a mistake of the world around (a file that is not there): the same resource may do
  // another time.
  void AddPassing(std::string_view what);
  bool may_pass() const { return may_pass_; }
  // Those of messages() that are of this kind.
  const std::vector<std::string>& passing() const { return passing_; }
  bool ok() const { return count_ == 0; }
  size_t count() const { return count_; }
  const std::vector<std::string>& messages() const { return messages_; }
  std::string_view path() const { return path_; }

  // OK, or InvalidArgument: "<subject>: path: what; path: what (and N more)".
  absl::Status ToStatus(std::string_view subject = {}) const;

 private:
  std::string path_;
  std::vector<std::string> messages_;
  size_t count_ = 0;
  bool may_pass_ = false;
  std::vector<std::string> passing_;
};

}  // namespace outrigger
