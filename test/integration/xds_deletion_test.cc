// --ignore-resource-deletion (X48): a control plane that deletes what serves is not obeyed, loudly.
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class XdsDeletionTest : public XdsTest, public testing::WithParamInterface<const char*> {
 protected:
  void StartAndServe(bool ignores_deletion) {
    ServeBasics();
    CommandLine flags = RunningProxy::FlagsFor(
        StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = GetParam()}
            .ToYaml());
    flags.ignores_resource_deletion = ignores_deletion;
    StartProxy(flags);
    ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
    ASSERT_TRUE(WaitForBody("/", "a"));
  }
  void DeleteAll() {
    ads_.Remove(kListener, "ingress");
    for (const char* cluster : {"a", "b"}) ads_.Remove(kCluster, cluster);
  }
};

TEST_P(XdsDeletionTest, X48_WhatServesServesOnThoughAllOfItIsDeleted) {
  StartAndServe(true);
  DeleteAll();
  ASSERT_TRUE(proxy_->WaitForStat("xds.listeners.kept", 1));
  ASSERT_TRUE(proxy_->WaitForStat("xds.clusters.kept", 2));
  EXPECT_EQ(Body(), "a");
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_removed"), 0);
  EXPECT_EQ(proxy_->Stat("cluster_manager.cluster_removed"), 0);
  const std::string ledger = AdminPage("/xds?state=trouble");
  EXPECT_THAT(ledger, HasSubstr("listener ingress: kept: the server has removed it, which "
                                "--ignore-resource-deletion ignores; version"));
  EXPECT_THAT(ledger, HasSubstr("cluster b: kept: "));
  // Routes to a cluster that nobody named when it was deleted.
  SetRoute(ads_, "routes", "2", "b");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_P(XdsDeletionTest, X48_WhatIsSentAgainIsNotKeptAnyMore) {
  StartAndServe(true);
  DeleteAll();
  ASSERT_TRUE(proxy_->WaitForStat("xds.listeners.kept", 1));
  ASSERT_TRUE(proxy_->WaitForStat("xds.clusters.kept", 2));
  for (const char* cluster : {"a", "b"}) SetEdsCluster(ads_, cluster, "2");
  SetListener(ads_, "ingress", "2", "routes");
  EXPECT_TRUE(proxy_->WaitForStatBelow("xds.listeners.kept", 1));
  EXPECT_TRUE(proxy_->WaitForStatBelow("xds.clusters.kept", 1));
  EXPECT_THAT(AdminPage("/xds"), Not(HasSubstr("kept")));
  EXPECT_EQ(Body(), "a");
  ads_.Remove(kListener, "ingress");
  EXPECT_TRUE(proxy_->WaitForStat("xds.listeners.kept", 1));
}

TEST_P(XdsDeletionTest, X48_AStreamThatBeginsAnewBringsBackWhatWasDeleted) {
  StartAndServe(true);
  DeleteAll();
  ASSERT_TRUE(proxy_->WaitForStat("xds.listeners.kept", 1));
  ads_.Stop();
  ServeBasics();
  ads_.Start();
  EXPECT_TRUE(proxy_->WaitForStatBelow("xds.listeners.kept", 1));
  EXPECT_TRUE(proxy_->WaitForStatBelow("xds.clusters.kept", 1));
  EXPECT_EQ(Body(), "a");
}

TEST_P(XdsDeletionTest, X20X32X48_WithoutTheFlagTheyGo) {
  StartAndServe(false);
  DeleteAll();
  EXPECT_TRUE(proxy_->WaitForStat("listener_manager.listener_removed", 1));
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 2));
  EXPECT_THAT(AdminPage("/config_dump?resource=dynamic_listeners"), Not(HasSubstr("ingress")));
}

INSTANTIATE_TEST_SUITE_P(Protocols, XdsDeletionTest, testing::Values("DELTA_GRPC", "GRPC"));

}  // namespace
}  // namespace outrigger::test
