// The servers of a stream, the primary and its failover if there is one: which of them is asked,
// and how long to wait before. While the failover answers it finds out whether the primary does.
//
// Owned by ads_client. Thread: control.
#pragma once

#include <functional>
#include <optional>

#include "base/back_off.h"
#include "event/event_loop.h"
#include "xds/ads_transport.h"
#include "xds/protocol.h"
#include "xds/server_choice.h"
#include "xds/server_probe.h"

namespace outrigger::xds {

// A server, and when it is tried again.
struct AdsPeer {
  AdsTransport& transport;
  BackOff back_off;
};

class ServerPair {
 public:
  // Everything outlives this, transports too. `hooks.on_answer`: the primary answers again, and is
  // the current server from now on.
  ServerPair(EventLoop& control, Random& random, Protocol protocol, AdsPeer primary,
             std::optional<AdsPeer> failover, ServerProbe::Hooks hooks);

  bool has_failover() const { return failover_.has_value(); }
  ServerRole current() const { return choice_.current(); }
  AdsTransport& transport() { return peer().transport; }
  // Before the next stream.
  Duration Wait() { return peer().back_off.Next(random_); }

  // The first message of a stream. True: what has run so far is of the other server.
  bool OnAnswer();
  // True: it is the other one's turn.
  bool OnStreamEnd(bool has_answered);
  // What runs is of the other server, as far as anybody knows.
  bool runs_of_other() const { return runs_of_ != choice_.current(); }

 private:
  AdsPeer& peer() { return choice_.current() == ServerRole::kPrimary ? primary_ : *failover_; }
  void OnPrimaryAnswer();

  Random& random_;
  AdsPeer primary_;
  std::optional<AdsPeer> failover_;
  ServerChoice choice_;
  ServerRole runs_of_ = ServerRole::kPrimary;
  const std::function<void()> on_return_;
  ServerProbe probe_;  // of the primary
};

}  // namespace outrigger::xds
