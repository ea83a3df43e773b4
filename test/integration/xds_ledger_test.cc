// What operators see of resources and changes, through a running proxy: rules P9, P15 and F5.
#include <optional>

#include "base/yaml.h"
#include "ctl/config_report.h"
#include "test/integration/tls_fixture.h"
#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class XdsLedgerTest : public XdsTest {
 protected:
  ctl::AdminClient Admin() const {
    return ctl::AdminClient(Address::FromIp("127.0.0.1", proxy_->admin_port()).value());
  }
  // As `outriggerctl xds` exits; `said_` is what it says.
  int Xds(const ctl::XdsQuestion& question = {}) {
    said_.clear();
    return ctl::ReportXds(Admin(), question, [this](std::string_view text) { said_ += text; });
  }
  // The number in /updates of the newest change, or what it says of it by that name.
  std::string NewestUpdate(const std::string& field) {
    const absl::StatusOr<YamlNode> page = ParseYaml(AdminPage("/updates?format=json"));
    const YamlNode* updates = page.ok() ? page->Find("updates") : nullptr;
    if (updates == nullptr || updates->list.empty()) return "";
    return std::string(updates->list[0].FindText(field));
  }
  bool WaitForPage(const std::string& path, const std::string& text) {
    return WaitFor([&] { return AdminPage(path).find(text) != std::string::npos; });
  }
  // Sends the listener with those fields, as version `version`; true once every worker has it.
  bool ServeListener(const std::string& version, const std::string& fields) {
    SetListenerYaml(ads_, version, ListenerYaml("ingress", "routes") + "\n" + fields);
    return WaitFor([&] {
      return NewestUpdate("version") == version && NewestUpdate("workers_adopted") == "2";
    });
  }

  std::string said_;
};

TEST_F(XdsLedgerTest, P15_ARejectedResourceIsFoundWithItsFieldPathUntilAGoodOneComes) {
  StartServing();
  EXPECT_EQ(Xds({.shows_all = true}), 0) << said_;
  EXPECT_THAT(said_, HasSubstr("listener ingress: serving: version 1 serves since "));
  SetRouteYaml(ads_, "bad", "name: routes\nvirtual_hosts: [{name: all}]");
  ASSERT_TRUE(proxy_->WaitForStat("xds.routes.rejected", 1));
  EXPECT_EQ(Xds(), 1);
  EXPECT_THAT(said_, HasSubstr("route routes: rejected: version bad was rejected "));
  EXPECT_THAT(said_, HasSubstr("virtual_hosts[0].domains: must have at least 1 element(s); "
                               "version 1 serves since "));
  const std::string dump = AdminPage("/config_dump");
  EXPECT_THAT(dump, HasSubstr("\"client_status\": \"NACKED\""));
  EXPECT_THAT(dump, HasSubstr("\"failed_configuration\": {"));
  EXPECT_EQ(Body(), "a");
  SetRoute(ads_, "routes", "2", "b");
  ASSERT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(Xds(), 0) << said_;
}

TEST_F(XdsLedgerTest, F5_RejectedBytesThatComeAgainAreRejectedAgain) {
  StartServing();
  const std::string bad = ClusterBytes("{name: a, type: STATIC, connect_timeout: -1s}");
  const Request first = SendAndWait(Push(kCluster, "first").Add("a", "2", bad));
  const Request second = SendAndWait(Push(kCluster, "second").Add("a", "3", bad));
  EXPECT_THAT(first.error_detail().message(), HasSubstr("a: connect_timeout: "));
  EXPECT_EQ(second.error_detail().message(), first.error_detail().message());
  EXPECT_EQ(Xds({.type = "clusters", .name = "a"}), 1);
  EXPECT_THAT(said_, HasSubstr("version 3 was rejected"));
}

TEST_F(XdsLedgerTest, P15_AListenerThatWaitsSaysForWhat) {
  StartServing();
  SetListener(ads_, "second", "7", "second-routes");
  ASSERT_TRUE(proxy_->WaitForStat("xds.listeners.warming", 1));
  ASSERT_TRUE(proxy_->WaitForStat("xds.routes.absent", 1));
  EXPECT_EQ(Xds(), 1);
  EXPECT_THAT(said_, HasSubstr("listener second: warming: version 7 waits for route configuration "
                               "second-routes for "));
  EXPECT_THAT(said_, HasSubstr("route second-routes: absent: "));
  EXPECT_THAT(AdminPage("/xds?format=json&type=listeners&state=warming"),
              HasSubstr("\"waits_for\": \"route configuration second-routes\""));
  SetRoute(ads_, "second-routes", "1", "b");
  EXPECT_TRUE(WaitFor([this] { return Xds() == 0; })) << said_;
}

TEST_F(XdsLedgerTest, TheVersionThatServesIsDumpedBesideTheOneThatWaits) {
  StartServing();
  SetListener(ads_, "ingress", "2", "later");
  ASSERT_TRUE(proxy_->WaitForStat("xds.listeners.warming", 1));
  const std::string dump = AdminPage("/config_dump");
  const size_t active = dump.find("\"active_state\": {\n      \"version_info\": \"1\"");
  const size_t warming = dump.find("\"warming_state\": {\n      \"version_info\": \"2\"");
  EXPECT_NE(active, std::string::npos) << dump;
  EXPECT_NE(warming, std::string::npos) << dump;
}

TEST_F(XdsLedgerTest, P9_AChangeOfAFilterMovesNoConnection) {
  StartServing();
  HttpClient client(port_);
  ASSERT_EQ(BodyFrom(client), "a");
  ASSERT_TRUE(ServeListener("2", "per_connection_buffer_limit_bytes: 5000"));
  EXPECT_EQ(NewestUpdate("changed"), "1");
  EXPECT_EQ(NewestUpdate("downstream_adopted"), "1");
  EXPECT_EQ(NewestUpdate("sockets_bound"), "0");
  EXPECT_EQ(NewestUpdate("sockets_closed"), "0");
  EXPECT_THAT(AdminPage("/updates"), StartsWith("#"));
  EXPECT_EQ(BodyFrom(client), "a");
}

TEST_F(XdsLedgerTest, P9_AChangedTransportSocketDrainsItsConnectionsAndSaysSo) {
  StartServing();
  HttpClient client(port_);
  ASSERT_EQ(BodyFrom(client), "a");
  const Authority authority;
  const std::string plain = ListenerYaml("ingress", "routes");
  const std::string tls =
      TransportSocket("Downstream", Certificates(authority.Issue("DNS:a.test")));
  const size_t filters = plain.find("filters:");
  ASSERT_NE(filters, std::string::npos);
  SetListenerYaml(ads_, "2", plain.substr(0, filters) + tls + "\n  " + plain.substr(filters));
  EXPECT_TRUE(WaitForPage("/updates", "1 connections of clients drained: transport socket changed"))
      << AdminPage("/updates") << AdminPage("/xds");
}

TEST_F(XdsLedgerTest, P9_AListenerThatGoesClosesItsSocketAndDrains) {
  StartServing();
  HttpClient client(port_);
  ASSERT_EQ(BodyFrom(client), "a");
  ads_.Remove(kListener, "ingress");
  ASSERT_TRUE(WaitForPage("/updates", "connections of clients drained: listener gone"));
  EXPECT_EQ(NewestUpdate("removed"), "1");
  EXPECT_EQ(NewestUpdate("sockets_closed"), "1");
}

TEST_F(XdsLedgerTest, P10_WhatDrainsPoolsIsTold) {
  StartServing();
  ASSERT_EQ(Body(), "a");
  SetEndpoints(ads_, "a", "2", {backend_b_.port()});
  ASSERT_TRUE(WaitForPage("/updates", "pools drained: endpoint gone")) << AdminPage("/updates");
  ASSERT_TRUE(WaitForBody("/", "b"));
  const std::string http2 =
      "{name: a, type: EDS, http2_protocol_options: {}, "
      "eds_cluster_config: {eds_config: {ads: {}}}}";
  ads_.Set(kCluster, "a", "2", ClusterBytes(http2));
  EXPECT_TRUE(WaitForPage("/updates", "pools drained: protocol options changed"))
      << AdminPage("/updates");
}

TEST_F(XdsLedgerTest, P10_AChangeOfATimeoutDrainsNoPool) {
  StartServing();
  ASSERT_EQ(Body(), "a");
  ads_.Set(kCluster, "a", "2",
           ClusterBytes("{name: a, type: EDS, connect_timeout: 7s, "
                        "eds_cluster_config: {eds_config: {ads: {}}}}"));
  ASSERT_TRUE(WaitFor(
      [&] { return NewestUpdate("version") == "2" && NewestUpdate("workers_adopted") == "2"; }));
  EXPECT_THAT(AdminPage("/updates"), Not(HasSubstr("pools drained")));
}

}  // namespace
}  // namespace outrigger::test
