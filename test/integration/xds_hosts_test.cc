// Virtual hosts that are discovered (VHDS) over real gRPC: how they are asked for, and what changes
// of hosts and of their table do to requests.
#include "test/integration/by_host_fixture.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class XdsHostsTest : public XdsByHostTest {
 protected:
  void SetHost(const std::string& name, const std::string& version, const std::string& domain,
               const std::string& cluster) {
    ads_.Set(kHosts, name, version, HostBytes(name, domain, cluster));
  }
  void SetTable(const std::string& version, const std::string& fields = "") {
    SetRouteYaml(ads_, version,
                 "{name: routes, vhds: {config_source: {ads: {}}}, virtual_hosts: [{name: own, "
                 "domains: [own], routes: [{match: {prefix: /}, route: {cluster: a}}]}]" +
                     fields + "}");
  }
  // Clusters a and b; table "routes" has host "own" to a, and asks for others: "one" to a.
  void ServeHosts() {
    ServeBasics();
    SetTable("1");
    SetHost("routes/one", "1", "one", "a");
  }
  void Start() {
    StartProxy();
    ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  }
};

TEST_F(XdsHostsTest, X37_HostsOfATableAreAskedForAllAtOnceAndJoinItsOwn) {
  ServeHosts();
  SetHost("other/two", "1", "two", "b");  // another table's
  Start();
  EXPECT_EQ(AnswerTo("own"), "a");
  EXPECT_EQ(AnswerTo("one"), "a");
  EXPECT_EQ(AnswerTo("two"), "404");
  EXPECT_THAT(FirstAsk(kHosts).resource_names_subscribe(), IsEmpty());
}

TEST_F(XdsHostsTest, X37_HostsComeChangeAndGoUnderOneConnection) {
  ServeHosts();
  Start();
  HttpClient client(port_);
  const auto answers = [&](const std::string& host, const std::string& body) {
    return WaitFor([&] {
      const auto answer = client.Get("/", host);
      return answer.has_value() && (answer->status == 200 ? answer->body : "404") == body;
    });
  };
  SetHost("routes/two", "1", "two", "b");
  EXPECT_TRUE(answers("two", "b"));
  SetHost("routes/one", "2", "one", "b");
  EXPECT_TRUE(answers("one", "b"));
  ads_.Remove(kHosts, "routes/two");
  EXPECT_TRUE(answers("two", "404"));
  EXPECT_TRUE(answers("own", "a"));
  EXPECT_EQ(client.connections(), 1);
}

TEST_F(XdsHostsTest, X37_AnUpdateOfTheTableKeepsItsHosts) {
  ServeHosts();
  Start();
  SetRouteYaml(ads_, "2",
               "{name: routes, vhds: {config_source: {ads: {}}}, virtual_hosts: [{name: own, "
               "domains: [own], routes: [{match: {prefix: /}, route: {cluster: b}}]}]}");
  EXPECT_TRUE(WaitForAnswer("own", "b"));
  EXPECT_EQ(AnswerTo("one"), "a");
}

TEST_F(XdsHostsTest, AHostWithTheDomainOfAnotherIsRefusedAndTheOtherServes) {
  ServeHosts();
  Start();
  ASSERT_TRUE(WaitForAnswer("one", "a"));
  SetHost("routes/two", "1", "one", "b");
  EXPECT_TRUE(WaitFor([&] {
    return AdminPage("/xds?type=virtual_host&state=rejected")
               .find("\"one\" is a domain of routes/one already") != std::string::npos;
  }));
  EXPECT_EQ(AnswerTo("one"), "a");
}

TEST_F(XdsHostsTest, AMistakeInAHostIsRefusedAndItsFormerVersionServes) {
  ServeHosts();
  Start();
  ads_.Set(kHosts, "routes/one", "2",
           RouteBytes("{virtual_hosts: [{name: one}]}").substr(2));  // a host without domains
  EXPECT_TRUE(WaitFor([&] {
    return AdminPage("/xds?type=virtual_host&state=rejected").find("domains") != std::string::npos;
  }));
  EXPECT_EQ(AnswerTo("one"), "a");
}

TEST_F(XdsHostsTest, X5_AHostThatDoesNotGoWithItsTableIsRefusedAndTheOthersAreUsed) {
  ServeHosts();
  Start();
  ASSERT_TRUE(WaitForAnswer("one", "a"));
  ads_.HoldAnswers(true);
  SetHost("routes/one", "2", "own", "b");
  SetHost("routes/two", "1", "two", "b");
  const size_t from = ads_.request_count();
  ads_.HoldAnswers(false);
  const auto nack = ads_.WaitForAck(kHosts, from);
  ASSERT_TRUE(nack.has_value());
  EXPECT_THAT(nack->error_detail().message(),
              HasSubstr("routes/one: domains[0]: \"own\" is a domain of virtual host \"own\""));
  EXPECT_TRUE(WaitForAnswer("two", "b"));
  EXPECT_EQ(AnswerTo("one"), "a");
  EXPECT_EQ(AnswerTo("own"), "a");
  EXPECT_THAT(AdminPage("/xds?type=virtual_host&state=rejected"),
              HasSubstr("is a domain of virtual host"));
  // Once its table lets it, it serves.
  SetRouteYaml(ads_, "2", "{name: routes, vhds: {config_source: {ads: {}}}}");
  ASSERT_TRUE(WaitForAnswer("own", "404"));
  SetHost("routes/one", "3", "own", "b");
  EXPECT_TRUE(WaitForAnswer("own", "b"));
}

TEST_F(XdsHostsTest, X51_AListenerWaitsForTheFirstAnswer) {
  ServeBasics();
  SetTable("1");
  ads_.HoldAnswers(true);
  StartProxy();
  ads_.HoldAnswers(false);
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_EQ(AnswerTo("own"), "a");
  EXPECT_EQ(AnswerTo("one"), "404");
}

TEST_F(XdsHostsTest, UpdatesAreCountedForEachTable) {
  const auto stat = [&](const std::string& name) {
    return proxy_->Stat("http.ingress.vhds.routes." + name);
  };
  ServeHosts();
  SetHost("other/two", "1", "two", "b");
  Start();
  ASSERT_TRUE(WaitForAnswer("one", "a"));
  EXPECT_EQ(stat("update_attempt"), 2);
  EXPECT_EQ(stat("update_success"), 1);
  EXPECT_EQ(stat("config_reload"), 1);
  SetHost("other/two", "2", "three", "b");
  SetHost("routes/two", "1", "one", "b");
  EXPECT_TRUE(proxy_->WaitForStat("http.ingress.vhds.routes.update_rejected", 1));
  EXPECT_EQ(stat("update_attempt"), 3);
  EXPECT_EQ(stat("update_success"), 1);
  EXPECT_EQ(stat("config_reload"), 1);
  EXPECT_EQ(stat("update_empty"), 0);
  SendAndWait(Push(kHosts, "empty"));
  EXPECT_EQ(stat("update_empty"), 1);
}

TEST_F(XdsHostsTest, NobodyAsksForHostsUnlessATableDoes) {
  ServeBasics();
  Start();
  ASSERT_TRUE(WaitForBody("/", "a"));
  for (const auto& request : ads_.requests()) EXPECT_NE(request.type_url(), kHosts);
}

TEST_F(XdsHostsTest, TheStateOfTheWorldHasNoHosts) {
  ServeHosts();
  StartProxy(
      StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = "GRPC"}.ToYaml());
  EXPECT_TRUE(WaitFor([&] {
    return AdminPage("/xds?state=rejected").find("vhds.config_source: must be of the delta") !=
           std::string::npos;
  }));
}

}  // namespace
}  // namespace outrigger::test
