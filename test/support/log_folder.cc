#include "test/support/log_folder.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace outrigger::test {

namespace {
constexpr int kWaitMaxMs = 20'000;
}  // namespace

LogFolder::LogFolder() {
  std::string pattern = ::testing::TempDir() + "outrigger-log-XXXXXX";
  const char* made = mkdtemp(pattern.data());
  EXPECT_NE(made, nullptr);
  path_ = pattern;
  inotify_fd_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  EXPECT_GE(inotify_add_watch(inotify_fd_, path_.c_str(), IN_MODIFY | IN_CREATE), 0);
}

LogFolder::~LogFolder() {
  close(inotify_fd_);
  std::filesystem::remove_all(path_);
}

bool LogFolder::WaitForWrite() {
  pollfd watch = {inotify_fd_, POLLIN, 0};
  if (poll(&watch, 1, kWaitMaxMs) <= 0) return false;
  char events[4096];
  return read(inotify_fd_, events, sizeof events) > 0;
}

std::string LogFolder::NextLine(const std::string& name) {
  for (;;) {
    std::ifstream file(Path(name), std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    size_t& begin = read_[name];
    const size_t end = all.find('\n', begin);
    if (end != all.npos) {
      const std::string line = all.substr(begin, end - begin);
      begin = end + 1;
      return line;
    }
    if (!WaitForWrite()) return {};
  }
}

bool LogFolder::WaitForFile(const std::string& name) {
  while (!std::filesystem::exists(Path(name))) {
    if (!WaitForWrite()) return false;
  }
  return true;
}

void LogFolder::Move(const std::string& from, const std::string& to) const {
  std::filesystem::rename(Path(from), Path(to));
}

}  // namespace outrigger::test
