// What `outriggerctl lint` says of its files: for people, for programs, and as an exit status.
//
// Thread: any (values).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ctl/lint_file.h"

namespace outrigger::ctl {

struct LintOptions {
  bool is_strict = false;      // fields without effect fail, too
  bool shows_handled = false;  // in the text; JSON always has them
};

class LintReport {
 public:
  explicit LintReport(std::vector<LintedFile> files) : files_(std::move(files)) {}

  std::string ToText(const LintOptions& options) const;
  std::string ToJson() const;
  // 0: everything is handled or without effect; 1: something would be rejected (or, strictly, is
  // without effect); 2: some file cannot be read.
  int ExitStatus(const LintOptions& options) const;

 private:
  struct Counts {
    size_t resources = 0;
    size_t rejected = 0;        // resources
    size_t without_effect = 0;  // fields, as the following
    size_t handled = 0;
    size_t not_checked = 0;
    size_t unreadable = 0;  // files
  };
  Counts Count() const;

  const std::vector<LintedFile> files_;
};

}  // namespace outrigger::ctl
