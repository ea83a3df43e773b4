// The listening sockets of the process: one for each address and worker, whatever listener uses it;
// others where a listener wants other socket options there.
//
// Control binds an address before its listener is acknowledged (a failure is that listener's NACK)
// and begins to listen when a published snapshot serves it. A socket whose address is served no
// more is closed once every worker has let go of it; one that was never served, once no accepted
// listener names it. An address that comes back in between goes on with the descriptors it has.
//
// Owned by the server. Thread: control.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "base/ids.h"
#include "net/address.h"
#include "net/socket.h"
#include "server/worker.h"
#include "snapshot/config_snapshot.h"

namespace outrigger {

class ListenSockets {
 public:
  using Workers = std::vector<std::unique_ptr<Worker>>;

  ListenSockets(Sockets& sockets, Workers& workers) : sockets_(sockets), workers_(workers) {}
  ~ListenSockets();

  // Makes sure that the listener's addresses are bound for every worker: all of them or, where one
  // fails, none that was not bound before. `sockets`: by address.
  absl::Status Bind(const SocketLeases& sockets, const ListenerConfig& listener);
  // Listens where `snapshot` serves and no longer where it does not.
  void Apply(std::shared_ptr<const ConfigSnapshot> snapshot);
  // Takes no more clients on listeners of that scope, now and later; how many there were. Requires:
  // a snapshot has been applied.
  size_t EndAccepting(DrainScope scope);
  // Lets go of addresses that are bound and that nothing names any more.
  void CloseUnused();
  // Where a socket really listens: tells the port the kernel chose for port 0.
  Address BoundAddress(ListenSocketId id) const;
  // Addresses, ever: bound, and given up (one that comes back before it is closed was, too).
  struct Counts {
    uint64_t bound = 0;
    uint64_t closed = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  struct Entry {
    IdLease<ListenSocketId> lease;
    ListenAddress place;
    uint32_t backlog = 0;
    absl::InlinedVector<int, 4> descriptors;  // by worker; empty: not bound
    bool is_served = false;                   // by the newest snapshot
    bool is_listening = false;
    // Told to stop: workers that have not answered yet.
    size_t stops_pending = 0;
  };
  void ListenWhereServed();
  size_t CountListening() const;
  bool IsBoundBeside(const Entry& entry) const;
  absl::Status Open(Entry& entry);
  void Close(Entry& entry);
  void StartListening(ListenSocketId id, Entry& entry);
  void StopListening(ListenSocketId id, Entry& entry);
  void OnWorkerStopped(ListenSocketId id);

  Sockets& sockets_;
  Workers& workers_;
  absl::btree_map<ListenSocketId, Entry> entries_;
  size_t unserved_ = 0;  // of these, as an upper bound: those that may be of no use any more
  std::shared_ptr<const ConfigSnapshot> applied_;
  bool has_failed_ = false;  // to listen somewhere: tried again with the next snapshot
  DrainScope ended_ = DrainScope::kNone;
  Counts counts_;
};

}  // namespace outrigger
