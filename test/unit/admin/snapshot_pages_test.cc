// /clusters and /listeners, which show the running snapshot.
#include <gmock/gmock.h>

#include <string>
#include <tuple>
#include <vector>

#include "cluster/cluster_stats.h"
#include "cluster/endpoint_stats.h"
#include "test/unit/admin/admin_fixture.h"

namespace outrigger::admin {
namespace {

using testing::HasSubstr;

class SnapshotPagesTest : public AdminTest {
 protected:
  SnapshotPagesTest() {
    auto endpoints = std::make_shared<EndpointSet>();
    endpoints->localities = {{"r1", "z1", ""}};
    Endpoint first;
    first.address = *Address::FromIp("127.0.0.1", 18081);
    first.weight = 3;
    Endpoint second;
    second.address = *Address::FromPath("/run/x.sock");
    second.hostname = "h2";
    second.eds_health = EdsHealth::kDraining;
    second.priority = 1;
    endpoints->endpoints = {first, second};
    auto cluster = std::make_shared<Cluster>();
    cluster->name = cluster->stat_name = "backend";
    cluster->type = ClusterType::kEds;
    cluster->eds_name = "service";
    cluster->stats = stats_.Find(kClusterFamily, "backend");
    stats::Block& worker = EndpointScope(*cluster->stats, first.address)->ForWriter(0);
    worker.Add(kEndpointCxTotal, 2);
    worker.Add(kEndpointCxActive);
    EndpointScope(*cluster->stats, first.address)->ForWriter(1).Add(kEndpointCxTotal, 3);
    auto waiting = std::make_shared<Cluster>();
    waiting->name = waiting->stat_name = "waiting";
    waiting->stats = stats_.Find(kClusterFamily, "waiting");
    auto snapshot = std::make_shared<ConfigSnapshot>();
    snapshot->clusters.Set(ClusterId{0}, cluster);
    snapshot->clusters.Set(ClusterId{300}, waiting);
    snapshot->endpoints.Set(ClusterId{0}, endpoints);
    auto listener = std::make_shared<ListenerConfig>();
    listener->name = "ingress";
    listener->addresses = {{*Address::FromIp("::1", 80)}};
    auto linked = std::make_shared<LinkedListener>();
    linked->config = listener;
    snapshot->listeners.Set(ListenerId{1}, linked);
    ledger_->snapshot = snapshot;
    ledger_->bound_addresses["ingress"] = {*Address::FromIp("::1", 80),
                                           *Address::FromPath("/run/in.sock")};
    LedgerEntry entry;
    entry.name = "backend";
    ledger_->clusters.push_back(entry);
    entry.name = "waiting";
    entry.is_static = true;
    ledger_->clusters.push_back(entry);
  }
};

TEST_F(SnapshotPagesTest, ClustersAreLinesOfDoubleColons) {
  EXPECT_EQ(Get("/clusters?filter=^back").body,
            "backend::observability_name::backend\n"
            "backend::default_priority::max_connections::1024\n"
            "backend::default_priority::max_pending_requests::1024\n"
            "backend::default_priority::max_requests::1024\n"
            "backend::default_priority::max_retries::3\n"
            "backend::added_via_api::true\n"
            "backend::127.0.0.1:18081::cx_active::1\n"
            "backend::127.0.0.1:18081::cx_connect_fail::0\n"
            "backend::127.0.0.1:18081::cx_total::5\n"
            "backend::127.0.0.1:18081::rq_active::0\n"
            "backend::127.0.0.1:18081::rq_error::0\n"
            "backend::127.0.0.1:18081::rq_pending_active::0\n"
            "backend::127.0.0.1:18081::rq_success::0\n"
            "backend::127.0.0.1:18081::rq_timeout::0\n"
            "backend::127.0.0.1:18081::rq_total::0\n"
            "backend::127.0.0.1:18081::hostname::\n"
            "backend::127.0.0.1:18081::health_flags::healthy\n"
            "backend::127.0.0.1:18081::weight::3\n"
            "backend::127.0.0.1:18081::region::r1\n"
            "backend::127.0.0.1:18081::zone::z1\n"
            "backend::127.0.0.1:18081::sub_zone::\n"
            "backend::127.0.0.1:18081::canary::false\n"
            "backend::127.0.0.1:18081::priority::0\n"
            "backend::127.0.0.1:18081::success_rate::-1\n"
            "backend::127.0.0.1:18081::local_origin_success_rate::-1\n"
            "backend::/run/x.sock::cx_active::0\n"
            "backend::/run/x.sock::cx_connect_fail::0\n"
            "backend::/run/x.sock::cx_total::0\n"
            "backend::/run/x.sock::rq_active::0\n"
            "backend::/run/x.sock::rq_error::0\n"
            "backend::/run/x.sock::rq_pending_active::0\n"
            "backend::/run/x.sock::rq_success::0\n"
            "backend::/run/x.sock::rq_timeout::0\n"
            "backend::/run/x.sock::rq_total::0\n"
            "backend::/run/x.sock::hostname::h2\n"
            "backend::/run/x.sock::health_flags::/eds_status_draining\n"
            "backend::/run/x.sock::weight::1\n"
            "backend::/run/x.sock::region::r1\n"
            "backend::/run/x.sock::zone::z1\n"
            "backend::/run/x.sock::sub_zone::\n"
            "backend::/run/x.sock::canary::false\n"
            "backend::/run/x.sock::priority::1\n"
            "backend::/run/x.sock::success_rate::-1\n"
            "backend::/run/x.sock::local_origin_success_rate::-1\n");
}

TEST_F(SnapshotPagesTest, AStaticClusterWithoutEndpointsShowsItsLimits) {
  const std::string text = Get("/clusters").body;
  EXPECT_NE(text.find("waiting::added_via_api::false\n"), text.npos);
  EXPECT_EQ(text.find("waiting::127"), text.npos);
}

constexpr std::string_view kBackendJson = R"({
 "cluster_statuses": [
  {
   "name": "backend",
   "added_via_api": true,
   "host_statuses": [
    {
     "address": {
      "socket_address": {
       "address": "127.0.0.1",
       "port_value": 18081
      }
     },
     "stats": [
      {
       "name": "cx_connect_fail"
      },
      {
       "value": "5",
       "name": "cx_total"
      },
      {
       "name": "rq_error"
      },
      {
       "name": "rq_success"
      },
      {
       "name": "rq_timeout"
      },
      {
       "name": "rq_total"
      },
      {
       "type": "GAUGE",
       "value": "1",
       "name": "cx_active"
      },
      {
       "type": "GAUGE",
       "name": "rq_active"
      },
      {
       "type": "GAUGE",
       "name": "rq_pending_active"
      }
     ],
     "health_status": {
      "eds_health_status": "HEALTHY"
     },
     "weight": 3,
     "locality": {
      "region": "r1",
      "zone": "z1"
     }
    },
    {
     "address": {
      "pipe": {
       "path": "/run/x.sock"
      }
     },
     "stats": [
      {
       "name": "cx_connect_fail"
      },
      {
       "name": "cx_total"
      },
      {
       "name": "rq_error"
      },
      {
       "name": "rq_success"
      },
      {
       "name": "rq_timeout"
      },
      {
       "name": "rq_total"
      },
      {
       "type": "GAUGE",
       "name": "cx_active"
      },
      {
       "type": "GAUGE",
       "name": "rq_active"
      },
      {
       "type": "GAUGE",
       "name": "rq_pending_active"
      }
     ],
     "health_status": {
      "eds_health_status": "DRAINING"
     },
     "weight": 1,
     "hostname": "h2",
     "priority": 1,
     "locality": {
      "region": "r1",
      "zone": "z1"
     }
    }
   ],
   "circuit_breakers": {
    "thresholds": [
     {
      "max_connections": 1024,
      "max_pending_requests": 1024,
      "max_requests": 1024,
      "max_retries": 3
     }
    ]
   },
   "observability_name": "backend",
   "eds_service_name": "service"
  }
 ]
}
)";

TEST_F(SnapshotPagesTest, ClustersComeAsJson) {
  EXPECT_EQ(Get("/clusters?format=json&filter=backend").body, kBackendJson);
}

// Read off a running Envoy 1.40.
TEST_F(SnapshotPagesTest, HealthIsNamedAsEnvoyNamesIt) {
  const std::vector<std::tuple<EdsHealth, std::string, std::string>> expected = {
      {EdsHealth::kUnknown, "healthy", "HEALTHY"},
      {EdsHealth::kUnhealthy, "/failed_eds_health", "UNHEALTHY"},
      {EdsHealth::kDraining, "/eds_status_draining", "DRAINING"},
      {EdsHealth::kTimeout, "/failed_eds_health", "UNHEALTHY"},
      {EdsHealth::kDegraded, "/degraded_eds_health", "DEGRADED"}};
  for (const auto& [health, flags, status] : expected) {
    auto endpoints = std::make_shared<EndpointSet>();
    endpoints->endpoints.push_back(
        {.address = *Address::FromIp("127.0.0.1", 1), .eds_health = health});
    auto snapshot = std::make_shared<ConfigSnapshot>(*ledger_->snapshot);
    snapshot->endpoints.Set(ClusterId{0}, endpoints);
    ledger_->snapshot = snapshot;
    EXPECT_THAT(Get("/clusters").body, HasSubstr("health_flags::" + flags + "\n"));
    EXPECT_THAT(Get("/clusters?format=json").body,
                HasSubstr("\"eds_health_status\": \"" + status + "\""));
  }
}

TEST_F(SnapshotPagesTest, ClustersRefuseABadExpression) {
  EXPECT_EQ(Get("/clusters?filter=(").status, 400);
}

TEST_F(SnapshotPagesTest, ListenersComeAsTextAndAsJson) {
  EXPECT_EQ(Get("/listeners").body, "ingress::[::1]:80\ningress::/run/in.sock\n");
  EXPECT_EQ(Get("/listeners?format=json").body,
            "{\n \"listener_statuses\": [\n  {\n   \"name\": \"ingress\",\n"
            "   \"local_address\": {\n    \"socket_address\": {\n     \"address\": \"::1\",\n"
            "     \"port_value\": 80\n    }\n   },\n"
            "   \"additional_local_addresses\": [\n    {\n     \"pipe\": {\n"
            "      \"path\": \"/run/in.sock\"\n     }\n    }\n   ]\n  }\n ]\n}\n");
}

TEST_F(SnapshotPagesTest, BothAreEmptyBeforeTheFirstSnapshot) {
  ledger_->snapshot = nullptr;
  EXPECT_EQ(Get("/clusters").body, "");
  EXPECT_EQ(Get("/listeners").body, "");
}

}  // namespace
}  // namespace outrigger::admin
