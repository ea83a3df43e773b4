// What /xds and /updates show of a ledger as control hands it over.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "admin/time_text.h"
#include "admin/xds_rows.h"
#include "test/unit/admin/admin_fixture.h"

namespace outrigger::admin {
namespace {

using xds::ResourceState;

constexpr int64_t kSeconds = 1764000000;
WallTime At(int64_t seconds) { return WallTime(std::chrono::seconds(kSeconds + seconds)); }

google::protobuf::Struct Parsed(const std::string& json) {
  google::protobuf::Struct value;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &value);
  EXPECT_TRUE(status.ok()) << status.ToString() << json;
  return value;
}

class LedgerPagesTest : public AdminTest {
 protected:
  static LedgerEntry Serving(const std::string& name) {
    LedgerEntry entry;
    entry.name = name;
    entry.version = "v1";
    entry.bytes = std::make_shared<const std::string>("x");
    entry.first_seen = At(0);
    entry.updated_at = At(1);
    entry.effective_at = At(2);
    entry.state = ResourceState::kServing;
    return entry;
  }
  LedgerEntry Warming(const std::string& name) {
    LedgerEntry entry = Serving(name);
    entry.former = xds::FormerVersion{"v1", entry.bytes, At(1), At(2)};
    entry.version = "v2";
    entry.updated_at = At(3);
    entry.effective_at = {};
    entry.state = ResourceState::kWarming;
    entry.waits_for = "route configuration r";
    entry.waits_since = Ago(12);
    return entry;
  }
  LedgerEntry Rejected(const std::string& name) {
    LedgerEntry entry = Serving(name);
    entry.state = ResourceState::kRejected;
    entry.error = "name: too long";
    entry.rejected_version = "v3";
    entry.rejected_at = Ago(5);
    return entry;
  }
  WallTime Ago(int seconds) { return world_.clock.WallNow() - std::chrono::seconds(seconds); }
};

TEST_F(LedgerPagesTest, ResourcesAreToldInPlainWords) {
  ledger_->listeners = {Serving("a"), Warming("b")};
  ledger_->listeners[0].is_static = true;
  ledger_->clusters = {Rejected("c")};
  LedgerEntry asked;
  asked.name = "e";
  asked.state = ResourceState::kRequested;
  asked.first_seen = Ago(3);
  ledger_->endpoints = {asked};
  EXPECT_EQ(Get("/xds").body,
            "3 of 4 resources do not serve their newest version\n"
            "listeners: 1 warming, 1 serving\n"
            "clusters: 1 rejected\n"
            "endpoints: 1 requested\n"
            "listener a (bootstrap): serving: version v1 serves since 2025-11-24T16:00:02Z\n"
            "listener b: warming: version v2 waits for route configuration r for 12s; "
            "version v1 serves since 2025-11-24T16:00:02Z\n"
            "cluster c: rejected: version v3 was rejected 5s ago: name: too long; "
            "version v1 serves since 2025-11-24T16:00:02Z\n"
            "endpoints e: requested: asked for 3s ago, and not sent yet\n");
}

TEST_F(LedgerPagesTest, ResourcesAreFoundByTypeNameAndState) {
  ledger_->listeners = {Serving("ab"), Warming("bc")};
  ledger_->clusters = {Rejected("bd")};
  EXPECT_EQ(Get("/xds?type=listeners&name=b&state=trouble").body,
            "1 of 2 resources do not serve their newest version\n"
            "listeners: 1 warming, 1 serving\n"
            "listener bc: warming: version v2 waits for route configuration r for 12s; "
            "version v1 serves since 2025-11-24T16:00:02Z\n");
  EXPECT_EQ(Get("/xds?type=listener&name=ab&state=rejected").body,
            "all of 1 resources serve their newest version\nlisteners: 1 serving\n");
}

TEST_F(LedgerPagesTest, ResourcesAreToldToPrograms) {
  ledger_->clusters = {Rejected("c")};
  LedgerEntry kept = Serving("k");
  kept.state = ResourceState::kKept;
  ledger_->kept_clusters = {kept};
  EXPECT_EQ(Parsed(Get("/xds?format=json").body).DebugString(), Parsed(R"({
    "total": 2, "in_trouble": 2, "counts": {"listeners": {}, "scoped_routes": {}, "routes": {},
      "virtual_hosts": {}, "clusters": {"rejected": 1, "kept": 1}, "endpoints": {}, "secrets": {},
      "extensions": {}, "runtimes": {}},
    "resources": [
      {"type": "cluster", "name": "c", "state": "rejected", "source": "control plane",
       "running_version": "v1", "effective_since": "2025-11-24T16:00:02.000Z",
       "seen_version": "v3", "first_seen": "2025-11-24T16:00:00.000Z",
       "accepted_at": "2025-11-24T16:00:01.000Z", "error": "name: too long",
       "rejected_at": ")" + TimestampText(Rejected("c").rejected_at) + R"("},
      {"type": "cluster", "name": "k", "state": "kept", "source": "control plane",
       "running_version": "v1", "effective_since": "2025-11-24T16:00:02.000Z",
       "seen_version": "v1", "first_seen": "2025-11-24T16:00:00.000Z",
       "accepted_at": "2025-11-24T16:00:01.000Z"}],
    "left_out": 0})")
                                                                    .DebugString());
}

TEST_F(LedgerPagesTest, ManyResourcesAreLeftOutAndCounted) {
  ledger_->clusters.assign(XdsRows::kRowsMax + 1, Serving("c"));
  const std::string page = Get("/xds").body;
  EXPECT_TRUE(page.starts_with("all of 10001 resources serve their newest version\n"));
  EXPECT_TRUE(page.ends_with("\nand 1 more\n")) << page.substr(page.size() - 100);
}

TEST_F(LedgerPagesTest, UpdatesAreToldWithWhatTheyMovedTheNewestFirst) {
  UpdateEntry first;
  first.number = 1;
  first.update.at = At(0);
  first.update.source = compiler::UpdateSource::kFile;
  first.update.file = "/etc/cds.yaml";
  first.update.type = "clusters";
  first.update.unchanged = 2;
  UpdateEntry second = first;
  second.number = 2;
  second.update.source = compiler::UpdateSource::kControlPlane;
  second.update.file = "";
  second.update.version = "v7";
  second.update.added = 1;
  second.update.rejected = 1;
  second.update.compile_time = std::chrono::microseconds(1500);
  second.update.snapshot = 4;
  second.sockets_bound = 1;
  second.workers_adopted = 1;
  second.workers_passed_over = 1;
  second.moved.kept = 3;
  second.moved.adopted = 2;
  Adoption::Count(second.moved.drained, DrainCause::kTransport, 5);
  Adoption::Count(second.moved.drained_pools, DrainCause::kEndpointGone);
  ledger_->updates = {first, second};
  EXPECT_EQ(Get("/updates").body,
            "#2 2025-11-24T16:00:00.000Z control plane, clusters version v7: 1 added, 1 rejected, "
            "2 unchanged; compiled in 1.50 ms, linked in 0.00 ms\n"
            "  listening sockets: 1 bound\n"
            "  2 of 2 workers have it (1 with a later one); connections of clients: 3 kept, "
            "2 adopted\n"
            "  5 connections of clients drained: transport socket changed\n"
            "  1 pools drained: endpoint gone\n"
            "#1 2025-11-24T16:00:00.000Z file /etc/cds.yaml, clusters: 2 unchanged; compiled in "
            "0.00 ms, linked in 0.00 ms\n"
            "  nothing changes for connections\n");
  const auto json = Parsed(Get("/updates?format=json").body);
  const auto& newest = json.fields().at("updates").list_value().values(0).struct_value().fields();
  EXPECT_EQ(newest.at("number").number_value(), 2);
  EXPECT_EQ(newest.at("compile_ms").number_value(), 1.5);
  EXPECT_EQ(newest.at("downstream_drained")
                .struct_value()
                .fields()
                .at("transport socket changed")
                .number_value(),
            5);
}

}  // namespace
}  // namespace outrigger::admin
