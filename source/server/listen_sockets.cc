#include "server/listen_sockets.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "net/bind.h"

namespace outrigger {

ListenSockets::~ListenSockets() {
  for (auto& [id, entry] : entries_) {
    for (int fd : entry.descriptors) sockets_.Close(fd);
  }
}

absl::Status ListenSockets::Bind(ListenSocketId id, const Address& address, uint32_t backlog) {
  Entry& entry = entries_[id];
  if (!entry.descriptors.empty()) return absl::OkStatus();
  absl::Status status;
  Address shared = address;
  // A Unix socket has one descriptor, which the workers share.
  const size_t count = address.is_ip() ? workers_.size() : 1;
  for (size_t i = 0; i < count; ++i) {
    BindOptions options;
    options.is_port_ours = i > 0;
    absl::StatusOr<int> fd = BindListenSocket(sockets_, shared, options);
    if (!fd.ok()) {
      status = fd.status();
      break;
    }
    entry.descriptors.push_back(*fd);
    // Port 0: the first socket finds a port, the others join it.
    if (shared.is_ip() && shared.port() == 0) shared = sockets_.LocalAddress(*fd);
  }
  if (!status.ok()) {
    for (int fd : entry.descriptors) sockets_.Close(fd);
    entries_.erase(id);
    return status;
  }
  entry.address = address;
  entry.backlog = backlog;
  return absl::OkStatus();
}

void ListenSockets::Apply(const ConfigSnapshot& snapshot) {
  for (auto& [id, entry] : entries_) {
    const bool is_served = snapshot.listener_by_socket.Get(id) != nullptr;
    if (is_served && !entry.is_listening && entry.stops_pending == 0) {
      StartListening(id, entry);
    } else if (!is_served && entry.is_listening) {
      StopListening(id, entry);
    }
  }
}

void ListenSockets::StartListening(ListenSocketId id, Entry& entry) {
  entry.is_listening = true;
  for (int fd : entry.descriptors) {
    // Bound long ago by us: only a lack of kernel memory could refuse now, and then accepting fails
    // too.
    static_cast<void>(sockets_.Listen(fd, static_cast<int>(entry.backlog)));
  }
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->Listen(id, entry.descriptors[i % entry.descriptors.size()]);
  }
}

void ListenSockets::StopListening(ListenSocketId id, Entry& entry) {
  entry.is_listening = false;
  entry.stops_pending = workers_.size();
  for (auto& worker : workers_) {
    worker->StopListening(id, [this, id] { OnWorkerStopped(id); });
  }
}

void ListenSockets::OnWorkerStopped(ListenSocketId id) {
  Entry& entry = entries_[id];
  if (--entry.stops_pending > 0) return;
  for (int fd : entry.descriptors) sockets_.Close(fd);
  entries_.erase(id);
}

Address ListenSockets::BoundAddress(ListenSocketId id) const {
  const auto it = entries_.find(id);
  return it == entries_.end() ? Address() : sockets_.LocalAddress(it->second.descriptors[0]);
}

}  // namespace outrigger
