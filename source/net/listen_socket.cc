#include "net/listen_socket.h"

#include <cerrno>
#include <utility>

namespace outrigger {

namespace {

// The connection died before it was ours, or the network has a moment: accept(2) says to go on.
bool IsOfOneConnection(int error) {
  switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

}  // namespace

ListenSocket::ListenSocket(NetContext& net, int fd, OnAccept on_accept,
                           absl::AnyInvocable<void(int)> on_pause)
    : net_(net),
      fd_(fd),
      on_accept_(std::move(on_accept)),
      on_pause_(std::move(on_pause)),
      resume_timer_(net.loop, [this] { Resume(); }) {
  is_registered_ = net_.loop.RegisterLevel(fd_, *this).ok();
  if (!is_registered_) Pause(ENOMEM);
}

ListenSocket::~ListenSocket() {
  if (is_registered_) net_.loop.Unregister(fd_, *this);
}

void ListenSocket::OnIo(IoEvents) {
  int failures = 0;
  for (int i = 0; i < kAcceptsPerTurnMax; ++i) {
    Address peer;
    const int fd = net_.sockets.Accept(fd_, peer);
    if (fd >= 0) {
      on_accept_(fd, peer);
    } else if (fd == -EAGAIN) {
      return;
    } else if (++failures == kAcceptsPerTurnMax || !IsOfOneConnection(-fd)) {
      Pause(-fd);  // of one connection, perhaps; but all of them fail
      return;
    }
  }
}

void ListenSocket::Pause(int error) {
  if (is_registered_) net_.loop.SetLevelEnabled(fd_, *this, false);
  resume_timer_.Arm(kPause);
  on_pause_(error);
}

void ListenSocket::Resume() {
  if (is_registered_) {
    net_.loop.SetLevelEnabled(fd_, *this, true);
    return;
  }
  is_registered_ = net_.loop.RegisterLevel(fd_, *this).ok();
  if (!is_registered_) Pause(ENOMEM);
}

}  // namespace outrigger
