// Routes by scope (SRDS) over real gRPC, by both protocols: which table a request finds, and what
// changes of scopes and tables do to requests.
#include <array>

#include "test/integration/by_host_fixture.h"
#include "test/support/scoped_resources.h"
#include "test/support/steady_load.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kScopes(compiler::kScopeType);

class XdsScopesTest : public XdsByHostTest, public testing::WithParamInterface<const char*> {
 protected:
  bool is_delta() const { return GetParam() == std::string("DELTA_GRPC"); }
  void SetScope(const std::string& name, const std::string& version, const std::string& host,
                const std::string& routes) {
    ads_.Set(kScopes, name, version, ScopeBytes(ScopeYaml(name, host, routes)));
  }
  // Clusters a and b, a table for each, and a scope for each: hosts one and two.
  void ServeScopes() {
    for (const char* name : {"a", "b"}) {
      SetEdsCluster(ads_, name);
      SetRoute(ads_, std::string("to-") + name, "1", name);
    }
    SetEndpoints(ads_, "a", "1", {backend_a_.port()});
    SetEndpoints(ads_, "b", "1", {backend_b_.port()});
    SetScope("s1", "1", "one", "to-a");
    SetScope("s2", "1", "two", "to-b");
    SetListenerYaml(ads_, "1", ScopedListenerYaml("ingress"));
  }
  void Start() {
    StartProxy(StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = GetParam()}
                   .ToYaml());
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
  }
};

TEST_P(XdsScopesTest, EachRequestFindsTheRoutesOfItsScope) {
  ServeScopes();
  Start();
  EXPECT_EQ(AnswerTo("one"), "a");
  EXPECT_EQ(AnswerTo("two"), "b");
  EXPECT_EQ(AnswerTo("three"), "404");
  HttpClient client(port_);
  for (const char* host : {"one", "two", "three", "one"}) client.Get("/", host);
  EXPECT_EQ(client.connections(), 1);
  EXPECT_TRUE(proxy_->WaitForStat("http.ingress.no_route", 2));
}

TEST_P(XdsScopesTest, ScopesAreAddedMovedAndRemovedUnderOneConnection) {
  ServeScopes();
  Start();
  HttpClient client(port_);
  const auto answers = [&](const std::string& host, const std::string& body) {
    return WaitFor([&] {
      const auto answer = client.Get("/", host);
      return answer.has_value() && (answer->status == 200 ? answer->body : "404") == body;
    });
  };
  ASSERT_TRUE(answers("one", "a"));
  SetScope("s3", "1", "three", "to-b");
  EXPECT_TRUE(answers("three", "b"));
  SetScope("s1", "2", "one", "to-b");
  EXPECT_TRUE(answers("one", "b"));
  SetScope("s2", "2", "four", "to-b");
  EXPECT_TRUE(answers("four", "b"));
  EXPECT_TRUE(answers("two", "404"));
  ads_.Remove(kScopes, "s3");
  EXPECT_TRUE(answers("three", "404"));
  SetRoute(ads_, "to-b", "2", "a");
  EXPECT_TRUE(answers("one", "a"));
  EXPECT_TRUE(answers("four", "a"));
  EXPECT_EQ(client.connections(), 1);
}

TEST_P(XdsScopesTest, AScopeWithTheKeyOfAnotherIsRefusedAndTheFirstServes) {
  ServeScopes();
  Start();
  SetScope("s3", "1", "one", "to-b");
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.scoped_rds.hosts.update_rejected", 1));
  EXPECT_EQ(AnswerTo("one"), "a");
  EXPECT_THAT(AdminPage("/xds?type=scoped_route&state=rejected"),
              HasSubstr("key: is that of scope s1 already"));
  ads_.Remove(kScopes, "s3");
  // Two that exchange their keys in one response are no clash.
  ads_.HoldAnswers(true);
  SetScope("s1", "2", "two", "to-a");
  SetScope("s2", "2", "one", "to-b");
  ads_.HoldAnswers(false);
  EXPECT_TRUE(WaitForAnswer("two", "a"));
  EXPECT_TRUE(WaitForAnswer("one", "b"));
}

TEST_P(XdsScopesTest, X26_RouteTablesOfScopesAreAskedForTogether) {
  ads_.WaitForAllNames();
  ServeScopes();
  SetRoute(ads_, "plain", "1", "a");
  SetListener(ads_, "plain", "1", "plain");
  Start();
  EXPECT_EQ(AnswerTo("one"), "a");
  EXPECT_EQ(AnswerTo("two"), "b");
}

TEST_P(XdsScopesTest, X51_AListenerWaitsForItsScopesAndTheirTables) {
  ServeScopes();
  ads_.Remove(kRoutes, "to-b");
  StartProxy(StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = GetParam()}
                 .ToYaml());
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_warming", 1));
  EXPECT_TRUE(WaitFor([&] { return AdminPage("/init_dump").find("to-b") != std::string::npos; }));
  SetRoute(ads_, "to-b", "1", "b");
  port_ = proxy_->WaitForListener("ingress");
  ASSERT_NE(port_, 0);
  EXPECT_EQ(AnswerTo("two"), "b");
}

TEST_P(XdsScopesTest, P13_AScopeKeepsItsTableUntilTheNextOneHasCome) {
  ServeScopes();
  Start();
  SetScope("s1", "2", "one", "later");
  SetScope("s2", "2", "two", "to-a");
  ASSERT_TRUE(WaitForAnswer("two", "a"));
  EXPECT_EQ(AnswerTo("one"), "a");
  EXPECT_THAT(AdminPage("/xds?type=scoped_route"), HasSubstr("route configuration later"));
  SetRoute(ads_, "later", "1", "b");
  EXPECT_TRUE(WaitForAnswer("one", "b"));
}

TEST_P(XdsScopesTest, AMissingTableIsAMissingRouteAndHoldsUpNoOtherScope) {
  ServeScopes();
  Start();
  SetScope("s3", "1", "three", "nowhere");
  SetScope("s4", "1", "four", "to-b");
  ASSERT_TRUE(WaitForAnswer("four", "b"));
  EXPECT_EQ(AnswerTo("three"), "404");
}

TEST_P(XdsScopesTest, ScopesAreDumpedAndCounted) {
  ServeScopes();
  Start();
  const std::string dump = AdminPage("/config_dump");
  EXPECT_THAT(dump, AllOf(HasSubstr("dynamic_scoped_route_configs"), HasSubstr("string_key")));
  EXPECT_GE(proxy_->Stat("http.ingress.scoped_rds.hosts.update_success"), 1);
  EXPECT_GE(proxy_->Stat("http.ingress.scoped_rds.hosts.config_reload"), 1);
  EXPECT_GE(proxy_->Stat("http.ingress.rds.to-a.update_success"), 1);
  EXPECT_EQ(proxy_->Stat("xds.scoped_routes.serving"), 2);
}

TEST_P(XdsScopesTest, NobodyAsksForScopesUnlessAListenerHasThem) {
  ServeBasics();
  StartProxy(StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = GetParam()}
                 .ToYaml());
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  ASSERT_TRUE(WaitForBody("/", "a"));
  for (const auto& request : ads_.requests()) EXPECT_NE(request.type_url(), kScopes);
  for (const auto& request : ads_.sotw_requests()) EXPECT_NE(request.type_url(), kScopes);
}

// A scope that is led to a new table with a new cluster: in whatever order the three come, requests
// are answered as in the right one.
TEST_P(XdsScopesTest, P13_AMoveInAnyOrderFailsNoRequest) {
  ServeScopes();
  SetScope("all", "1", "test.local", "to-a");
  Start();
  SteadyLoad load(port_, 2);
  std::array<int, 3> order = {0, 1, 2};
  int number = 0;
  do {
    const std::string name = "n" + std::to_string(++number);
    const bool is_odd = number % 2 == 1;
    const std::array<std::function<void()>, 3> steps = {
        [&] {
          SetEdsCluster(ads_, name);
          SetEndpoints(ads_, name, "1", {is_odd ? backend_b_.port() : backend_a_.port()});
        },
        [&] { SetRoute(ads_, name, "1", name); },
        [&] { SetScope("all", name, "test.local", name); },
    };
    for (const int step : order) {
      steps[static_cast<size_t>(step)]();
      load.WaitForMore(4);
    }
    EXPECT_TRUE(WaitForAnswer("test.local", is_odd ? "b" : "a")) << name;
  } while (std::next_permutation(order.begin(), order.end()));
  load.Stop();
  EXPECT_EQ(load.connections(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Protocols, XdsScopesTest, testing::Values("GRPC", "DELTA_GRPC"),
                         [](const auto& api_type) {
                           return std::string(api_type.param) == "GRPC" ? "Sotw" : "Delta";
                         });

}  // namespace
}  // namespace outrigger::test
