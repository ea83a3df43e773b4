#include "ctl/admin_client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/byte_buffer.h"
#include "base/slab.h"
#include "http/http1/client_codec.h"

namespace outrigger::ctl {

namespace {

constexpr size_t kReadBytes = 64 * 1024;

class Answer final : public http::ResponseEvents {
 public:
  void OnInformational(const http::ResponseHead&) override {}
  void OnResponseHead(const http::ResponseHead& head) override { answer_.status = head.status; }
  void OnBody(std::string_view bytes) override {
    if (answer_.body.size() + bytes.size() <= AdminClient::kBodyBytesMax) answer_.body += bytes;
  }
  void OnTrailers(const http::HeaderMap&) override {}
  void OnMessageEnd() override { is_over_ = true; }
  void OnMessageError(const http::Error&) override { is_over_ = has_failed_ = true; }

  bool is_over() const { return is_over_; }
  bool has_failed() const { return has_failed_; }
  AdminAnswer Take() { return std::move(answer_); }

 private:
  AdminAnswer answer_;
  bool is_over_ = false;
  bool has_failed_ = false;
};

absl::Status Failure(const Address& address, int error) {
  return absl::UnavailableError(fmt::format("{}: {}", address.ToString(), strerror(error)));
}

// Closes what it holds.
struct Socket {
  ~Socket() {
    if (fd >= 0) close(fd);
  }
  int fd = -1;
};

absl::Status Connect(const Address& address, Socket& to) {
  to.fd = socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (to.fd < 0) return Failure(address, errno);
  const timeval wait_max{AdminClient::kWaitSecondsMax, 0};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    if (setsockopt(to.fd, SOL_SOCKET, option, &wait_max, sizeof wait_max) < 0) {
      return Failure(address, errno);
    }
  }
  if (connect(to.fd, address.data(), address.size()) < 0) return Failure(address, errno);
  return absl::OkStatus();
}

absl::Status SendAll(const Address& address, const Socket& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(to.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return Failure(address, errno);
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return absl::OkStatus();
}

absl::Status ReadAnswer(const Address& address, const Socket& from, http::http1::ClientCodec& codec,
                        const Answer& answer) {
  std::string pending;
  std::string piece(kReadBytes, '\0');
  while (!answer.is_over()) {
    const ssize_t count = recv(from.fd, piece.data(), piece.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failure(address, errno);
    if (count == 0) {
      codec.OnEof();
      break;
    }
    pending.append(piece, 0, static_cast<size_t>(count));
    pending.erase(0, codec.Decode(pending));
  }
  if (answer.is_over() && !answer.has_failed()) return absl::OkStatus();
  return absl::UnavailableError(fmt::format("{}: the answer is broken", address.ToString()));
}

absl::StatusOr<Address> ParseIpAndPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  uint16_t port = 0;
  const std::string_view digits = colon == text.npos ? "" : text.substr(colon + 1);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool is_port =
      !digits.empty() && parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  const absl::StatusOr<Address> address = Address::FromIp(host, port);
  if (is_port && address.ok()) return address;
  return absl::InvalidArgumentError(
      fmt::format("\"{}\" is neither ADDRESS:PORT nor the path of a Unix socket", text));
}

}  // namespace

absl::StatusOr<Address> ParseAdminAddress(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  if (text.starts_with(kUnix)) return Address::FromPath(text.substr(kUnix.size()));
  if (text.starts_with('/') || text.starts_with("./") || text.starts_with('@')) {
    return Address::FromPath(text);
  }
  return ParseIpAndPort(text);
}

absl::StatusOr<AdminAnswer> AdminClient::Ask(std::string_view method,
                                             std::string_view target) const {
  Socket connection;
  if (absl::Status status = Connect(address_, connection); !status.ok()) return status;
  SlabPool slabs;
  ByteBuffer output(slabs);
  http::http1::ClientCodec codec(output, {});
  Answer answer;
  http::RequestHead head;
  head.method = method;
  head.path = target;
  head.authority = "admin";
  http::RequestEncoder& encoder = codec.StartExchange(answer);
  encoder.EncodeRequestHead(head);
  encoder.EncodeEnd(nullptr);
  if (absl::Status status = SendAll(address_, connection, output.Linearize()); !status.ok()) {
    return status;
  }
  if (absl::Status status = ReadAnswer(address_, connection, codec, answer); !status.ok()) {
    return status;
  }
  return answer.Take();
}

}  // namespace outrigger::ctl
