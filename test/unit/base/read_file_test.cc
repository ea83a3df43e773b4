#include "base/read_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "test/support/moved_files.h"

namespace outrigger {
namespace {

TEST(ReadFileTest, ReadsTheWholeOfAFileUpToTheLimit) {
  const test::MovedFiles files;
  files.Put("empty", "");
  EXPECT_EQ(ReadFile(files.Path("empty"), 1).value(), "");
  const std::string full(1024 * 1024, 'x');
  files.Put("full", full);
  EXPECT_EQ(ReadFile(files.Path("full"), 1).value(), full);
  files.Put("more", full + "x");
  EXPECT_EQ(
      ReadFile(files.Path("more"), 1).status(),
      absl::ResourceExhaustedError(fmt::format("{} is larger than 1 MiB", files.Path("more"))));
}

TEST(ReadFileTest, SaysWhyAFileCannotBeRead) {
  const test::MovedFiles files;
  EXPECT_EQ(ReadFile(files.Path("none"), 1).status(),
            absl::NotFoundError(
                fmt::format("cannot read {}: No such file or directory", files.Path("none"))));
  EXPECT_EQ(ReadFile(files.path(), 1).status(),
            absl::UnavailableError(fmt::format("cannot read {}: Is a directory", files.path())));
}

}  // namespace
}  // namespace outrigger
