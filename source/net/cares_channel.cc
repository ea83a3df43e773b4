#include "net/cares_channel.h"

#include <ares.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace outrigger {

namespace {

constexpr int kSocketEventsMax = 16;  // a turn; the rest is ready in the next one
constexpr uint16_t kNameServerPort = 53;

DnsOutcome OutcomeOf(int status) {
  switch (status) {
    case ARES_SUCCESS:
    case ARES_ENODATA:
      return DnsOutcome::kNoAddress;
    case ARES_ENOTFOUND:
      return DnsOutcome::kNoName;
    case ARES_ETIMEOUT:
      return DnsOutcome::kTimedOut;
    case ARES_ECONNREFUSED:  // also what c-ares says once every server has failed
    case ARES_ESERVFAIL:
    case ARES_EREFUSED:
    case ARES_ENOTIMP:
    case ARES_EFORMERR:
      return DnsOutcome::kServerFailed;
    default:
      return DnsOutcome::kFailed;
  }
}

std::string_view SocketBytesOf(const DnsAddress& each) {
  return {reinterpret_cast<const char*>(each.address.data()), each.address.size()};
}

std::vector<DnsAddress> AddressesOf(const ares_addrinfo* result) {
  std::vector<DnsAddress> addresses;
  if (result == nullptr) return addresses;
  for (const ares_addrinfo_node* node = result->nodes; node != nullptr; node = node->ai_next) {
    addresses.push_back({Address::FromSockaddr(node->ai_addr, node->ai_addrlen),
                         std::chrono::seconds(std::max(node->ai_ttl, 0))});
  }
  if (addresses.size() <= DnsAnswer::kAddressesMax) return addresses;
  std::sort(addresses.begin(), addresses.end(), [](const DnsAddress& a, const DnsAddress& b) {
    return SocketBytesOf(a) < SocketBytesOf(b);
  });
  addresses.resize(DnsAnswer::kAddressesMax);
  return addresses;
}

absl::Status CaresError(const char* what, int status) {
  return absl::UnavailableError(absl::StrCat(what, ": ", ares_strerror(status)));
}

ares_addr_port_node NodeOf(const Address& server) {
  ares_addr_port_node node{};
  node.family = server.family();
  node.udp_port = node.tcp_port = server.port() == 0 ? kNameServerPort : server.port();
  if (server.family() == AF_INET) {
    node.addr.addr4 = reinterpret_cast<const sockaddr_in*>(server.data())->sin_addr;
  } else {
    const auto& address = reinterpret_cast<const sockaddr_in6*>(server.data())->sin6_addr;
    std::memcpy(&node.addr.addr6, &address, sizeof node.addr.addr6);
  }
  return node;
}

}  // namespace

CaresChannel::CaresChannel(EventLoop& loop, DnsSettings settings, OnAnswer on_answer)
    : loop_(loop),
      settings_(std::move(settings)),
      on_answer_(std::move(on_answer)),
      opened_at_(loop.now()),
      timer_(loop, [this] { Process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); }) {}

CaresChannel::~CaresChannel() {
  is_closing_ = true;
  if (channel_ != nullptr) ares_destroy(channel_);
  if (sockets_ < 0) return;
  loop_.Unregister(sockets_, *this);
  close(sockets_);
}

absl::Status CaresChannel::Open() {
  const int sockets = epoll_create1(EPOLL_CLOEXEC);
  if (sockets < 0) return absl::ErrnoToStatus(errno, "epoll_create1");
  if (absl::Status status = loop_.RegisterLevel(sockets, *this); !status.ok()) {
    close(sockets);
    return status;
  }
  sockets_ = sockets;
  ares_options options{};
  int set = ARES_OPT_SOCK_STATE_CB | ARES_OPT_FLAGS;
  options.sock_state_cb = &OnSocketState;
  options.sock_state_cb_data = this;
  if (settings_.uses_tcp) options.flags |= ARES_FLAG_USEVC;
  if (settings_.has_no_search_domains) options.flags |= ARES_FLAG_NOSEARCH;
  if (settings_.udp_payload_bytes_max > 0) {
    options.flags |= ARES_FLAG_EDNS;
    options.ednspsz = static_cast<int>(settings_.udp_payload_bytes_max);
    set |= ARES_OPT_EDNSPSZ;
  }
  if (settings_.tries > 0) {
    options.tries = static_cast<int>(settings_.tries);
    set |= ARES_OPT_TRIES;
  }
  if (settings_.timeout > Duration::zero()) {
    options.timeout = static_cast<int>(settings_.timeout / std::chrono::milliseconds(1));
    set |= ARES_OPT_TIMEOUTMS;
  }
  set |= settings_.rotates_servers ? ARES_OPT_ROTATE : ARES_OPT_NOROTATE;
  if (const int status = ares_init_options(&channel_, &options, set); status != ARES_SUCCESS) {
    channel_ = nullptr;
    return CaresError("c-ares", status);
  }
  return SetServers();
}

absl::Status CaresChannel::SetServers() {
  if (settings_.servers.empty()) return absl::OkStatus();
  if (settings_.servers_are_fallback && !HasNoServerOfTheSystem()) return absl::OkStatus();
  std::vector<ares_addr_port_node> nodes;
  nodes.reserve(settings_.servers.size());
  for (const Address& server : settings_.servers) nodes.push_back(NodeOf(server));
  for (size_t i = 0; i + 1 < nodes.size(); ++i) nodes[i].next = &nodes[i + 1];
  const int status = ares_set_servers_ports(channel_, nodes.data());
  return status == ARES_SUCCESS ? absl::OkStatus() : CaresError("name servers", status);
}

// Without any, c-ares asks this machine itself.
bool CaresChannel::HasNoServerOfTheSystem() const {
  ares_addr_node* first = nullptr;
  if (ares_get_servers(channel_, &first) != ARES_SUCCESS) return true;
  const bool has_none = first == nullptr || (first->next == nullptr && first->family == AF_INET &&
                                             first->addr.addr4.s_addr == htonl(INADDR_LOOPBACK));
  ares_free_data(first);
  return has_none;
}

bool CaresChannel::is_spent() const {
  const uint32_t questions_max = settings_.questions_per_port_max;
  return has_failed_ || (questions_max > 0 && questions_asked_ >= questions_max);
}

void CaresChannel::Ask(DnsResolver::Id id, const DnsQuestion& question) {
  ares_addrinfo_hints hints{};
  hints.ai_family = question.family == DnsFamily::kV4 ? AF_INET : AF_INET6;
  hints.ai_socktype = SOCK_STREAM;  // one node for each address
  hints.ai_flags = ARES_AI_NOSORT;  // sorting would open a socket for each address
  ++questions_open_;
  ++questions_asked_;
  ares_getaddrinfo(channel_, question.name.c_str(), nullptr, &hints, &OnResult,
                   new Call{*this, id});
  ArmTimer();
}

void CaresChannel::OnResult(void* call, int status, int timeouts, ares_addrinfo* result) {
  const std::unique_ptr<Call> owned(static_cast<Call*>(call));
  CaresChannel& self = owned->channel;
  --self.questions_open_;
  DnsAnswer answer;
  answer.outcome = OutcomeOf(status);
  answer.timeouts = static_cast<uint32_t>(std::max(timeouts, 0));
  answer.addresses = AddressesOf(result);
  if (result != nullptr) ares_freeaddrinfo(result);
  if (self.is_closing_) return;
  if (!answer.addresses.empty()) {
    answer.outcome = DnsOutcome::kAddresses;
  } else {
    answer.problem = ares_strerror(status == ARES_SUCCESS ? ARES_ENODATA : status);
  }
  const bool is_known = answer.outcome == DnsOutcome::kAddresses ||
                        answer.outcome == DnsOutcome::kNoName ||
                        answer.outcome == DnsOutcome::kNoAddress;
  if (!is_known) self.has_failed_ = true;
  self.on_answer_(owned->id, std::move(answer));
}

void CaresChannel::OnSocketState(void* self, int fd, int readable, int writable) {
  const int sockets = static_cast<CaresChannel*>(self)->sockets_;
  epoll_event event{};
  event.data.fd = fd;
  if (readable != 0) event.events |= EPOLLIN;
  if (writable != 0) event.events |= EPOLLOUT;
  if (event.events == 0) {
    // Fails when c-ares never asked for it.
    static_cast<void>(epoll_ctl(sockets, EPOLL_CTL_DEL, fd, nullptr));
  } else if (epoll_ctl(sockets, EPOLL_CTL_MOD, fd, &event) != 0) {
    OUTRIGGER_CHECK(epoll_ctl(sockets, EPOLL_CTL_ADD, fd, &event) == 0);
  }
}

void CaresChannel::OnIo(IoEvents /*events*/) {
  epoll_event ready[kSocketEventsMax];
  const int count = epoll_wait(sockets_, ready, kSocketEventsMax, 0);
  for (int i = 0; i < count; ++i) {
    const bool is_broken = (ready[i].events & (EPOLLERR | EPOLLHUP)) != 0;
    const int fd = ready[i].data.fd;
    Process(is_broken || (ready[i].events & EPOLLIN) != 0 ? fd : ARES_SOCKET_BAD,
            is_broken || (ready[i].events & EPOLLOUT) != 0 ? fd : ARES_SOCKET_BAD);
  }
}

void CaresChannel::Process(int readable_fd, int writable_fd) {
  ares_process_fd(channel_, readable_fd, writable_fd);
  ArmTimer();
}

void CaresChannel::ArmTimer() {
  timeval left{};
  if (ares_timeout(channel_, nullptr, &left) == nullptr) {
    timer_.Disarm();
  } else {
    timer_.Arm(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec));
  }
}

}  // namespace outrigger
