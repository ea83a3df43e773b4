// One run of the load client: requests at a fixed rate, whatever the answers do (open loop), over a
// fixed number of connections, kept or made anew for each.
//
// A request goes to the connection that has been idle longest, else to one that has to be opened,
// else it waits its turn; its latency counts from when it was due. Ends the loop when the last one
// is answered.
//
// Owned by main. Thread: main.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "event/event_loop.h"
#include "event/timer.h"
#include "net/address.h"
#include "tools/load/client_connection.h"
#include "tools/load/latency_log.h"
#include "tools/load/ledger.h"
#include "tools/load/program_loop.h"
#include "tools/load/schedule.h"
#include "tools/load/tally.h"

namespace outrigger::load {

struct LoadOptions {
  Address target;
  std::string host;
  std::string path;
  Protocol protocol = Protocol::kHttp1;
  size_t connections = 1;
  size_t streams = 1;  // requests at a time on each; more than one over HTTP/2 only
  std::shared_ptr<const TlsContext> tls;  // null: in plaintext
  bool closes_each = false;               // after one request; HTTP/1 only
  size_t body_bytes = 0;                  // of each request at least; zero: GET
  std::string ledger;                     // file; empty: none
  std::string latencies;                  // file; empty: none
  double rate = 0;                        // requests per second
  uint64_t burst = 1;                     // how many of them at once
  uint64_t requests_max = 0;              // how many to send
  Duration timeout{};                     // of one request, and of one connect
  Duration report_interval{};             // zero: no report before the end
};

class LoadRun final : public IoHandler {
 public:
  static constexpr size_t kWaitingMax = 100'000;
  static constexpr size_t kConnectionsMax = 10'000;
  static constexpr uint64_t kBurstMax = 10'000;
  static constexpr size_t kBodyBytesMax = 64 * 1024;  // of a request
  static constexpr size_t kStreamsMax = 100;          // what a peer allows that says nothing else

  LoadRun(ProgramLoop& program, LoadOptions options);
  ~LoadRun() override;

  void Start();
  // Sends no more; the loop ends when what is outstanding has ended.
  void Stop();
  std::string Report() const;

  // For the connections.
  const LoadOptions& options() const { return options_; }
  Tally& tally() { return tally_; }
  Ledger& ledger() { return ledger_; }
  LatencyLog& latency_log() { return latency_log_; }
  MonotonicTime now() const { return program_.clock.Now(); }
  // A request that was sent has ended.
  void OnEnded() { --outstanding_; }
  // `connection` is connected and could carry one more request: once for each.
  void OnFree(ClientConnection& connection);
  // It carries no further one.
  void OnSpent(ClientConnection& connection);
  // Its socket is gone; so are its requests.
  void OnLost(ClientConnection& connection);

  // The schedule's tick.
  void OnIo(IoEvents events) override;

 private:
  void StartTicking();
  void SendDue();
  void Dispatch(LoadRequest request);
  void SendOn(ClientConnection& connection, LoadRequest request);
  void EndIfDone();
  void ReportAndRearm();

  ProgramLoop& program_;
  const LoadOptions options_;
  Tally tally_;
  Ledger ledger_;
  LatencyLog latency_log_;
  const Schedule schedule_;
  const int tick_fd_;
  Timer report_timer_;
  std::vector<std::unique_ptr<ClientConnection>> connections_;
  std::deque<ClientConnection*> idle_;  // each as often as it could carry one more
  std::deque<ClientConnection*> down_;
  std::deque<LoadRequest> waiting_;
  const std::string id_prefix_;
  MonotonicTime started_at_{};
  uint64_t created_ = 0;
  uint64_t outstanding_ = 0;
  bool is_stopping_ = false;
};

}  // namespace outrigger::load
