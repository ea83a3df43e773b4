// What tests through the whole proxy share: a listener, a service in the test's hand, and a
// bystander with a listener and a service of its own, who must not notice what others do.
//
// Thread: the test's.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "test/support/raw_peer.h"
#include "test/support/running_proxy.h"
#include "test/support/static_bootstrap.h"

namespace outrigger::test {

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// One client on one connection and its service on another, in the midst of a response.
struct Bystander {
  // Half of its answer is with the client, the other half still to come.
  void Start(uint16_t port, RawListener& upstream, const std::string& host = "127.0.0.1") {
    client = RawPeer::ConnectTo(port, host);
    ASSERT_TRUE(client.Send("GET /bystander HTTP/1.1\r\nHost: a\r\n\r\n"));
    service = upstream.Accept();
    ASSERT_THAT(service.ReadUntil("\r\n\r\n"), testing::StartsWith("GET /bystander "));
    ASSERT_TRUE(service.Send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nleft"));
    EXPECT_THAT(client.ReadUntil("left"), testing::EndsWith("\r\n\r\nleft"));
  }
  void Finish() {
    ASSERT_TRUE(service.Send("over"));
    EXPECT_EQ(client.ReadBytes(4), "over");
    // Both connections go on.
    ASSERT_TRUE(client.Send(kGet));
    EXPECT_THAT(service.ReadUntil("\r\n\r\n"), testing::StartsWith("GET / "));
    ASSERT_TRUE(service.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), testing::EndsWith("\r\n\r\nok"));
  }

  RawPeer client;
  RawPeer service;
};

class HttpTest : public ::testing::Test {
 protected:
  static constexpr const char* kElsewhere = "127.0.0.2";
  using ListenerNames = std::set<std::string, std::less<>>;

  // With `upstream_` as the only endpoint, unless the bootstrap names others; `edge_listeners` as
  // named by --edge-listener.
  void StartProxy(StaticBootstrap bootstrap = {}, const ListenerNames& edge_listeners = {}) {
    if (bootstrap.upstream_ports.empty()) bootstrap.upstream_ports = {upstream_.port()};
    bootstrap.listeners.push_back(
        {.name = "elsewhere",
         .address = kElsewhere,  // its numbers are those of its address
         .routes = "[{match: {prefix: /}, route: {cluster: elsewhere}}]"});
    bootstrap.more_clusters["elsewhere"] = elsewhere_.port();
    proxy_ =
        std::make_unique<RunningProxy>(bootstrap.ToYaml(), RunningProxy::kWorkers, edge_listeners);
    port_ = proxy_->ListenerPort(bootstrap.listeners[0].name);
    ASSERT_NE(port_, 0);
    neighbour_.Start(proxy_->ListenerPort("elsewhere"), elsewhere_, kElsewhere);
  }
  void TearDown() override { FinishNeighbour(); }
  // Before the proxy's end, where the test brings it about.
  void FinishNeighbour() {
    if (!neighbour_.client.is_connected()) return;
    neighbour_.Finish();
    neighbour_ = {};
  }
  void StartProxyWithRoutes(const std::string& routes) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].routes = routes;
    StartProxy(bootstrap);
  }
  RawPeer Client() const { return RawPeer::ConnectTo(port_); }

  // What the service sees of `request`; then it answers with `response`. Keeps the service's end.
  std::string Forwarded(RawPeer& client, std::string_view request, std::string_view end) {
    // Else a request id may hold it, now and then.
    EXPECT_NE(end.find_first_not_of("0123456789abcdef-"), std::string_view::npos);
    EXPECT_TRUE(client.Send(request));
    if (!service_.is_connected()) service_ = upstream_.Accept();
    return service_.ReadUntil(end);
  }

  RawListener upstream_;
  RawPeer service_;
  RawListener elsewhere_;
  Bystander neighbour_;
  std::unique_ptr<RunningProxy> proxy_;
  uint16_t port_ = 0;
};

}  // namespace outrigger::test
