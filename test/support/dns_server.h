// A name server over UDP and TCP on one free port of 127.0.0.1, which says what a test tells it to,
// and misbehaves on demand. Shares no code with the proxy.
//
// Thread: any; it answers in one of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace outrigger::test {

// What is said of a name. A name that nothing is known of does not exist (NXDOMAIN).
struct DnsReply {
  std::vector<std::string> addresses = {};  // of both families; each question gets its own
  uint32_t ttl_seconds = 60;
  int error = 0;              // RCODE: 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
  bool is_silent = false;     // no answer
  bool is_silent_v6 = false;  // none to questions for IPv6
  bool is_too_long = false;   // for UDP: says so, and nothing else
  bool has_wrong_id = false;  // an answer to a question that nobody asked comes first: 192.0.2.1
};

class DnsServer {
 public:
  DnsServer();
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  uint16_t port() const { return port_; }
  void Set(const std::string& name, DnsReply reply);
  // How often it was asked for, in either family.
  int questions(const std::string& name) const;
  int questions_over_tcp() const { return questions_over_tcp_; }
  // YAML of a typed_dns_resolver_config that asks here; `fields` of its CaresDnsResolverConfig.
  std::string ResolverYaml(const std::string& fields = "") const;

 private:
  void Run();
  void AnswerDatagram();
  void AnswerStream();
  // Empty: none.
  std::vector<std::string> AnswersTo(std::string_view question, bool is_stream);

  int udp_fd_ = -1;
  int tcp_fd_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<int> questions_over_tcp_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, DnsReply> replies_;
  std::map<std::string, int> questions_;
  std::thread thread_;
};

}  // namespace outrigger::test
