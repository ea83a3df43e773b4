#include "grpc_link/link_relay.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cluster/cluster_stats.h"
#include "cluster/tls_failures.h"
#include "grpc_link/goaway_watch.h"

namespace outrigger {

namespace {

// A peer that vanished is noticed below HTTP/2 as well, even before its first PING is due (P16).
constexpr int kKeepAliveIdleSeconds = 30;
constexpr int kKeepAliveIntervalSeconds = 5;
constexpr int kKeepAliveProbes = 3;
constexpr int kUserTimeoutMs = 45'000;  // idle plus all probes

void EnableKeepAlive(Sockets& sockets, const Connection& connection) {
  if (!connection.peer_address().is_ip()) return;
  const int fd = connection.fd();
  // Best effort: a kernel that refuses one of them still has the PINGs.
  static_cast<void>(sockets.SetNumberOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1));
  static_cast<void>(sockets.SetNumberOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleSeconds));
  static_cast<void>(
      sockets.SetNumberOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalSeconds));
  static_cast<void>(sockets.SetNumberOption(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes));
  static_cast<void>(sockets.SetNumberOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs));
}

constexpr std::string_view kApplicationProtocols = "\x02h2";  // RFC 7301 wire form

// How one side of a relay ended.
struct Ending {
  CloseReason reason;
  int system_error;
  TransportFailure failure;
};

absl::Status ConnectError(const Address& endpoint, const Ending& ending) {
  std::string why = ending.failure.reason;
  if (ending.reason == CloseReason::kConnectTimeout) {
    why = "timed out";
  } else if (why.empty()) {
    why = std::strerror(ending.system_error);
  } else {
    why = absl::StrCat("TLS: ", why);
  }
  return absl::UnavailableError(absl::StrCat("connecting to ", endpoint.ToString(), ": ", why));
}

}  // namespace

// Two connections, each the filter's own side; what one reads the other writes.
class LinkRelay {
 public:
  using OnGone = absl::AnyInvocable<void()>;

  LinkRelay(NetContext& net, RelayTarget target, OnRelayOpen on_open)
      : net_(net), target_(std::move(target)), on_open_(std::move(on_open)) {}
  ~LinkRelay() {
    if (is_counted_active_) Subtract(kUpstreamCxActive);
  }

  void Start(OnGone on_gone);

 private:
  class Side final : public NetworkFilter {
   public:
    Side(LinkRelay& relay, Side& other) : relay_(relay), other_(other) {}

    void Take(std::unique_ptr<Connection> connection) {
      connection_ = std::move(connection);
      connection_->Start(*this);
    }
    bool is_open() const { return connection_ != nullptr; }
    bool is_ended_by_peer() const { return is_ended_by_peer_; }
    Connection& connection() { return *connection_; }

    void OnConnected() override { relay_.OnConnected(); }
    size_t OnBytes(std::string_view bytes) override;
    void OnEof() override {
      is_ended_by_peer_ = true;
      connection_->Close(Connection::Flush::kYes);
    }
    void OnBelowLowWater() override { other_.Resume(); }
    void OnClosed(CloseReason reason, int system_error) override;

   private:
    void Resume();

    LinkRelay& relay_;
    Side& other_;
    std::unique_ptr<Connection> connection_;
    bool is_paused_ = false;
    bool is_ended_by_peer_ = false;
  };

  void OnConnected();
  void Watch(std::string_view from_server);
  absl::StatusOr<OwnedDescriptor> MakePair();
  void OnSideClosed(const Side& side, const Ending& ending);
  void CountUpstreamEnd(const Ending& ending);
  void Add(ClusterStat stat, uint64_t delta = 1) {
    if (target_.stats != nullptr) target_.stats->ForWriter(stats::kServiceWriter).Add(stat, delta);
  }
  void Subtract(ClusterStat stat) {
    if (target_.stats != nullptr) target_.stats->ForWriter(stats::kServiceWriter).Subtract(stat);
  }
  // Milliseconds since the connection was begun.
  void Record(ClusterStat stat) {
    if (target_.stats == nullptr) return;
    const std::chrono::duration<double, std::milli> elapsed = net_.loop.now() - started_at_;
    target_.stats->ForWriter(stats::kServiceWriter).Record(stat, elapsed.count());
  }

  NetContext& net_;
  RelayTarget target_;
  OnRelayOpen on_open_;  // null once called
  OnGone on_gone_;
  Side upstream_{*this, local_};
  Side local_{*this, upstream_};
  GoAwayWatch watch_;
  MonotonicTime started_at_{};
  bool is_counted_active_ = false;
};

size_t LinkRelay::Side::OnBytes(std::string_view bytes) {
  const bool is_upstream = this == &relay_.upstream_;
  relay_.Add(is_upstream ? kUpstreamCxRxBytesTotal : kUpstreamCxTxBytesTotal, bytes.size());
  if (is_upstream) relay_.Watch(bytes);
  if (!other_.is_open() || other_.connection_->is_closing()) return bytes.size();
  other_.connection_->Write(bytes);
  if (other_.connection_->is_above_high_water() && !is_paused_) {
    is_paused_ = true;
    connection_->PauseReading();
  }
  return bytes.size();
}

void LinkRelay::Side::Resume() {
  if (!is_paused_ || connection_ == nullptr) return;
  is_paused_ = false;
  connection_->ResumeReading();
}

void LinkRelay::Side::OnClosed(CloseReason reason, int system_error) {
  const TransportFailure failure = connection_->transport_failure();
  relay_.net_.loop.DeferDelete(std::move(connection_));
  relay_.OnSideClosed(*this, {reason, system_error, failure});
}

void LinkRelay::Start(OnGone on_gone) {
  on_gone_ = std::move(on_gone);
  started_at_ = net_.loop.now();
  Add(kUpstreamCxTotal);
  Add(kUpstreamCxActive);
  is_counted_active_ = true;
  upstream_.Take(Connection::StartConnect(net_, target_.endpoint, {target_.connect_timeout},
                                          {target_.tls, {}, kApplicationProtocols}));
}

void LinkRelay::OnConnected() {
  Record(kUpstreamCxConnectMs);
  if (upstream_.connection().is_encrypted()) Add(kUpstreamTlsHandshake);
  EnableKeepAlive(net_.sockets, upstream_.connection());
  absl::StatusOr<OwnedDescriptor> pair = MakePair();
  if (!pair.ok()) upstream_.connection().Close(Connection::Flush::kNo);
  std::exchange(on_open_, nullptr)(std::move(pair));
}

void LinkRelay::Watch(std::string_view from_server) {
  if (watch_.Feed(from_server) && target_.on_enhance_your_calm != nullptr) {
    target_.on_enhance_your_calm();
  }
}

absl::StatusOr<OwnedDescriptor> LinkRelay::MakePair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "socketpair");
  }
  local_.Take(Connection::FromAccepted(net_, ends[0], Address()));
  return OwnedDescriptor(ends[1]);
}

void LinkRelay::OnSideClosed(const Side& side, const Ending& ending) {
  const bool is_upstream = &side == &upstream_;
  if (is_upstream) {
    CountUpstreamEnd(ending);
    if (on_open_ != nullptr) {
      std::exchange(on_open_, nullptr)(ConnectError(target_.endpoint, ending));
    }
  }
  Side& other = is_upstream ? local_ : upstream_;
  if (other.is_open()) {
    other.connection().Close(Connection::Flush::kYes);
  } else {
    on_gone_();
  }
}

void LinkRelay::CountUpstreamEnd(const Ending& ending) {
  const CloseReason reason = ending.reason;
  Add(kUpstreamCxDestroy);
  const bool is_local = reason == CloseReason::kLocal && !upstream_.is_ended_by_peer();
  Add(is_local ? kUpstreamCxDestroyLocal : kUpstreamCxDestroyRemote);
  Record(kUpstreamCxLengthMs);
  if (on_open_ != nullptr) Add(kUpstreamCxConnectFail);
  if (target_.stats != nullptr) {
    CountTlsFailure(target_.stats->ForWriter(stats::kServiceWriter), ending.failure.kind);
  }
  if (reason == CloseReason::kConnectTimeout) Add(kUpstreamCxConnectTimeout);
  Subtract(kUpstreamCxActive);
  is_counted_active_ = false;
}

LinkRelays::LinkRelays(NetContext& net) : net_(net) {}
LinkRelays::~LinkRelays() = default;

void LinkRelays::Open(RelayTarget target, OnRelayOpen on_open) {
  if (relays_.size() >= kRelaysMax) {
    on_open(absl::ResourceExhaustedError("too many gRPC links"));
    return;
  }
  auto relay = std::make_unique<LinkRelay>(net_, std::move(target), std::move(on_open));
  LinkRelay* started = relay.get();
  relays_.emplace(started, std::move(relay));
  started->Start([this, started] { Remove(started); });
}

void LinkRelays::Remove(LinkRelay* relay) {
  auto it = relays_.find(relay);
  net_.loop.DeferDelete(std::move(it->second));
  relays_.erase(it);
}

}  // namespace outrigger
