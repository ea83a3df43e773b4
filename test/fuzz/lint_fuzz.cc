// A file given to `outriggerctl lint`: bootstraps, dumps and responses, as YAML or JSON.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "ctl/lint_file.h"
#include "ctl/lint_report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger::ctl;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const LintedFile file = LintText("a.yaml", text);
  OUTRIGGER_CHECK(file.error.empty() == !file.kind.empty());
  const LintReport report({file});
  OUTRIGGER_CHECK((report.ExitStatus({}) == 2) == !file.error.empty());
  OUTRIGGER_CHECK(!report.ToText({.shows_handled = true}).empty());
  OUTRIGGER_CHECK(report.ToJson().ends_with("}\n"));
  return 0;
}
