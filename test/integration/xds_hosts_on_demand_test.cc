// Virtual hosts that are fetched when a request names one that its route table does not know (VHDS
// on demand).
#include <algorithm>
#include <vector>

#include "test/integration/by_host_fixture.h"
#include "test/support/raw_peer.h"
#include "test/support/scoped_resources.h"

namespace outrigger::test {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kFilters = "type.googleapis.com/envoy.extensions.filters.http.";

class XdsHostsOnDemandTest : public XdsByHostTest {
 protected:
  static std::string OnDemand() {
    return "{name: fetch, typed_config: {'@type': " + kFilters + "on_demand.v3.OnDemand}}";
  }
  // Clusters a and b; table "routes" has host "own" to a, and asks for others.
  void StartWith(const std::string& listener) {
    ServeBasics();
    SetRouteYaml(ads_, "1",
                 "{name: routes, vhds: {config_source: {ads: {}}}, virtual_hosts: [{name: own, "
                 "domains: [own], routes: [{match: {prefix: /}, route: {cluster: a}}]}]}");
    SetListenerYaml(ads_, "1", listener);
    StartProxy();
    ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
    ads_.HoldAnswers(true);  // each test answers itself
  }
  // `fields`: of the connection manager; `before`: filters before on_demand.
  void StartAsking(const std::string& fields = "", const std::string& before = "") {
    std::string listener = ListenerYaml("ingress", "routes");
    listener.insert(listener.find("- name: router"), before + "- " + OnDemand() + "\n      ");
    if (!fields.empty()) listener.insert(listener.find("http_filters:"), fields + "\n      ");
    StartWith(listener);
  }
  RawPeer Ask(const std::string& host = "late") {
    RawPeer client = RawPeer::ConnectTo(port_);
    EXPECT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
    return client;
  }
  // The request that asks for it.
  Request WaitForAsk(const std::string& host = "late", size_t from = 0) {
    const auto ask = ads_.WaitForRequest(
        [&](const Request& request) {
          return Names(request.resource_names_subscribe(), "routes/" + host);
        },
        from);
    EXPECT_TRUE(ask.has_value()) << host << " was not asked for";
    return ask.value_or(Request());
  }
  bool WaitUntilLetGo(const std::string& host = "late") {
    return ads_
        .WaitForRequest([&](const Request& request) {
          return Names(request.resource_names_unsubscribe(), "routes/" + host);
        })
        .has_value();
  }
  static bool Names(const google::protobuf::RepeatedPtrField<std::string>& names,
                    const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  static Push HostPush(const std::string& nonce, const std::string& name,
                       const std::string& domain = "late", const std::string& fields = "") {
    return std::move(Push(kHosts, nonce).Add(name, nonce, HostBytes(name, domain, "b", fields)));
  }
};

TEST_F(XdsHostsOnDemandTest, X37_ARequestWaitsForTheHostThatItNames) {
  StartAsking();
  RawPeer client = Ask();
  WaitForAsk();
  // With the first name of all.
  const auto names_all = [](const Request& request) {
    return request.type_url() == kHosts && Names(request.resource_names_subscribe(), "*");
  };
  EXPECT_TRUE(ads_.WaitForRequest(names_all).has_value());
  ads_.Send(HostPush("1", "routes/late").response());
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
  // From now on it is there.
  EXPECT_EQ(AnswerTo("late"), "b");
  EXPECT_EQ(proxy_->Stat("listener_manager.on_demand_hosts"), 1);
}

TEST_F(XdsHostsOnDemandTest, X37_AnAliasIsWhatWasAskedForInLowerCaseWithItsPort) {
  StartAsking();
  RawPeer client = Ask("Late.Example:8080");
  WaitForAsk("late.example:8080");
  Push push = HostPush("1", "routes/h1", "late.example:8080");
  push.response().mutable_resources(0)->add_aliases("routes/late.example:8080");
  ads_.Send(push.response());
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_F(XdsHostsOnDemandTest, X37_AnAliasWithoutContentSaysThatThereIsNone) {
  StartAsking();
  const int64_t before = proxy_->Stat("http.ingress.no_route");
  RawPeer client = Ask();
  WaitForAsk();
  xds::AdsServer::Response none;
  none.set_type_url(kHosts);
  none.set_nonce("none");
  none.add_resources()->set_name("routes/late");
  none.mutable_resources(0)->add_aliases("routes/late");
  const size_t from = ads_.request_count();
  ads_.Send(none);
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 404 "));
  EXPECT_FALSE(ads_.WaitForAck(kHosts, from)->has_error_detail());
  EXPECT_EQ(proxy_->Stat("http.ingress.no_route"), before + 1);
  EXPECT_TRUE(WaitUntilLetGo());
  // Whoever asks next asks anew.
  const size_t again = ads_.request_count();
  RawPeer next = Ask();
  WaitForAsk("late", again);
  ads_.Send(HostPush("1", "routes/late").response());
  EXPECT_THAT(next.ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_F(XdsHostsOnDemandTest, X32_ARemovalSaysThatThereIsNoneAsWell) {
  StartAsking();
  RawPeer client = Ask();
  WaitForAsk();
  ads_.Send(Push(kHosts, "none").Remove("routes/late").response());
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 404 "));
}

TEST_F(XdsHostsOnDemandTest, AHostThatComesUnaskedEndsTheWait) {
  StartAsking();
  RawPeer client = Ask("one.example");
  WaitForAsk("one.example");
  ads_.Send(HostPush("1", "routes/all", "*.example").response());
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_F(XdsHostsOnDemandTest, X5_AHostThatIsRefusedEndsTheWait) {
  StartAsking();
  RawPeer client = Ask();
  WaitForAsk();
  const auto nack = SendAndWait(HostPush("bad", "routes/late", "own"));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("routes/late: domains[0]: "));
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 404 "));
}

TEST_F(XdsHostsOnDemandTest, ASilentControlPlaneIsWaitedForAsLongAsTheStreamMayBeIdle) {
  StartAsking("stream_idle_timeout: 0.05s");
  EXPECT_THAT(Ask().ReadMessage(), StartsWith("HTTP/1.1 504 "));
  RawPeer incomplete = RawPeer::ConnectTo(port_);
  ASSERT_TRUE(incomplete.Send("POST / HTTP/1.1\r\nHost: late\r\nContent-Length: 4\r\n\r\n"));
  EXPECT_THAT(incomplete.ReadMessage(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_idle_timeout"), 2);
}

TEST_F(XdsHostsOnDemandTest, ManyRequestsShareOneSubscription) {
  StartAsking();
  std::vector<RawPeer> clients;
  for (int i = 0; i < 40; ++i) clients.push_back(Ask());
  WaitForAsk();
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.downstream_rq_active", 40));
  ads_.Send(HostPush("1", "routes/late").response());
  for (RawPeer& client : clients) EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  const std::vector<Request> all = ads_.requests();
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const Request& request) {
                            return Names(request.resource_names_subscribe(), "routes/late");
                          }),
            1);
}

TEST_F(XdsHostsOnDemandTest, ABodyWaitsToo) {
  StartAsking();
  RawPeer client = RawPeer::ConnectTo(port_);
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: late\r\nContent-Length: 4\r\n\r\nbo"));
  WaitForAsk();
  ads_.Send(HostPush("1", "routes/late").response());
  ASSERT_TRUE(client.Send("dy"));
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(XdsHostsOnDemandTest, AClientMayLeaveMeanwhile) {
  StartAsking();
  Ask().Close();
  RawPeer stays = Ask();
  WaitForAsk();
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.downstream_rq_active", 1));
  ads_.Send(HostPush("1", "routes/late").response());
  EXPECT_THAT(stays.ReadMessage(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(XdsHostsOnDemandTest, X33_ARemovedHostIsAskedForAnew) {
  StartAsking();
  RawPeer client = Ask();
  WaitForAsk();
  ads_.Send(HostPush("1", "routes/late").response());
  ASSERT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  const size_t from = ads_.request_count();
  SendAndWait(std::move(Push(kHosts, "gone").Remove("routes/late")));
  // A worker may not have heard of it yet.
  std::vector<RawPeer> clients;
  ASSERT_TRUE(WaitFor([&] {
    clients.push_back(Ask());
    const std::vector<Request> all = ads_.requests();
    return std::any_of(all.begin() + static_cast<ptrdiff_t>(from), all.end(),
                       [](const Request& request) {
                         return Names(request.resource_names_subscribe(), "routes/late");
                       });
  }));
  ads_.Send(HostPush("2", "routes/late").response());
  EXPECT_THAT(clients.back().ReadMessage(), EndsWith("\r\n\r\nb"));
}

// They have let the request pass without a route.
TEST_F(XdsHostsOnDemandTest, FiltersBeforeItRunAnewWithWhatTheHostSays) {
  const std::string rbac = kFilters + "rbac.v3.RBAC";
  StartAsking("", "- {name: rbac, typed_config: {'@type': " + rbac + "}}\n      ");
  RawPeer client = Ask();
  WaitForAsk();
  ads_.Send(HostPush("1", "routes/late", "late",
                     ", typed_per_filter_config: {rbac: {'@type': " + rbac +
                         "PerRoute, rbac: {rules: {action: ALLOW}}}}")
                .response());
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 403 "));
}

TEST_F(XdsHostsOnDemandTest, TablesOfScopesAskForHosts) {
  ads_.Set(std::string(compiler::kScopeType), "s", "1",
           ScopeBytes(ScopeYaml("s", "late", "routes")));
  std::string listener = ScopedListenerYaml("ingress");
  const size_t router = listener.find("{name: router");
  listener.insert(router, OnDemand() + ", ");
  StartWith(listener);
  RawPeer client = Ask();
  WaitForAsk();
  ads_.Send(HostPush("1", "routes/late").response());
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_F(XdsHostsOnDemandTest, WhatIsNoNameIsNotAskedFor) {
  StartAsking();
  EXPECT_THAT(Ask(std::string(300, 'a')).ReadMessage(), StartsWith("HTTP/1.1 404 "));
  for (const Request& request : ads_.requests()) {
    EXPECT_THAT(request.resource_names_subscribe(), Not(Contains(HasSubstr("aaa"))));
  }
}

TEST_F(XdsHostsOnDemandTest, AHostThatIsKnownAndHasNoRouteIsNotAskedFor) {
  StartAsking();
  SetRouteYaml(ads_, "2",
               "{name: routes, vhds: {config_source: {ads: {}}}, virtual_hosts: [{name: own, "
               "domains: [own], routes: [{match: {path: /x}, route: {cluster: a}}]}]}");
  ads_.HoldAnswers(false);
  EXPECT_TRUE(WaitForAnswer("own", "404"));
}

TEST_F(XdsHostsOnDemandTest, P17_HostsThatHaveComeAreAskedForOnTheNextStream) {
  StartAsking();
  RawPeer client = Ask();
  WaitForAsk();
  ads_.Send(HostPush("1", "routes/late").response());
  ASSERT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  const size_t from = ads_.request_count();
  ads_.EndStreams(grpc::Status::OK);
  const Request ask = WaitForAsk("late", from);
  EXPECT_THAT(ask.resource_names_subscribe(), Contains("*"));
  EXPECT_TRUE(ask.initial_resource_versions().contains("routes/late"));
}

}  // namespace
}  // namespace outrigger::test
