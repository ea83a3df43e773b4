// An xDS server over real gRPC on 127.0.0.1, for tests: serves what it is given the way a simple
// control plane does, in both protocols, on the aggregated service and on that of each type,
// records every request, and misbehaves on demand.
//
// Waits are for conditions and give up after kWaitMax.
// Thread: any.
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
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::xds {

class AdsServer {
 public:
  using Request = envoy::service::discovery::v3::DeltaDiscoveryRequest;
  using Response = envoy::service::discovery::v3::DeltaDiscoveryResponse;
  using SotwRequest = envoy::service::discovery::v3::DiscoveryRequest;
  using SotwResponse = envoy::service::discovery::v3::DiscoveryResponse;
  static constexpr std::chrono::seconds kWaitMax{20};

  // Listens on a free port, or on that Unix socket.
  explicit AdsServer(std::string socket_path = {});
  ~AdsServer();

  uint16_t port() const { return port_; }
  // Cuts every connection and stops listening. Start listens on the same port again, with the same
  // resources.
  void Stop();
  void Start();

  // What there is to serve; streams that want it are told at once. `bytes` is the serialized
  // resource.
  void Set(const std::string& type_url, const std::string& name, const std::string& version,
           const std::string& bytes);
  void Remove(const std::string& type_url, const std::string& name);
  // While held, requests are recorded and nothing is answered or pushed; letting go answers them
  // all.
  void HoldAnswers(bool is_held);
  // A server that forgets to send again what is subscribed to again (go-control-plane#1450).
  void ForgetToResend();
  // The state of the world as go-control-plane serves it: an answer waits until every resource of
  // the type is asked for (X26), and each one has an envelope (X25).
  void WaitForAllNames();
  void WrapResources();

  // To every open stream, whatever it asked for. An empty nonce is filled in.
  void Send(Response response) { SendProto(response); }
  void Send(SotwResponse response) { SendProto(response); }
  void SendBytes(const std::string& message);
  // Ends every stream with that status; the connections stay.
  void EndStreams(const grpc::Status& status);

  // The first recorded request, from the given position on, that satisfies the predicate; waits for
  // it.
  std::optional<Request> WaitForRequest(const std::function<bool(const Request&)>& is_wanted,
                                        size_t from = 0);
  std::optional<SotwRequest> WaitForSotwRequest(
      const std::function<bool(const SotwRequest&)>& is_wanted, size_t from = 0);
  bool WaitForStreams(size_t open_count);
  // An ACK (or NACK) of that type, from the given position on.
  std::optional<Request> WaitForAck(const std::string& type_url, size_t from = 0);

  std::vector<Request> requests() const;
  std::vector<SotwRequest> sotw_requests() const;
  size_t request_count() const;
  size_t streams_seen() const;  // ever
  size_t open_streams() const;
  std::vector<std::string> methods() const;             // of all streams, ever, in order
  std::string authority() const;                        // of the newest stream
  std::string metadata(const std::string& name) const;  // of the newest stream; empty: none

 private:
  class Stream;
  class Service;
  struct Resource {
    std::string version;
    std::string bytes;
  };
  // What one stream was told of one type.
  struct Interest {
    bool is_wildcard = false;
    bool must_answer = false;
    std::set<std::string> names;
    std::map<std::string, std::string> known;  // name to version; kMissing: told that there is none
    // State of the world: the version last sent.
    std::string told;
  };

  void Add(Stream* stream, const grpc::GenericCallbackServerContext& context);
  void Forget(Stream* stream);
  void OnRequest(Stream& stream, Request request);
  void OnRequest(Stream& stream, SotwRequest request);
  void Answer(Stream& stream, const std::string& type_url);
  void AnswerSotw(Stream& stream, const std::string& type_url);
  void AnswerAll();
  template <typename Proto>
  void SendProto(Proto& response);
  template <typename Proto>
  std::optional<Proto> WaitIn(const std::vector<Proto>& requests,
                              const std::function<bool(const Proto&)>& is_wanted, size_t from);
  std::vector<Stream*> OpenStreams() const;
  bool Wait(const std::function<bool()>& is_true);

  // Recursive: gRPC may run a reaction inside the call that caused it.
  mutable std::recursive_mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, std::map<std::string, Resource>> resources_;  // by type, then name
  std::set<Stream*> streams_;
  std::vector<Request> requests_;
  std::vector<SotwRequest> sotw_requests_;
  std::map<std::string, uint64_t> versions_;  // of each type: how often it has changed
  std::map<std::string, std::string> metadata_;
  const std::string socket_path_;
  std::vector<std::string> methods_;
  std::string authority_;
  size_t streams_seen_ = 0;
  uint64_t nonce_ = 0;
  bool is_held_ = false;
  bool resends_ = true;
  bool waits_for_all_names_ = false;
  bool wraps_ = false;
  uint16_t port_ = 0;
  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace outrigger::xds
