#include "server/listen_sockets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "base/log.h"
#include "net/bind.h"

namespace outrigger {

ListenSockets::~ListenSockets() {
  for (auto& [id, entry] : entries_) Close(entry);
}

absl::Status ListenSockets::Bind(const SocketLeases& sockets, const ListenerConfig& listener) {
  std::vector<ListenSocketId> opened;
  absl::Status status;
  for (size_t i = 0; i < sockets.size() && status.ok(); ++i) {
    const auto [it, is_new] = entries_.try_emplace(*sockets[i]);
    if (is_new) ++unserved_;
    Entry& entry = it->second;
    entry.lease = sockets[i];
    entry.place = listener.addresses[i];
    entry.backlog = listener.backlog;
    if (!entry.descriptors.empty()) continue;
    opened.push_back(*sockets[i]);
    status = Open(entry);
  }
  if (status.ok()) return status;
  for (const ListenSocketId id : opened) {
    Close(entries_[id]);
    entries_.erase(id);
  }
  return status;
}

// A socket of ours, with other options, has the address.
bool ListenSockets::IsBoundBeside(const Entry& entry) const {
  return std::ranges::any_of(entries_, [&](const auto& other) {
    return &other.second != &entry && !other.second.descriptors.empty() &&
           other.second.place.address == entry.place.address;
  });
}

absl::Status ListenSockets::Open(Entry& entry) {
  Address shared = entry.place.address;
  const bool is_bound_beside = IsBoundBeside(entry);
  // A Unix socket has one descriptor, which the workers share.
  const size_t count = shared.is_ip() ? workers_.size() : 1;
  for (size_t i = 0; i < count; ++i) {
    BindOptions options;
    options.is_port_ours = i > 0 || is_bound_beside;
    options.file_mode = entry.place.file_mode;
    options.socket_options = entry.place.options;
    absl::StatusOr<int> fd = BindListenSocket(sockets_, shared, options);
    if (!fd.ok()) {
      Close(entry);
      return fd.status();
    }
    entry.descriptors.push_back(*fd);
    // Port 0: the first socket finds a port, the others join it.
    if (shared.is_ip() && shared.port() == 0) shared = sockets_.LocalAddress(*fd);
  }
  ++counts_.bound;
  return absl::OkStatus();
}

void ListenSockets::Close(Entry& entry) {
  for (int fd : entry.descriptors) sockets_.Close(fd);
  entry.descriptors.clear();
}

void ListenSockets::Apply(std::shared_ptr<const ConfigSnapshot> snapshot) {
  const std::shared_ptr<const ConfigSnapshot> before = std::exchange(applied_, std::move(snapshot));
  // Most updates are of something else.
  if (before != nullptr && !has_failed_ && before->listeners.SharesAllWith(applied_->listeners) &&
      before->listener_by_socket.SharesAllWith(applied_->listener_by_socket)) {
    return;
  }
  ListenWhereServed();
}

void ListenSockets::ListenWhereServed() {
  has_failed_ = false;
  unserved_ = 0;
  for (auto& [id, entry] : entries_) {
    const ListenerId* listener = applied_->listener_by_socket.Get(id);
    entry.is_served = listener != nullptr &&
                      !IsInScope(ended_, applied_->listeners.Get(*listener)->config->direction);
    if (!entry.is_served) ++unserved_;
    if (entry.is_served && !entry.is_listening && entry.stops_pending == 0) {
      StartListening(id, entry);
    } else if (!entry.is_served && entry.is_listening) {
      StopListening(id, entry);
    }
  }
}

size_t ListenSockets::EndAccepting(DrainScope scope) {
  const size_t before = CountListening();
  ended_ = std::max(ended_, scope);
  ListenWhereServed();
  return before - CountListening();
}

size_t ListenSockets::CountListening() const {
  std::set<ListenerId> listeners;
  for (const auto& [id, entry] : entries_) {
    const ListenerId* listener = applied_->listener_by_socket.Get(id);
    if (entry.is_listening && listener != nullptr) listeners.insert(*listener);
  }
  return listeners.size();
}

void ListenSockets::CloseUnused() {
  if (unserved_ == 0) return;
  unserved_ = 0;
  for (auto it = entries_.begin(); it != entries_.end();) {
    Entry& entry = it->second;
    const bool is_unused = !entry.is_served && !entry.is_listening && entry.stops_pending == 0 &&
                           entry.lease.use_count() == 1;
    if (is_unused) {
      if (!entry.descriptors.empty()) ++counts_.closed;
      Close(entry);
    } else if (!entry.is_served) {
      ++unserved_;
    }
    it = is_unused ? entries_.erase(it) : std::next(it);
  }
}

void ListenSockets::StartListening(ListenSocketId id, Entry& entry) {
  // Closed after it had been served, then named again by a listener that was not complete yet.
  if (entry.descriptors.empty()) {
    if (absl::Status status = Open(entry); !status.ok()) {
      Log(LogLevel::kError, "cannot listen again: {}", std::string(status.message()));
      has_failed_ = true;
      return;
    }
  }
  entry.is_listening = true;
  for (int fd : entry.descriptors) {
    // Bound long ago by us: only a lack of kernel memory could refuse now, and then accepting fails
    // too.
    static_cast<void>(sockets_.Listen(fd, static_cast<int>(entry.backlog)));
    // Tried when it was bound.
    static_cast<void>(
        SetSocketOptions(sockets_, fd, entry.place.options, SocketOption::When::kListening));
  }
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->Listen(id, entry.descriptors[i % entry.descriptors.size()]);
  }
}

void ListenSockets::StopListening(ListenSocketId id, Entry& entry) {
  ++counts_.closed;
  entry.is_listening = false;
  entry.stops_pending = workers_.size();
  for (auto& worker : workers_) {
    worker->StopListening(id, [this, id] { OnWorkerStopped(id); });
  }
}

void ListenSockets::OnWorkerStopped(ListenSocketId id) {
  Entry& entry = entries_[id];
  if (--entry.stops_pending > 0) return;
  if (entry.is_served) {
    // It came back: whoever connected meanwhile waits in the backlog.
    StartListening(id, entry);
    return;
  }
  Close(entry);
  if (entry.lease.use_count() == 1) entries_.erase(id);
}

Address ListenSockets::BoundAddress(ListenSocketId id) const {
  const auto it = entries_.find(id);
  if (it == entries_.end() || it->second.descriptors.empty()) return {};
  return sockets_.LocalAddress(it->second.descriptors[0]);
}

}  // namespace outrigger
