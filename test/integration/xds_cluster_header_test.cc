// Clusters that requests name, while clusters come and go.
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

class XdsClusterHeader : public XdsTest {
 protected:
  void StartWithNames() {
    ServeBasics();
    SetRouteYaml(ads_, "1",
                 "{name: routes, virtual_hosts: [{name: all, domains: ['*'], routes: [{match: "
                 "{prefix: /}, route: {cluster_header: ':authority'}}]}]}");
    StartProxy();
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
    ASSERT_TRUE(WaitForAnswer("a", 200));
    ASSERT_TRUE(WaitForAnswer("b", 200));
  }
  bool WaitForAnswer(const std::string& cluster, int status) {
    return WaitFor([&] {
      HttpClient client(port_);
      const auto answer = client.Get("/", cluster);
      return answer.has_value() && answer->status == status;
    });
  }
};

TEST_F(XdsClusterHeader, AClusterIsFoundByNameFromWhenItServesUntilItIsGone) {
  StartWithNames();
  ASSERT_TRUE(WaitForAnswer("c", 503));
  SetEdsCluster(ads_, "c");
  SetEndpoints(ads_, "c", "1", {backend_a_.port()});
  EXPECT_TRUE(WaitForAnswer("c", 200));
  ads_.Remove(kCluster, "c");
  EXPECT_TRUE(WaitForAnswer("c", 503));
  EXPECT_TRUE(WaitForAnswer("a", 200));
}

TEST_F(XdsClusterHeader, RoutesThatBeginToAskForNamesFindTheClustersThatAreThere) {
  StartServing();
  SetRouteYaml(ads_, "2",
               "{name: routes, virtual_hosts: [{name: all, domains: ['*'], routes: [{match: "
               "{prefix: /}, route: {cluster_header: ':authority'}}]}]}");
  EXPECT_TRUE(WaitForAnswer("nobody", 503));
  EXPECT_TRUE(WaitForAnswer("b", 200));
  SetRoute(ads_, "routes", "3", "a");
  EXPECT_TRUE(WaitForAnswer("nobody", 200));
}

}  // namespace
}  // namespace outrigger::test
