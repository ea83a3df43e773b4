#include "net/bind.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

namespace outrigger {

namespace {

absl::Status BindError(const Address& address, int error) {
  return absl::FailedPreconditionError(fmt::format("cannot bind {}: {}", address.ToString(),
                                                   std::generic_category().message(error)));
}

absl::Status OptionError(const Address& address, const SocketOption& option, int error) {
  return absl::FailedPreconditionError(fmt::format("cannot set socket option {}/{} of {}: {}",
                                                   option.level, option.name, address.ToString(),
                                                   std::generic_category().message(error)));
}

bool HasFile(const Address& address) {
  return !address.is_ip() && !address.path().starts_with('@');
}

int SetOwnOptions(Sockets& sockets, int fd, const Address& address, const BindOptions& options) {
  if (!address.is_ip()) return 0;
  int result = sockets.SetNumberOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (result == 0 && options.reuses_port) {
    result = sockets.SetNumberOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  }
  if (result == 0 && address.family() == AF_INET6) {
    result = sockets.SetNumberOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, options.is_v6_only ? 1 : 0);
  }
  return result;
}

absl::Status SetOnceBound(Sockets& sockets, int fd, const Address& address,
                          const SocketOptions& options) {
  std::optional<RefusedOption> refused;
  for (const auto when : {SocketOption::When::kBound, SocketOption::When::kListening}) {
    if (!refused.has_value()) refused = SetSocketOptions(sockets, fd, options, when);
  }
  return refused.has_value() ? OptionError(address, options[refused->index], refused->error)
                             : absl::OkStatus();
}

absl::Status Bind(Sockets& sockets, int fd, const Address& address, const BindOptions& options) {
  int result = SetOwnOptions(sockets, fd, address, options);
  if (result != 0) return BindError(address, -result);
  const auto refused =
      SetSocketOptions(sockets, fd, options.socket_options, SocketOption::When::kBeforeBind);
  if (refused.has_value()) {
    return OptionError(address, options.socket_options[refused->index], refused->error);
  }
  result = sockets.Bind(fd, address);
  // Before it listens, so that nobody comes in by other permissions.
  const bool has_mode = options.file_mode != 0 && HasFile(address);
  if (result == 0 && has_mode && chmod(address.path().c_str(), options.file_mode) != 0) {
    result = -errno;
  }
  if (result != 0) return BindError(address, -result);
  return SetOnceBound(sockets, fd, address, options.socket_options);
}

absl::StatusOr<int> OpenAndBind(Sockets& sockets, const Address& address,
                                const BindOptions& options) {
  const int fd = sockets.Open(address);
  if (fd < 0) return BindError(address, -fd);
  absl::Status status = Bind(sockets, fd, address, options);
  if (status.ok()) return fd;
  sockets.Close(fd);
  return status;
}

// Somebody who listens on the port shows by a bind that does not share it.
absl::Status FindStranger(Sockets& sockets, const Address& address, BindOptions options) {
  options.reuses_port = false;
  absl::StatusOr<int> fd = OpenAndBind(sockets, address, options);
  if (!fd.ok()) return fd.status();
  sockets.Close(*fd);
  return absl::OkStatus();
}

// A process that died leaves its socket file behind, and bind would fail on it.
absl::Status RemoveStaleFile(Sockets& sockets, const Address& address) {
  const std::string path = address.path();
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) return absl::OkStatus();  // bind tells what else is wrong
  if (!S_ISSOCK(status.st_mode)) return BindError(address, EADDRINUSE);
  const int probe = sockets.Open(address);
  if (probe < 0) return BindError(address, -probe);
  const int result = sockets.Connect(probe, address);
  sockets.Close(probe);
  if (result == 0 || result == -EAGAIN || result == -EINPROGRESS) {
    return BindError(address, EADDRINUSE);
  }
  if (result == -ECONNREFUSED && unlink(path.c_str()) != 0) return BindError(address, errno);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> BindListenSocket(Sockets& sockets, const Address& address,
                                     const BindOptions& options) {
  absl::Status checked;
  if (!address.is_ip()) {
    if (HasFile(address)) checked = RemoveStaleFile(sockets, address);
  } else if (options.reuses_port && !options.is_port_ours && address.port() != 0) {
    checked = FindStranger(sockets, address, options);
  }
  if (!checked.ok()) return checked;
  return OpenAndBind(sockets, address, options);
}

}  // namespace outrigger
