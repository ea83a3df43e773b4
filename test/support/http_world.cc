#include "test/support/http_world.h"

#include <fcntl.h>

#include <utility>

#include "base/check.h"
#include "cluster/cluster_stats.h"
#include "http/http1/http1_stats.h"
#include "http/http2/http2_stats.h"
#include "http/http_stats.h"
#include "snapshot/listener_stats.h"
#include "snapshot/tcp_stats.h"

namespace outrigger::test {

namespace {

constexpr ListenSocketId kSocket{0};
constexpr ListenerId kListener{0};
constexpr RouteTableId kRoutes{0};
constexpr ClusterId kCluster{0};
// As the worker's end has.
constexpr int kClosingTurns = 8;

std::shared_ptr<const LinkedRoutes> RoutesToService() {
  routing::RouteTableValues values;
  values.cluster_names = {"service"};
  routing::ForwardAction forward;
  forward.clusters.push_back({.cluster = 0, .weight = 1});
  forward.timeout = HttpWorld::kRouteTimeout;
  routing::Route route;
  route.path.text = "/";
  route.action = forward;
  routing::VirtualHost host;
  host.domains = {"*"};
  host.routes.push_back(route);
  values.virtual_hosts.push_back(host);
  auto linked = std::make_shared<LinkedRoutes>();
  linked->table = routing::RouteTable::Build(std::move(values));
  linked->clusters = {std::make_shared<const ClusterId>(kCluster)};
  return linked;
}

FilterChain HttpChain(const http::http2::Options& http2) {
  FilterChain chain;
  chain.http().http2 = http2;
  chain.http().stream_idle_timeout = HttpWorld::kIdleTimeout;
  return chain;
}

FilterChain TcpChain(TcpOptions tcp) {
  tcp.cluster_names = {"service"};
  tcp.weight_ends = {1};
  tcp.endpoint_criteria = {nullptr};
  FilterChain chain;
  chain.terminal = std::move(tcp);
  return chain;
}

}  // namespace

HttpWorld::HttpWorld(CircuitLimits limits, UpstreamProtocol protocol,
                     const http::http2::Options& http2)
    : HttpWorld(HttpChain(http2), limits, {protocol, {}, http2}) {}

HttpWorld::HttpWorld(UpstreamProtocol protocol, HttpOptions options)
    : HttpWorld(FilterChain{.terminal = std::move(options)}, {}, {protocol, {}, {}}) {}

HttpWorld::HttpWorld(TcpOptions tcp, CircuitLimits limits)
    : HttpWorld(TcpChain(std::move(tcp)), limits, UpstreamCodec()) {}

HttpWorld::HttpWorld(FilterChain chain, CircuitLimits limits, UpstreamCodec codec)
    : limits_(limits),
      codec_(codec),
      cluster_stats_(registry_.Find(kClusterFamily, "service")),
      cluster_http2_stats_(registry_.Find(http::http2::kClusterHttp2Family, "service")),
      http_stats_(registry_.Find(http::kHttpFamily, "ingress")),
      http2_stats_(registry_.Find(http::http2::kHttp2Family, "")),
      tcp_stats_(registry_.Find(kTcpFamily, "ingress")),
      slot_(world.loop, world.loop,
            [this](const ConfigSnapshot* old_snapshot, const ConfigSnapshot& snapshot) {
              Adoption adoption;
              if (old_snapshot != nullptr && listener_ != nullptr) {
                listener_->OnAdopt(*old_snapshot, adoption);
              }
              pools_.OnAdopt(snapshot, adoption);
              exchanges_.OnSwap();
            }),
      pools_(world.net, random_, 0),
      exchanges_(world.loop),
      context_{world.net, slot_, pools_, random_, 0, exchanges_, date_} {
  auto config = std::make_shared<ListenerConfig>();
  config->name = "ingress";
  config->match.SetDefault(0);
  FilterChain& only = config->chains.emplace_back(std::move(chain));
  if (only.is_http()) {
    HttpOptions& http = only.http();
    http.stats = http_stats_;
    http.listener_stats =
        registry_.Find(kListenerHttpFamily, ListenerHttpScopeName("ingress", "ingress"));
    http.http1_stats = registry_.Find(http::http1::kHttp1Family, "");
    http.http2_stats = http2_stats_;
    http.stream_idle_timeout = kIdleTimeout;
    OUTRIGGER_CHECK(http.upgrades.Add("websocket", /*is_allowed=*/true));
  } else {
    only.tcp().stats = tcp_stats_;
  }
  config->stats = registry_.Find(kListenerFamily, "ingress");
  LinkedListener linked{config};
  LinkedChain& linked_chain = linked.chains.emplace_back();
  if (only.is_http()) linked_chain.routes = kRoutes;
  linked_chain.tcp_clusters.push_back(std::make_shared<const ClusterId>(kCluster));
  linked_listener_ = std::make_shared<LinkedListener>(std::move(linked));
  const int fd = downstream_.fd();
  OUTRIGGER_CHECK(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0);
  Publish();
  listener_ = std::make_unique<Listener>(context_, kSocket, fd);
}

HttpWorld::~HttpWorld() {
  listener_->StopAccepting();
  listener_->CloseAll();
  context_.mirrors.GiveUpAll();
  for (int turn = 0; turn < kClosingTurns; ++turn) {
    world.RunTurns(1);
    pools_.DrainAll();
  }
  listener_.reset();
  world.RunTurns(1);
}

std::shared_ptr<ConfigSnapshot> HttpWorld::SnapshotWith(
    const std::vector<Address>& endpoints) const {
  auto snapshot = std::make_shared<ConfigSnapshot>();
  auto cluster = std::make_shared<Cluster>();
  cluster->name = cluster->stat_name = "service";
  cluster->limits = limits_;
  cluster->codec = codec_;
  cluster->stats = cluster_stats_;
  cluster->http2_stats = cluster_http2_stats_;
  auto set = std::make_shared<EndpointSet>();
  set->localities.emplace_back();
  for (const Address& address : endpoints) set->endpoints.push_back({.address = address});
  set->BuildPicks();
  snapshot->clusters.Set(kCluster, std::move(cluster));
  snapshot->endpoints.Set(kCluster, std::move(set));
  snapshot->routes.Set(kRoutes, RoutesToService());
  return snapshot;
}

void HttpWorld::Publish(const std::vector<Address>& endpoints) {
  PublishLater(endpoints);
  world.RunTurns(2);
}

void HttpWorld::PublishLater(const std::vector<Address>& endpoints) {
  PublishSnapshot(SnapshotWith(endpoints));
}

void HttpWorld::PublishWithoutListener() {
  listener_->StopAccepting();
  slot_.Publish(SnapshotWith({upstream_.address()}));
  world.RunTurns(2);
}

void HttpWorld::PublishNothing() {
  PublishSnapshot(std::make_shared<ConfigSnapshot>());
  world.RunTurns(2);
}

void HttpWorld::PublishSnapshot(std::shared_ptr<ConfigSnapshot> snapshot) {
  snapshot->listeners.Set(kListener, linked_listener_);
  snapshot->listener_by_socket.Set(kSocket, std::make_shared<ListenerId>(kListener));
  slot_.Publish(std::move(snapshot));
}

LoopbackPeer HttpWorld::Service() {
  if (!world.RunUntil([this] { return upstream_.has_connection(); })) return LoopbackPeer();
  return upstream_.Accept();
}

bool HttpWorld::Receives(LoopbackPeer& peer, std::string_view end) {
  return world.RunUntil([&] {
    peer.Receive();
    return peer.received().ends_with(end);
  });
}

void HttpWorld::CloseAll() { listener_->CloseAll(); }

bool HttpWorld::BecomesEmpty() {
  return world.RunUntil([this] {
    return exchanges_.running() == 0 && listener_->connections() == 0 && pools_.is_empty();
  });
}

}  // namespace outrigger::test
