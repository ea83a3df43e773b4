#include "xds/server_pair.h"

#include <utility>

namespace outrigger::xds {

ServerPair::ServerPair(EventLoop& control, Random& random, Protocol protocol, AdsPeer primary,
                       std::optional<AdsPeer> failover, ServerProbe::Hooks hooks)
    : random_(random),
      primary_(primary),
      failover_(failover),
      choice_(failover_.has_value()),
      on_return_(std::move(hooks.on_answer)),
      probe_(
          control, primary_.transport, random, primary_.back_off, protocol,
          {std::move(hooks.request), [this] { OnPrimaryAnswer(); }, std::move(hooks.on_failure)}) {}

// A message, not a connection, proves a server well (X40).
bool ServerPair::OnAnswer() {
  const ServerRole server = choice_.current();
  choice_.OnAnswer();
  peer().back_off.Reset();
  if (server == ServerRole::kFailover) probe_.Start();
  return std::exchange(runs_of_, server) != server;
}

bool ServerPair::OnStreamEnd(bool has_answered) {
  const ServerRole before = choice_.current();
  choice_.OnStreamEnd(has_answered);
  if (choice_.current() == before) return false;
  probe_.Stop();
  return true;
}

void ServerPair::OnPrimaryAnswer() {
  choice_.OnPrimaryAnswer();
  primary_.back_off.Reset();
  on_return_();
}

}  // namespace outrigger::xds
