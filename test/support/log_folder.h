// A folder of a test's own for files that the proxy writes, gone with the test; and their lines, as
// they come: whoever asks for one waits until the kernel says that it was written.
//
// Thread: the test's.
#pragma once

#include <map>
#include <string>

namespace outrigger::test {

class LogFolder {
 public:
  LogFolder();
  ~LogFolder();
  LogFolder(const LogFolder&) = delete;
  LogFolder& operator=(const LogFolder&) = delete;

  std::string Path(const std::string& name) const { return path_ + "/" + name; }
  // The next line of the file of that name, without its end; empty when none comes.
  std::string NextLine(const std::string& name);
  // The same file by another name, as a rotation moves it away.
  void Move(const std::string& from, const std::string& to) const;
  // Waits until there is a file of that name.
  bool WaitForFile(const std::string& name);
  // It is a new one from now on.
  void Forget(const std::string& name) { read_.erase(name); }

 private:
  bool WaitForWrite();

  std::string path_;
  int inotify_fd_ = -1;
  std::map<std::string, size_t> read_;  // bytes of each file
};

}  // namespace outrigger::test
