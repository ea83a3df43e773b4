#include "test/support/dns_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <utility>

namespace outrigger::test {

namespace {

constexpr uint16_t kTypeA = 1;
constexpr uint16_t kTypeAaaa = 28;
constexpr size_t kHeadBytes = 12;
constexpr int kPollMs = 20;

void Append16(std::string& to, size_t value) {
  to.push_back(static_cast<char>(value >> 8 & 0xFF));
  to.push_back(static_cast<char>(value & 0xFF));
}

// The one question of a message.
struct Question {
  std::string name;  // in lower case
  uint16_t type = 0;
  size_t end = 0;  // where it ends in the message
};

Question ReadQuestion(std::string_view message) {
  Question question;
  size_t at = kHeadBytes;
  while (at < message.size() && message[at] != 0) {
    const auto length = static_cast<size_t>(message[at]);
    if (!question.name.empty()) question.name += '.';
    for (char c : message.substr(at + 1, length)) {
      question.name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    at += 1 + length;
  }
  if (at + 5 > message.size()) return question;
  question.type = static_cast<uint16_t>(static_cast<unsigned char>(message[at + 1]) << 8 |
                                        static_cast<unsigned char>(message[at + 2]));
  question.end = at + 5;
  return question;
}

// In wire form, those of the type; RFC 1035 section 4.1.3.
std::vector<std::string> RecordsOf(const DnsReply& reply, uint16_t type) {
  std::vector<std::string> records;
  for (const std::string& text : reply.addresses) {
    char bytes[16];
    const bool is_v6 = text.find(':') != std::string::npos;
    if (inet_pton(is_v6 ? AF_INET6 : AF_INET, text.c_str(), bytes) != 1) std::abort();
    if ((is_v6 ? kTypeAaaa : kTypeA) != type) continue;
    std::string record = "\xC0\x0C";  // the name of the question
    Append16(record, type);
    Append16(record, 1);  // IN
    Append16(record, reply.ttl_seconds >> 16);
    Append16(record, reply.ttl_seconds & 0xFFFF);
    Append16(record, is_v6 ? 16 : 4);
    record.append(bytes, is_v6 ? 16 : 4);
    records.push_back(std::move(record));
  }
  return records;
}

std::string Message(std::string_view asked, const Question& question, int flags,
                    const std::vector<std::string>& records) {
  std::string message(asked.substr(0, 2));
  Append16(message, 0x8180u | static_cast<unsigned>(flags));  // an answer, recursive
  Append16(message, 1);
  Append16(message, records.size());
  Append16(message, 0);
  Append16(message, 0);
  message += asked.substr(kHeadBytes, question.end - kHeadBytes);
  for (const std::string& record : records) message += record;
  return message;
}

int Bind(int type, sockaddr_in& address) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

bool ReadWhole(int fd, char* into, size_t size) {
  while (size > 0) {
    const ssize_t count = read(fd, into, size);
    if (count <= 0) return false;
    into += count;
    size -= static_cast<size_t>(count);
  }
  return true;
}

}  // namespace

DnsServer::DnsServer() {
  // The port that UDP got may be somebody's over TCP.
  for (int tries = 0; tcp_fd_ < 0; ++tries) {
    if (tries == 100) std::abort();
    if (udp_fd_ >= 0) close(udp_fd_);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    udp_fd_ = Bind(SOCK_DGRAM, address);
    if (udp_fd_ < 0) std::abort();
    port_ = ntohs(address.sin_port);
    tcp_fd_ = Bind(SOCK_STREAM, address);
  }
  if (listen(tcp_fd_, 16) != 0) std::abort();
  thread_ = std::thread([this] { Run(); });
}

DnsServer::~DnsServer() {
  is_stopping_ = true;
  thread_.join();
  close(udp_fd_);
  close(tcp_fd_);
}

void DnsServer::Set(const std::string& name, DnsReply reply) {
  const std::lock_guard<std::mutex> lock(mutex_);
  replies_[name] = std::move(reply);
}

int DnsServer::questions(const std::string& name) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto count = questions_.find(name);
  return count == questions_.end() ? 0 : count->second;
}

std::string DnsServer::ResolverYaml(const std::string& fields) const {
  return fmt::format(
      "{{name: cares, typed_config: {{'@type': type.googleapis.com/envoy.extensions.network."
      "dns_resolver.cares.v3.CaresDnsResolverConfig, resolvers: [{{socket_address: {{address: "
      "127.0.0.1, port_value: {}}}}}], dns_resolver_options: {{no_default_search_domain: "
      "true}}{}{}}}}}",
      port_, fields.empty() ? "" : ", ", fields);
}

void DnsServer::Run() {
  while (!is_stopping_) {
    pollfd fds[] = {{udp_fd_, POLLIN, 0}, {tcp_fd_, POLLIN, 0}};
    if (poll(fds, 2, kPollMs) <= 0) continue;
    if (fds[0].revents != 0) AnswerDatagram();
    if (fds[1].revents != 0) AnswerStream();
  }
}

void DnsServer::AnswerDatagram() {
  char bytes[4096];
  sockaddr_in from{};
  socklen_t size = sizeof from;
  const ssize_t count =
      recvfrom(udp_fd_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
  if (count < static_cast<ssize_t>(kHeadBytes)) return;
  for (const std::string& answer : AnswersTo({bytes, static_cast<size_t>(count)}, false)) {
    sendto(udp_fd_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }
}

// One question of one connection, RFC 1035 section 4.2.2.
void DnsServer::AnswerStream() {
  const int fd = accept4(tcp_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  const timeval wait_max{5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait_max, sizeof wait_max);
  unsigned char length[2];
  if (ReadWhole(fd, reinterpret_cast<char*>(length), sizeof length)) {
    std::string question(static_cast<size_t>(length[0] << 8 | length[1]), '\0');
    if (question.size() > kHeadBytes && ReadWhole(fd, question.data(), question.size())) {
      ++questions_over_tcp_;
      for (const std::string& answer : AnswersTo(question, true)) {
        std::string framed;
        Append16(framed, answer.size());
        framed += answer;
        send(fd, framed.data(), framed.size(), MSG_NOSIGNAL);
      }
    }
  }
  close(fd);
}

std::vector<std::string> DnsServer::AnswersTo(std::string_view asked, bool is_stream) {
  const Question question = ReadQuestion(asked);
  if (question.end == 0) return {};
  const std::lock_guard<std::mutex> lock(mutex_);
  ++questions_[question.name];
  const auto known = replies_.find(question.name);
  if (known == replies_.end()) return {Message(asked, question, 3, {})};
  const DnsReply& reply = known->second;
  if (reply.is_silent || (reply.is_silent_v6 && question.type == kTypeAaaa)) return {};
  if (reply.is_too_long && !is_stream) return {Message(asked, question, 0x0200, {})};
  std::vector<std::string> answers;
  if (reply.has_wrong_id) {
    const auto forged = RecordsOf({.addresses = {"192.0.2.1"}}, question.type);
    answers.push_back(Message(asked, question, 0, forged));
    answers.back()[0] = static_cast<char>(answers.back()[0] ^ 0x55);
  }
  answers.push_back(Message(asked, question, reply.error, RecordsOf(reply, question.type)));
  return answers;
}

}  // namespace outrigger::test
