// Requests of the process' own, each answered whole: how control planes are polled. They go the way
// of all requests, with the balancer, the pools, the protocol and the TLS of their cluster.
//
// Owned by Service. Thread: service, but for Publish and Use (control).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "base/random.h"
#include "net/connection.h"
#include "snapshot/snapshot_slot.h"
#include "upstream/pools.h"

namespace outrigger {

class RestCall;

struct RestRequest {
  ClusterId cluster;
  std::string authority;
  std::string path;
  std::string body;  // JSON
  Duration timeout{};
};

struct RestAnswer {
  uint16_t status = 0;
  std::string body;
};

// Called once, on service; dropped uncalled when the calls are closed first.
using OnRestAnswer = absl::AnyInvocable<void(absl::StatusOr<RestAnswer>)>;

class RestCalls {
 public:
  static constexpr size_t kCallsMax = 1024;
  static constexpr size_t kAnswerBytesMax = 64 * 1024 * 1024;

  RestCalls(NetContext& net, EventLoop& control);
  // Requires: closed.
  ~RestCalls();

  // Thread: control. What clusters there are from now on. Most processes call nobody: service is
  // not woken for that before Use.
  void Publish(std::shared_ptr<const ConfigSnapshot> snapshot);
  // Thread: control. There will be calls. Requires: something has been published.
  void Use();
  // Requires: the cluster has been published.
  void Start(RestRequest request, OnRestAnswer on_answer);
  // Gives up whatever runs. Requires: the loop has ended.
  void Close();

  // From its calls.
  NetContext& net() { return net_; }
  const ConfigSnapshot& snapshot() const { return *slot_.current(); }
  Pools& pools() { return pools_; }
  void Remove(RestCall& call);

 private:
  NetContext& net_;
  FastRandom random_;
  Pools pools_;
  SnapshotSlot slot_;
  std::shared_ptr<const ConfigSnapshot> unused_;  // control's: the newest, before Use
  bool is_used_ = false;                          // control's
  absl::flat_hash_map<RestCall*, std::unique_ptr<RestCall>> calls_;
};

}  // namespace outrigger
