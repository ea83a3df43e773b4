#include "base/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace outrigger {

namespace {

absl::Status ErrorOf(std::string_view what, const std::string& path, int error) {
  return absl::UnavailableError(fmt::format("cannot {} {}: {}", what, path, strerror(error)));
}

// 0, or the error.
int WriteAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = write(fd, content.data(), content.size());
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) content.remove_prefix(static_cast<size_t>(count));
  }
  return fsync(fd) == 0 ? 0 : errno;
}

absl::Status WriteNew(const std::string& path, std::string_view content) {
  // A link that somebody has put there is not followed, and no other reader has the file open.
  unlink(path.c_str());
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return ErrorOf("write", path, errno);
  const int error = WriteAll(fd, content);
  close(fd);
  return error == 0 ? absl::OkStatus() : ErrorOf("write", path, error);
}

// The rename is on disk only once its folder is.
absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  std::string folder = ".";
  if (slash != path.npos) folder = slash == 0 ? "/" : path.substr(0, slash);
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrorOf("open", folder, errno);
  const int error = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return error == 0 ? absl::OkStatus() : ErrorOf("write", folder, error);
}

}  // namespace

absl::Status ReplaceFile(const std::string& path, std::string_view content) {
  const std::string fresh = path + ".new";
  absl::Status status = WriteNew(fresh, content);
  if (status.ok() && rename(fresh.c_str(), path.c_str()) != 0) {
    status = ErrorOf("replace", path, errno);
  }
  if (!status.ok()) {
    unlink(fresh.c_str());
    return status;
  }
  return SyncFolderOf(path);
}

}  // namespace outrigger
