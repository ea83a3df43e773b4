#include "base/validation_errors.h"

#include <gtest/gtest.h>

#include <string>

namespace outrigger {
namespace {

using ScopedField = ValidationErrors::ScopedField;

TEST(ValidationErrorsTest, IsOkWithoutErrors) {
  const ValidationErrors errors;
  EXPECT_TRUE(errors.ok());
  EXPECT_TRUE(errors.ToStatus("cluster a").ok());
}

TEST(ValidationErrorsTest, WritesThePathOfEachField) {
  ValidationErrors errors;
  {
    ScopedField chains(errors, "filter_chains", 3);
    ScopedField config(errors, "typed_config");
    ScopedField any(errors, "{envoy.Router}");
    ScopedField codec(errors, "codec_type");
    errors.Add("must be HTTP1");
  }
  errors.Add("has no address");
  EXPECT_EQ(errors.ToStatus("listener x").message(),
            "listener x: filter_chains[3].typed_config{envoy.Router}.codec_type: must be HTTP1; "
            "has no address");
}

TEST(ValidationErrorsTest, LeavesTheFieldWithItsScope) {
  ValidationErrors errors;
  ScopedField outer(errors, "outer");
  {
    ScopedField inner(errors, "inner");
  }
  EXPECT_EQ(errors.path(), "outer");
}

TEST(ValidationErrorsTest, KeepsTheMaximumAndCountsTheRest) {
  ValidationErrors errors;
  for (size_t i = 0; i < ValidationErrors::kErrorsMax; ++i) errors.Add("wrong");
  EXPECT_EQ(errors.ToStatus("x").message().find("more"), std::string::npos);
  errors.Add("wrong");
  EXPECT_EQ(errors.count(), ValidationErrors::kErrorsMax + 1);
  EXPECT_EQ(errors.messages().size(), ValidationErrors::kErrorsMax);
  EXPECT_NE(errors.ToStatus("x").message().find("(and 1 more)"), std::string::npos);
}

}  // namespace
}  // namespace outrigger
