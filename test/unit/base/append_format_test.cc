#include "base/append_format.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

TEST(AppendFormat, LeavesWhatWasThereAndFormatsTheRest) {
  std::string text = "a";
  AppendFormat(text, "{}-{:04x}-{}", std::string("b"), 255, std::string_view("c"));
  EXPECT_EQ(text, "ab-00ff-c");
  AppendFormat(text, "{0}{0}", 1.5);
  EXPECT_EQ(text, "ab-00ff-c1.51.5");
}

}  // namespace
}  // namespace outrigger
