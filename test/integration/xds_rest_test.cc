// Control planes that are polled over HTTP (REST).
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "envoy/service/discovery/v3/discovery.pb.h"
#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using Poll = envoy::service::discovery::v3::DiscoveryRequest;
using Answer = envoy::service::discovery::v3::DiscoveryResponse;

// Answers polls the way go-control-plane does: 304 where the version is that of the request,
// whatever names it asks for.
class RestServer {
 public:
  RestServer() : thread_([this] { Accept(); }) {}
  // Requires: whoever polls is gone.
  ~RestServer() {
    is_over_ = true;
    RawPeer::ConnectTo(port());
    thread_.join();
    for (std::thread& peer : peers_) peer.join();
  }
  uint16_t port() const { return listener_.port(); }

  void Set(const std::string& path, const std::string& type_url, const std::string& name,
           const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    Type& type = types_["/v3/discovery:" + path];
    type.type_url = type_url;
    type.resources[name] = bytes;
    ++type.version;
  }
  // From now on every poll is answered like that; empty: as usual again.
  void AnswerAll(const std::string& answer) {
    const std::lock_guard lock(mutex_);
    answer_ = answer;
  }
  std::vector<Poll> requests(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    const auto it = requests_.find("/v3/discovery:" + path);
    return it == requests_.end() ? std::vector<Poll>() : it->second;
  }
  size_t connections() const { return connections_; }

 private:
  struct Type {
    std::string type_url;
    std::map<std::string, std::string> resources;
    int version = 0;
  };

  void Accept() {
    while (!is_over_) {
      RawPeer peer = listener_.Accept();
      if (is_over_ || !peer.is_connected()) continue;
      ++connections_;
      peers_.emplace_back([this, peer = std::move(peer)]() mutable { Serve(peer); });
    }
  }
  void Serve(RawPeer& peer) {
    while (true) {
      const std::string message = peer.ReadMessage();
      if (message.empty() || !peer.Send(AnswerTo(message))) return;
    }
  }
  std::string AnswerTo(const std::string& message) {
    const std::lock_guard lock(mutex_);
    const size_t path_at = message.find(' ') + 1;
    const std::string path = message.substr(path_at, message.find(' ', path_at) - path_at);
    Poll request;
    const std::string body = message.substr(message.find("\r\n\r\n") + 4);
    if (!message.starts_with("POST ") ||
        !google::protobuf::util::JsonStringToMessage(body, &request).ok()) {
      return "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    }
    requests_[path].push_back(request);
    if (!answer_.empty()) return answer_;
    const Type& type = types_[path];
    const std::string version = std::to_string(type.version);
    if (request.version_info() == version) return "HTTP/1.1 304 Not Modified\r\n\r\n";
    Answer response;
    response.set_version_info(version);
    response.set_type_url(type.type_url);
    const auto& names = request.resource_names();
    for (const auto& [name, bytes] : type.resources) {
      if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) continue;
      auto& resource = *response.add_resources();
      resource.set_type_url(type.type_url);
      resource.set_value(bytes);
    }
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(response, &json).ok());
    return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " +
           std::to_string(json.size()) + "\r\n\r\n" + json;
  }

  RawListener listener_;
  std::atomic<bool> is_over_ = false;
  std::atomic<size_t> connections_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, Type> types_;
  std::map<std::string, std::vector<Poll>> requests_;
  std::string answer_;
  std::vector<std::thread> peers_;
  std::thread thread_;
};

const std::string kRuntime(compiler::kRuntimeType);

class XdsRestTest : public XdsTest {
 protected:
  ~XdsRestTest() override { proxy_.reset(); }

  static std::string Source(const std::string& fields = "") {
    return "api_config_source: {api_type: REST, transport_api_version: V3, cluster_names: [rest], "
           "refresh_delay: 0.02s, request_timeout: 5s" +
           fields + "}";
  }
  std::string Bootstrap(const std::string& more = "") const {
    return "node: {id: test-node, cluster: test}\n"
           "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n"
           "static_resources: {clusters: [{name: rest, load_assignment: {cluster_name: rest, "
           "endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, "
           "port_value: " +
           std::to_string(rest_.port()) +
           "}}}}]}]}}]}\n"
           "dynamic_resources: {cds_config: {" +
           Source() + "}, lds_config: {" + Source() + "}}\n" + more;
  }
  void SetCluster(const std::string& name) {
    rest_.Set("clusters", kCluster, name,
              ClusterBytes("{name: " + name + ", type: EDS, eds_cluster_config: {eds_config: {" +
                           Source() + "}}}"));
  }
  void SetRoutes(const std::string& cluster) {
    rest_.Set("routes", kRoutes, "routes", RouteBytes(RouteYaml("routes", cluster)));
  }
  void ServeAll() {
    for (const char* name : {"a", "b"}) SetCluster(name);
    rest_.Set("endpoints", kEndpoints, "a", EndpointsBytes("a", {backend_a_.port()}));
    rest_.Set("endpoints", kEndpoints, "b", EndpointsBytes("b", {backend_b_.port()}));
    SetRoutes("a");
    std::string listener = ListenerYaml("ingress", "routes");
    const std::string ads = "ads: {}";
    listener.replace(listener.find(ads), ads.size(), Source());
    rest_.Set("listeners", kListener, "ingress", ListenerBytes(listener));
  }
  void Start(const std::string& bootstrap) {
    StartProxy(bootstrap);
    ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
    ASSERT_TRUE(WaitForBody("/", "a"));
  }

  RestServer rest_;
};

TEST_F(XdsRestTest, EverythingComesByPolls) {
  ServeAll();
  Start(Bootstrap());
  SetRoutes("b");
  EXPECT_TRUE(WaitForBody("/", "b"));
  for (const char* path : {"clusters", "endpoints", "listeners", "routes"}) {
    ASSERT_FALSE(rest_.requests(path).empty()) << path;
    for (const Poll& request : rest_.requests(path)) EXPECT_EQ(request.node().id(), "test-node");
  }
  // One connection is used again and again, as long as there is one poll at a time.
  EXPECT_LE(rest_.connections(), 4u);
}

TEST_F(XdsRestTest, OtherNamesAreAskedForAsIfNothingWereKnown) {
  ServeAll();
  Start(Bootstrap());
  // As go-control-plane has it: a version is that of all there is, whatever was asked for.
  rest_.Set("endpoints", kEndpoints, "c", EndpointsBytes("c", {backend_b_.port()}));
  ASSERT_TRUE(proxy_->WaitForStat("cluster.a.update_success", 2));
  SetCluster("c");
  SetRoutes("c");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsRestTest, X4_AMistakeIsToldWithTheNextPoll) {
  ServeAll();
  Start(Bootstrap());
  rest_.Set("routes", kRoutes, "routes",
            RouteBytes("{name: routes, virtual_hosts: [{name: a, domains: []}]}"));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.rds.routes.update_rejected", 1));
  EXPECT_TRUE(WaitFor([&] {
    const Poll last = rest_.requests("routes").back();
    return last.error_detail().message().find("virtual_hosts[0].domains") != std::string::npos &&
           last.version_info() == "1";
  }));
  EXPECT_EQ(Body(), "a");
  SetRoutes("b");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(XdsRestTest, WhateverTheAnswerIsNothingIsLost) {
  ServeAll();
  Start(Bootstrap());
  int64_t failures = 0;
  for (const char* answer : {"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n",
                             "HTTP/1.1 200 OK\r\n"
                             "content-length: 5\r\n\r\n{\"bad",
                             "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "no answer at all",
                             "HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n"
                             "{\"resources\": 5}"}) {
    rest_.AnswerAll(answer);
    failures = proxy_->Stat("cluster_manager.cds.update_failure") + 1;
    EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cds.update_failure", failures)) << answer;
    EXPECT_EQ(Body(), "a") << answer;
  }
  rest_.AnswerAll("");
  SetRoutes("b");
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_TRUE(proxy_->WaitForStat("control_plane.connected_state", 1));
}

TEST_F(XdsRestTest, TheRuntimeIsPolledToo) {
  ServeAll();
  const auto set_flags = [this](int share) {
    rest_.Set("runtime", kRuntime, "flags",
              RuntimeBytes("{name: flags, layer: {k: " + std::to_string(share) + "}}"));
  };
  set_flags(1);
  Start(Bootstrap("layered_runtime: {layers: [{name: a, rtds_layer: {name: flags, rtds_config: {" +
                  Source() + "}}}]}\n"));
  set_flags(2);
  EXPECT_TRUE(WaitFor(
      [&] { return AdminPage("/runtime").find("\"final_value\": \"2\"") != std::string::npos; }));
}

}  // namespace
}  // namespace outrigger::test
