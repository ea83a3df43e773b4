// The example upstream: listens on one address and owns its connections.
//
// Owned by main. Thread: main.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/intrusive_list.h"
#include "base/random.h"
#include "event/timer.h"
#include "net/listen_socket.h"
#include "tools/load/ledger.h"
#include "tools/load/program_loop.h"
#include "tools/load/service_connection.h"

namespace outrigger::load {

struct ServiceOptions {
  std::string name;
  std::string version;
  std::shared_ptr<const TlsContext> tls;  // null: in plaintext
  std::string ledger;                     // file; empty: none
  // HTTP/1 connections close so long after an answer at the latest, by chance; unset: never.
  std::optional<Duration> closes_within;
  Duration report_interval{};  // zero: no report
};

class DemoService {
 public:
  static constexpr size_t kConnectionsMax = 50'000;

  // `listen_fd` is bound and listening; it stays the caller's.
  DemoService(NetContext& net, int listen_fd, ServiceOptions options);

  const ServiceOptions& options() const { return options_; }
  NetContext& net() { return net_; }
  bool is_usable() const { return ledger_.is_usable(); }
  // A whole one has come.
  void OnRequest(std::string_view id, const BodyDigest& body);
  // Until somebody asks for the release of all that are held.
  void Hold(ServiceExchange& exchange);
  void ReleaseHeld();
  // How long a connection stays after an answer. Requires: closes_within.
  Duration ChooseStay();
  // Destroyed at the end of the turn.
  void Remove(ServiceConnection& connection);

 private:
  void Accept(int fd, const Address& peer);
  void Report();

  NetContext& net_;
  const ServiceOptions options_;
  Ledger ledger_;
  FastRandom random_;
  Timer report_timer_;
  uint64_t requests_ = 0;
  uint64_t connections_accepted_ = 0;
  IntrusiveList<ServiceExchange> held_;
  ListenSocket listener_;
  absl::flat_hash_map<ServiceConnection*, std::unique_ptr<ServiceConnection>> connections_;
};

}  // namespace outrigger::load
