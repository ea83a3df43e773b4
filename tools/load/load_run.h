// One run of the load client: requests at a fixed rate, whatever the answers do (open loop), over a
// fixed number of keep-alive connections.
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
#include "tools/load/program_loop.h"
#include "tools/load/tally.h"

namespace outrigger::load {

struct LoadOptions {
  Address target;
  std::string host;
  std::string path;
  size_t connections = 1;
  double rate = 0;             // requests per second
  uint64_t requests_max = 0;   // how many to send
  Duration timeout{};          // of one request, and of one connect
  Duration report_interval{};  // zero: no report before the end
};

class LoadRun final : public IoHandler {
 public:
  static constexpr size_t kWaitingMax = 100'000;
  static constexpr size_t kConnectionsMax = 10'000;

  LoadRun(ProgramLoop& program, LoadOptions options);
  ~LoadRun() override;

  void Start();
  // Sends no more; the loop ends when what is outstanding has ended.
  void Stop();
  std::string Report() const;

  // For the connections.
  const LoadOptions& options() const { return options_; }
  Tally& tally() { return tally_; }
  MonotonicTime now() const { return program_.clock.Now(); }
  // `connection` is connected and has nothing to do.
  void OnFree(ClientConnection& connection);
  // Its socket is gone; so is its request, if it had one.
  void OnLost(ClientConnection& connection);

  // The schedule's tick.
  void OnIo(IoEvents events) override;

 private:
  void StartTicking();
  void SendDue();
  void Dispatch(LoadRequest request);
  void EndIfDone();
  void ReportAndRearm();

  ProgramLoop& program_;
  const LoadOptions options_;
  Tally tally_;
  const int tick_fd_;
  Timer report_timer_;
  std::vector<std::unique_ptr<ClientConnection>> connections_;
  std::deque<ClientConnection*> idle_;
  std::deque<ClientConnection*> down_;
  std::deque<LoadRequest> waiting_;
  const std::string id_prefix_;
  MonotonicTime started_at_{};
  uint64_t created_ = 0;
  bool is_stopping_ = false;
};

}  // namespace outrigger::load
