#include "admin/name_filter.h"

#include <gtest/gtest.h>

namespace outrigger::admin {
namespace {

TEST(NameFilter, MatchesAPartOrTheWhole) {
  const auto part = CompileNameFilter("b.c", Anchor::kPart);
  ASSERT_TRUE(part.ok());
  EXPECT_TRUE((*part)("a.b.c.d"));
  EXPECT_FALSE((*part)("a.c"));
  const auto whole = CompileNameFilter("b.c", Anchor::kWhole);
  ASSERT_TRUE(whole.ok());
  EXPECT_TRUE((*whole)("b.c"));
  EXPECT_FALSE((*whole)("a.b.c"));
}

TEST(NameFilter, SaysWhatIsWrongWithAnExpression) {
  EXPECT_EQ(CompileNameFilter("(", Anchor::kPart).status().message(),
            "Invalid re2 regex: missing ): (");
}

}  // namespace
}  // namespace outrigger::admin
