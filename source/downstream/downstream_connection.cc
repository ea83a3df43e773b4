#include "downstream/downstream_connection.h"

#include <utility>

#include "snapshot/listener_stats.h"

namespace outrigger {

KeptChain::KeptChain(SnapshotSlot& slot, std::shared_ptr<const LinkedListener> listener,
                     std::shared_ptr<const LinkedRoutes> routes,
                     std::shared_ptr<const LinkedScopes> scopes)
    : slot_(slot), listener_(listener.get()), routes_(routes.get()), scopes_(scopes.get()) {
  slot_.Pin(std::move(listener));
  if (routes_ != nullptr) slot_.Pin(std::move(routes));
  if (scopes_ != nullptr) slot_.Pin(std::move(scopes));
}

KeptChain::~KeptChain() {
  slot_.Unpin(listener_);
  if (routes_ != nullptr) slot_.Unpin(routes_);
  if (scopes_ != nullptr) slot_.Unpin(scopes_);
}

MatchInputs DownstreamConnection::match_inputs(bool needs_destination) const {
  static const Address kNotAsked;
  const Address& peer = client_.peer_address();
  return {needs_destination ? client_.local_address() : kNotAsked, peer, peer};
}

void DownstreamConnection::Judge(const FilterChain& chain, stats::WriterIndex writer) {
  if (chain.policies.empty()) return;
  auto refusal = JudgeConnection(chain.policies, client_, writer);
  if (!refusal.has_value()) return;
  refused_ = std::make_unique<Refused>(Refused{std::move(refusal->details), nullptr});
  if (refusal->delay == Duration::zero()) return CloseNow();
  client_.PauseReading();
  refused_->delay = std::make_unique<Timer>(client_.loop(), [this] { CloseNow(); });
  refused_->delay->Arm(refusal->delay);
}

bool DownstreamConnection::JudgeAgain(const FilterChain& chain, stats::WriterIndex writer) {
  const bool is_open = client_.is_ready() && !client_.is_closing();
  if (chain.policies.empty() || refused_ != nullptr || !is_open) return true;
  auto refusal = JudgeConnectionAgain(chain.policies, client_, writer);
  if (!refusal.has_value()) return true;
  refused_ = std::make_unique<Refused>(Refused{std::move(refusal->details), nullptr});
  CloseNow();
  return false;
}

std::string_view DownstreamConnection::termination_details() const {
  if (is_late_) return "transport socket timeout was reached";
  return refused_ == nullptr ? std::string_view() : refused_->details;
}

void DownstreamConnection::WriteLine(WorkerContext& context) const {
  if (!connection_log_.is_wanted()) return;
  logging::LogEntry entry = connection_log_.Entry();
  entry.termination_details = termination_details();
  Describe(entry);
  connection_log_.Write(entry, context);
}

void DownstreamConnection::CountHandshake(stats::WriterIndex writer) {
  listener_stats_->ForWriter(writer).Add(kListenerTlsHandshake);
}

void DownstreamConnection::CountEnd(const Connection& connection, CloseReason reason,
                                    stats::WriterIndex writer) {
  stats::Block& stats = listener_stats_->ForWriter(writer);
  is_late_ = reason == CloseReason::kConnectTimeout;
  if (is_late_) stats.Add(kListenerCxHandshakeTimeout);
  if (reason == CloseReason::kSpun) stats.Add(kListenerCxSpun);
  switch (connection.transport_failure().kind) {
    case TransportFailure::Kind::kNone:
      return;
    case TransportFailure::Kind::kProtocol:
      return stats.Add(kListenerTlsConnectionError);
    case TransportFailure::Kind::kNoCertificate:
      return stats.Add(kListenerTlsFailVerifyNoCert);
    case TransportFailure::Kind::kUntrusted:
      return stats.Add(kListenerTlsFailVerifyError);
    case TransportFailure::Kind::kName:
      return stats.Add(kListenerTlsFailVerifySan);
  }
}

}  // namespace outrigger
