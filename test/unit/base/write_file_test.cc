#include "base/write_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <string>

#include "base/read_file.h"
#include "test/support/log_folder.h"

namespace outrigger {
namespace {

using test::LogFolder;

uint32_t ModeOf(const std::string& path) {
  struct stat facts;
  EXPECT_EQ(stat(path.c_str(), &facts), 0);
  return facts.st_mode & 0777;
}

TEST(WriteFileTest, TakesThePlaceOfWhatWasThereAndIsItsOwnersAlone) {
  const LogFolder folder;
  const std::string path = folder.Path("a");
  const mode_t usual = umask(0);
  ASSERT_TRUE(ReplaceFile(path, "one").ok());
  EXPECT_EQ(ReadFile(path, 1).value(), "one");
  EXPECT_EQ(ModeOf(path), 0600U);
  const std::string long_one(3 * 1024 * 1024, 'x');
  ASSERT_TRUE(ReplaceFile(path, long_one).ok());
  umask(usual);
  EXPECT_EQ(ReadFile(path, 4).value(), long_one);
  EXPECT_EQ(ModeOf(path), 0600U);
  EXPECT_NE(access((path + ".new").c_str(), F_OK), 0);
}

TEST(WriteFileTest, SaysWhyItCannotBeWrittenAndLeavesTheOldOne) {
  const LogFolder folder;
  const std::string path = folder.Path("none/a");
  EXPECT_EQ(ReplaceFile(path, "one").message(),
            fmt::format("cannot write {}.new: No such file or directory", path));
  // A folder with something in it cannot be replaced by a file.
  ASSERT_EQ(mkdir(folder.Path("b").c_str(), 0700), 0);
  ASSERT_TRUE(ReplaceFile(folder.Path("b/inside"), "one").ok());
  EXPECT_EQ(ReplaceFile(folder.Path("b"), "two").message(),
            fmt::format("cannot replace {}: Is a directory", folder.Path("b")));
  EXPECT_EQ(ReadFile(folder.Path("b/inside"), 1).value(), "one");
  EXPECT_NE(access(folder.Path("b.new").c_str(), F_OK), 0);
  unlink(folder.Path("b/inside").c_str());
  rmdir(folder.Path("b").c_str());
}

TEST(WriteFileTest, ALinkInItsWayIsNotFollowed) {
  const LogFolder folder;
  ASSERT_TRUE(ReplaceFile(folder.Path("precious"), "precious").ok());
  ASSERT_EQ(symlink(folder.Path("precious").c_str(), folder.Path("a.new").c_str()), 0);
  ASSERT_TRUE(ReplaceFile(folder.Path("a"), "one").ok());
  EXPECT_EQ(ReadFile(folder.Path("precious"), 1).value(), "precious");
  EXPECT_EQ(ReadFile(folder.Path("a"), 1).value(), "one");
}

// Writes both contents by turns until it is killed; says after each which it will be next.
[[noreturn]] void WriteForEver(const std::string& path, const std::string (&contents)[2], int out) {
  for (size_t i = 0;; ++i) {
    if (!ReplaceFile(path, contents[i % 2]).ok()) _exit(1);
    if (write(out, "x", 1) != 1) _exit(1);
  }
}

TEST(WriteFileTest, WhoeverIsKilledWhileWritingLeavesOneOfTheTwo) {
  const LogFolder folder;
  const std::string path = folder.Path("a");
  const std::string contents[2] = {std::string(200'000, 'a'), std::string(300'000, 'b')};
  for (int round = 0; round < 20; ++round) {
    int pipe_fds[2];
    ASSERT_EQ(pipe(pipe_fds), 0);
    const pid_t child = fork();
    if (child == 0) WriteForEver(path, contents, pipe_fds[1]);
    close(pipe_fds[1]);
    // Once it is under way, it is killed wherever it happens to be.
    char said = 0;
    for (int i = 0; i <= round % 3; ++i) ASSERT_EQ(read(pipe_fds[0], &said, 1), 1);
    std::atomic<int> spin = 0;
    while (spin < round * 20'000) ++spin;
    ASSERT_EQ(kill(child, SIGKILL), 0);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    close(pipe_fds[0]);
    const std::string left = ReadFile(path, 1).value();
    EXPECT_TRUE(left == contents[0] || left == contents[1]) << left.size();
  }
}

}  // namespace
}  // namespace outrigger
