#include "base/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace outrigger {

namespace {

absl::Status ErrorFor(const std::string& path, int error) {
  const std::string what = fmt::format("cannot read {}: {}", path, strerror(error));
  return error == ENOENT ? absl::NotFoundError(what) : absl::UnavailableError(what);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t mebibytes_max) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ErrorFor(path, errno);
  const size_t bytes_max = mebibytes_max * 1024 * 1024;
  std::string text;
  char piece[64 * 1024];
  ssize_t count = 0;
  do {
    count = read(fd, piece, sizeof piece);
    if (count > 0) text.append(piece, static_cast<size_t>(count));
  } while ((count > 0 && text.size() <= bytes_max) || (count < 0 && errno == EINTR));
  const int error = count < 0 ? errno : 0;
  close(fd);
  if (error != 0) return ErrorFor(path, error);
  if (text.size() > bytes_max) {
    return absl::ResourceExhaustedError(
        fmt::format("{} is larger than {} MiB", path, mebibytes_max));
  }
  return text;
}

}  // namespace outrigger
