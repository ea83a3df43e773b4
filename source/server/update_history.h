// The last changes of the configuration and what each of them moved. What workers did comes later
// than the change itself, from each worker when it takes a snapshot.
//
// Owned by the server. Thread: control.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "admin/admin_sources.h"
#include "compiler/update.h"
#include "server/listen_sockets.h"
#include "snapshot/adoption.h"

namespace outrigger {

class UpdateHistory {
 public:
  static constexpr size_t kUpdatesMax = 100;

  explicit UpdateHistory(const ListenSockets& sockets) : sockets_(sockets) {}

  // Before any worker's word on its snapshot comes: both are told on control.
  void Add(const compiler::Update& update);
  void OnAdopted(const Adoption& adoption);

  // Oldest first.
  const std::deque<admin::UpdateEntry>& entries() const { return entries_; }

 private:
  const ListenSockets& sockets_;
  std::deque<admin::UpdateEntry> entries_;
  uint64_t updates_ = 0;  // ever
  ListenSockets::Counts shown_;
};

}  // namespace outrigger
