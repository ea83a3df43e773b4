// An AdsClient over the fake stream, with a sink that accepts or rejects by name and a clock that
// the test moves.
//
// Thread: the test's.
#pragma once

#include <google/protobuf/wrappers.pb.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "envoy/config/core/v3/base.pb.h"
#include "event/event_loop.h"
#include "test/support/fake_ads_transport.h"
#include "test/support/fake_clock.h"
#include "xds/ads_client.h"

namespace outrigger::xds {

inline constexpr char kCluster[] = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
inline constexpr char kEndpoints[] =
    "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
inline constexpr char kListener[] = "type.googleapis.com/envoy.config.listener.v3.Listener";
inline constexpr char kRoutes[] = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";

// What the client handed over, kept.
struct SeenResponse {
  std::string type_url;
  std::vector<std::string> names;
  std::vector<std::string> removed;
};

class NameSink final : public ResourceSink {
 public:
  Verdict OnResponse(const Response& response) override {
    SeenResponse seen{std::string(response.type_url), {}, {}};
    Verdict verdict;
    for (const ReceivedResource& resource : response.resources) {
      const std::string name(resource.name);
      seen.names.push_back(name);
      if (rejected.contains(name)) {
        verdict.errors.push_back({name, rejected[name]});
      } else {
        verdict.accepted.push_back(name);
      }
    }
    for (std::string_view name : response.removed) seen.removed.emplace_back(name);
    responses.push_back(std::move(seen));
    if (on_response) on_response(response);
    return verdict;
  }

  void OnFailure(std::string_view type_url) override { failures.emplace_back(type_url); }
  void OnAbsent(std::string_view, const std::vector<Absence>& missing) override {
    absences.insert(absences.end(), missing.begin(), missing.end());
  }
  void OnExpired(std::string_view, const std::vector<std::string>& names) override {
    expired.insert(expired.end(), names.begin(), names.end());
  }

  std::vector<SeenResponse> responses;
  std::vector<std::string> failures;  // type URLs
  std::vector<Absence> absences;
  std::vector<std::string> expired;
  std::map<std::string, std::string> rejected;  // name to reason
  std::function<void(const Response&)> on_response;
};

struct AdsClientFixture {
  explicit AdsClientFixture(Protocol protocol = Protocol::kDelta,
                            std::optional<RequestRate> rate = std::nullopt,
                            bool has_failover = false) {
    envoy::config::core::v3::Node node;
    node.set_id("node-1");
    AdsOptions options;
    options.protocol = protocol;
    options.rate = rate;
    if (has_failover) {
      options.failover.emplace(
          AdsPeer{failover, BackOff(std::chrono::milliseconds(500), std::chrono::seconds(30))});
    }
    options.serialized_node = node.SerializeAsString();
    options.on_problem = [this](std::string_view line) { problems.emplace_back(line); };
    options.on_stream_end = [this] { ++ended_streams; };
    client.emplace(loop, transport, sink, random, options,
                   std::vector<AdsClient::Type>{
                       {kCluster, true}, {kEndpoints, false}, {kListener, true}, {kRoutes, false}});
  }

  // One turn of the loop after the given time.
  void Turn(Duration later = Duration::zero()) {
    clock.Advance(later);
    loop.RunOnce(Duration::zero());
  }
  // Started, connected, first requests taken away.
  void Connect() {
    client->Start();
    transport.Ready();
    static_cast<void>(transport.TakeRequests());
  }

  FakeClock clock;
  EventLoop loop{clock};
  FakeAdsTransport transport;
  FakeAdsTransport failover;
  NameSink sink;
  FastRandom random{7};
  std::vector<std::string> problems;
  int ended_streams = 0;
  std::optional<AdsClient> client;
};

// A resource of any type that has nothing but its name.
inline std::string PayloadOf(std::string_view name) {
  google::protobuf::StringValue value;
  value.set_value(std::string(name));
  return value.SerializeAsString();
}

// A response under construction.
class ResponseBuilder {
 public:
  ResponseBuilder(std::string_view type_url, std::string_view nonce) {
    proto_.set_type_url(std::string(type_url));
    proto_.set_nonce(std::string(nonce));
  }
  ResponseBuilder& Add(std::string_view name, std::string_view version) {
    return AddTyped(name, version, proto_.type_url());
  }
  ResponseBuilder& AddTyped(std::string_view name, std::string_view version,
                            std::string_view type_url) {
    auto* resource = proto_.add_resources();
    resource->set_name(std::string(name));
    resource->set_version(std::string(version));
    resource->mutable_resource()->set_type_url(std::string(type_url));
    resource->mutable_resource()->set_value(PayloadOf(name));
    return *this;
  }
  // Named only inside its payload.
  ResponseBuilder& AddUnnamed(std::string_view name, std::string_view version) {
    Add("", version);
    proto_.mutable_resources()->rbegin()->mutable_resource()->set_value(PayloadOf(name));
    return *this;
  }
  ResponseBuilder& AddEmpty(std::string_view name, std::string_view version) {
    auto* resource = proto_.add_resources();
    resource->set_name(std::string(name));
    resource->set_version(std::string(version));
    return *this;
  }
  // Of the resource added last.
  ResponseBuilder& TimeToLive(std::chrono::seconds time) {
    proto_.mutable_resources()->rbegin()->mutable_ttl()->set_seconds(time.count());
    return *this;
  }
  ResponseBuilder& Remove(std::string_view name) {
    proto_.add_removed_resources(std::string(name));
    return *this;
  }
  FakeAdsTransport::Response& proto() { return proto_; }

 private:
  FakeAdsTransport::Response proto_;
};

// The same with the state of the world.
class SotwBuilder {
 public:
  SotwBuilder(std::string_view type_url, std::string_view version, std::string_view nonce) {
    proto_.set_type_url(std::string(type_url));
    proto_.set_version_info(std::string(version));
    proto_.set_nonce(std::string(nonce));
  }
  SotwBuilder& Add(std::string_view name) { return AddTyped(PayloadOf(name), proto_.type_url()); }
  SotwBuilder& AddTyped(std::string_view payload, std::string_view type_url) {
    auto* resource = proto_.add_resources();
    resource->set_type_url(std::string(type_url));
    resource->set_value(std::string(payload));
    return *this;
  }
  // In an envelope of its own, without a payload if `payload` is empty.
  SotwBuilder& AddWrapped(std::string_view name, std::string_view version, std::string_view payload,
                          std::chrono::seconds time_to_live = {}) {
    envoy::service::discovery::v3::Resource wrapper;
    wrapper.set_name(std::string(name));
    wrapper.set_version(std::string(version));
    if (time_to_live.count() > 0) wrapper.mutable_ttl()->set_seconds(time_to_live.count());
    if (!payload.empty()) {
      wrapper.mutable_resource()->set_type_url(proto_.type_url());
      wrapper.mutable_resource()->set_value(std::string(payload));
    }
    return AddTyped(wrapper.SerializeAsString(),
                    "type.googleapis.com/envoy.service.discovery.v3.Resource");
  }
  FakeAdsTransport::SotwResponse& proto() { return proto_; }

 private:
  FakeAdsTransport::SotwResponse proto_;
};

}  // namespace outrigger::xds
