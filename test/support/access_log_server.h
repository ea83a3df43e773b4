// An access log service over real gRPC on 127.0.0.1, for tests: keeps what it is told, and
// misbehaves on demand.
//
// Waits are for conditions and give up after kWaitMax. Thread: any.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "envoy/service/accesslog/v3/als.pb.h"

namespace outrigger::test {

class AccessLogServer {
 public:
  using Message = envoy::service::accesslog::v3::StreamAccessLogsMessage;
  using HttpEntry = envoy::data::accesslog::v3::HTTPAccessLogEntry;
  using TcpEntry = envoy::data::accesslog::v3::TCPAccessLogEntry;
  static constexpr std::chrono::seconds kWaitMax{20};

  // Listens on a free port.
  AccessLogServer();
  ~AccessLogServer();

  uint16_t port() const { return port_; }
  // Cuts every connection and stops listening. Start listens on the same port again.
  void Stop();
  void Start();
  // While held, nothing is read: streams fill up.
  void HoldReading(bool is_held);
  // Ends every stream with that status; the connections stay.
  void EndStreams(const grpc::Status& status);

  // Entries of all streams ever, of either kind; waits until there are that many, and gives up
  // with those that there are.
  std::vector<HttpEntry> HttpEntries(size_t at_least);
  std::vector<TcpEntry> TcpEntries(size_t at_least);
  bool WaitForStreams(size_t open_count);
  // The whole life of one stream: its messages, and whether the client ended it in good order.
  struct Stream {
    std::vector<Message> messages;
    bool is_ended_by_client = false;
  };
  std::vector<Stream> streams() const;
  std::string method() const;                           // of the newest stream
  std::string metadata(const std::string& name) const;  // likewise; empty: none

 private:
  class Reactor;
  class Service;

  size_t Add(Reactor* reactor, const grpc::GenericCallbackServerContext& context);
  void Forget(Reactor* reactor);
  bool Wait(const std::function<bool()>& is_true);
  std::vector<HttpEntry> AllHttp() const;
  std::vector<TcpEntry> AllTcp() const;

  // Recursive: gRPC may run a reaction inside the call that caused it.
  mutable std::recursive_mutex mutex_;
  std::condition_variable_any changed_;
  std::set<Reactor*> reactors_;
  std::vector<Stream> streams_;
  std::map<std::string, std::string> metadata_;
  std::string method_;
  bool is_held_ = false;
  uint16_t port_ = 0;
  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace outrigger::test
