#include "test/support/fake_sockets.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace outrigger {

void FakeSockets::FailNext(SocketCall call, int error, int times) {
  auto& faults = faults_[static_cast<size_t>(call)];
  faults.insert(faults.end(), static_cast<size_t>(times), error);
}

int FakeSockets::total_count() const { return std::accumulate(counts_.begin(), counts_.end(), 0); }

int FakeSockets::Enter(SocketCall call) {
  const auto index = static_cast<size_t>(call);
  ++counts_[index];
  if (on_call_) {
    const auto on_call = on_call_;  // which may put another one in its place
    on_call(call);
  }
  if (faults_[index].empty()) return 0;
  const int error = faults_[index].front();
  faults_[index].pop_front();
  return error;
}

int FakeSockets::Open(const Address& address) {
  if (const int error = Enter(SocketCall::kOpen)) return -error;
  const int fd = system_.Open(address);
  if (fd >= 0) open_.insert(fd);
  return fd;
}

int FakeSockets::Bind(int fd, const Address& address) {
  if (const int error = Enter(SocketCall::kBind)) return -error;
  return system_.Bind(fd, address);
}

int FakeSockets::Listen(int fd, int backlog) {
  if (const int error = Enter(SocketCall::kListen)) return -error;
  return system_.Listen(fd, backlog);
}

int FakeSockets::Accept(int listen_fd, Address& peer) {
  if (const int error = Enter(SocketCall::kAccept)) return -error;
  const int fd = system_.Accept(listen_fd, peer);
  if (fd >= 0) open_.insert(fd);
  return fd;
}

int FakeSockets::Connect(int fd, const Address& address) {
  if (const int error = Enter(SocketCall::kConnect)) return -error;
  return system_.Connect(fd, address);
}

int FakeSockets::SetOption(int fd, int level, int name, std::string_view value) {
  if (const int error = Enter(SocketCall::kSetOption)) return -error;
  return system_.SetOption(fd, level, name, value);
}

int FakeSockets::TakeError(int fd) {
  if (const int error = Enter(SocketCall::kTakeError)) return error;
  return system_.TakeError(fd);
}

ssize_t FakeSockets::Read(int fd, char* into, size_t size) {
  if (const int error = Enter(SocketCall::kRead)) return -error;
  return system_.Read(fd, into, size);
}

ssize_t FakeSockets::Write(int fd, const iovec* pieces, int count) {
  if (const int error = Enter(SocketCall::kWrite)) return -error;
  if (write_max_ == SIZE_MAX) return system_.Write(fd, pieces, count);
  std::vector<iovec> shortened;
  size_t left = write_max_;
  for (int i = 0; i < count && left > 0; ++i) {
    shortened.push_back({pieces[i].iov_base, std::min(left, pieces[i].iov_len)});
    left -= shortened.back().iov_len;
  }
  return system_.Write(fd, shortened.data(), static_cast<int>(shortened.size()));
}

int FakeSockets::ShutdownWrite(int fd) {
  if (const int error = Enter(SocketCall::kShutdownWrite)) return -error;
  return system_.ShutdownWrite(fd);
}

void FakeSockets::SetResetOnClose(int fd) {
  Enter(SocketCall::kSetResetOnClose);
  system_.SetResetOnClose(fd);
}

void FakeSockets::Close(int fd) {
  Enter(SocketCall::kClose);
  open_.erase(fd);
  system_.Close(fd);
}

Address FakeSockets::LocalAddress(int fd) {
  Enter(SocketCall::kLocalAddress);
  return system_.LocalAddress(fd);
}

int64_t FakeSockets::AcknowledgedBytes(int fd) {
  if (const int error = Enter(SocketCall::kAcknowledgedBytes)) return -error;
  return system_.AcknowledgedBytes(fd);
}

}  // namespace outrigger
