// What the access logs of its listener will want to know of one connection: a line at its end,
// whatever came over it, and one for a connection that no filter chain takes. Notes nothing where
// there are no logs.
//
// Owned by its downstream_connection. Thread: worker.
#pragma once

#include <memory>
#include <string>

#include "downstream/worker_context.h"
#include "logging/log_entry.h"
#include "net/connection.h"
#include "snapshot/config_snapshot.h"

namespace outrigger {

class ConnectionLog {
 public:
  // For all lines about `connection` and its requests; the entry is to be read while it lives.
  static void Describe(const Connection& connection, logging::LogEntry& entry);

  // `connection` outlives it.
  ConnectionLog(const ChainOfListener& chain, const Connection& connection);

  bool is_wanted() const { return notes_ != nullptr; }
  // What is known of any connection. Requires: is_wanted().
  logging::LogEntry Entry() const;
  void Write(const logging::LogEntry& entry, WorkerContext& context) const;

  // Of a connection that is accepted, on `fd`, and about to be closed again.
  static void WriteUnmatched(const ListenerConfig& listener, int fd, const Address& peer,
                             WorkerContext& context);

 private:
  struct Notes {
    std::shared_ptr<const AccessLogs> logs;
    std::string chain;
    WallTime began_at{};
  };

  const Connection& connection_;
  std::unique_ptr<const Notes> notes_;  // null: there are no logs
};

}  // namespace outrigger
