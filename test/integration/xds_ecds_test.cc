// Filters whose configurations come by themselves (ECDS): when they come, change, go, or are wrong.
#include "test/integration/ecds_fixture.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

const std::string kDefault = "default_config: " + Marks("default");

class XdsEcdsTest : public EcdsTest {
 protected:
  void StartWith(const std::string& filters) {
    ServeWith(filters);
    StartProxy();
    StartListening();
  }
  // The listener serves with that content for filter `f`.
  void StartMarked(const std::string& mark, const std::string& fields = "") {
    SetExtension("f", Marks(mark));
    StartWith(Discovered("f", fields));
    ASSERT_TRUE(WaitForMark(mark));
    SettleWire();
  }
  // Not of the control plane: a listener before backend a with these filters.
  StaticBootstrap StaticWith(const std::string& filters) const {
    StaticBootstrap bootstrap{.upstream_ports = {backend_a_.port()}, .ads_port = ads_.port()};
    bootstrap.listeners[0].filters = filters;
    return bootstrap;
  }
  void StartProxy(const StaticBootstrap& bootstrap) { EcdsTest::StartProxy(bootstrap.ToYaml()); }
  using EcdsTest::StartProxy;
  void Remove(const std::string& name) {
    SendAndWait(Push(kExtension, "remove " + name).Remove(name));
  }
};

TEST_F(XdsEcdsTest, X51_AListenerWaitsForItsFilters) {
  ads_.HoldAnswers(true);
  StartProxy(StaticWith(Discovered("late")));
  EXPECT_THAT(FirstAsk(kExtension).resource_names_subscribe(), ElementsAre("late"));
  EXPECT_THAT(AdminPage("/init_dump"), HasSubstr("filter configuration late"));
  EXPECT_THAT(AdminPage("/xds"), HasSubstr("extension late: requested"));
  SetExtension("late", Marks("1"));
  ads_.HoldAnswers(false);
  StartListening();
  EXPECT_TRUE(WaitForMark("1"));
  EXPECT_THAT(AdminPage("/xds?type=extensions&format=json"),
              AllOf(HasSubstr("\"extension\""), HasSubstr("\"running_version\": \"1\"")));
}

TEST_F(XdsEcdsTest, NamesAreAskedForTogether) {
  ServeWith(Discovered("one") + "\n      - " + Discovered("two"));
  StartProxy();
  EXPECT_THAT(FirstAsk(kExtension).resource_names_subscribe(), UnorderedElementsAre("one", "two"));
}

TEST_F(XdsEcdsTest, AChangeTakesEffectAtTheNextRequestOfAConnection) {
  StartMarked("1");
  HttpClient client(port_);
  EXPECT_EQ(MarkFrom(client), "1");
  SendExtension("2", "f", Marks("2"));
  EXPECT_TRUE(WaitFor([&] { return MarkFrom(client) == "2"; }));
  EXPECT_EQ(client.connections(), 1);
  EXPECT_EQ(Counted("f", "config_reload"), 2);
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_modified"), 0);
}

TEST_F(XdsEcdsTest, WithoutAConfigurationRequestsAreRefused) {
  StartMarked("1");
  Remove("f");
  EXPECT_TRUE(WaitForMark("500"));
  EXPECT_EQ(Body(), "");
  EXPECT_THAT(AdminPage("/xds"), HasSubstr("extension f: absent: the server has removed it"));
  SendExtension("3", "f", Marks("3"));
  EXPECT_TRUE(WaitForMark("3"));
}

TEST_F(XdsEcdsTest, WithoutAConfigurationTheDefaultServes) {
  StartMarked("1", kDefault);
  Remove("f");
  EXPECT_TRUE(WaitForMark("default"));
}

TEST_F(XdsEcdsTest, X44_ANewListenerGoesOnWithoutAfterTheFetchTimeout) {
  ads_.HoldAnswers(true);
  std::string filter = Discovered("never", kDefault);
  const std::string_view for_ever = "initial_fetch_timeout: 0s";
  filter.replace(filter.find(for_ever), for_ever.size(), "initial_fetch_timeout: 0.01s");
  StartProxy(StaticWith(filter));
  StartListening();
  EXPECT_TRUE(WaitForMark("default"));
  EXPECT_EQ(Counted("never", "init_fetch_timeout"), 1);
  EXPECT_EQ(Counted("never", "config_fail"), 1);
}

TEST_F(XdsEcdsTest, TheAccessLogSaysThatAConfigurationIsMissing) {
  LogFolder folder;
  StaticBootstrap bootstrap = StaticWith(Discovered("f"));
  bootstrap.listeners[0].hcm_fields =
      "access_log: [{name: file, typed_config: {'@type': type.googleapis.com/envoy.extensions."
      "access_loggers.file.v3.FileAccessLog, path: " +
      folder.Path("log") +
      ", log_format: {text_format_source: {inline_string: \"%RESPONSE_CODE% "
      "%RESPONSE_FLAGS%\\n\"}}}}]";
  StartProxy(bootstrap);
  StartListening();
  EXPECT_EQ(Mark(), "500");
  EXPECT_EQ(folder.NextLine("log"), "500 NFCF");
}

TEST_F(XdsEcdsTest, ADefaultMayServeFromTheStart) {
  StartWith(Discovered("f", kDefault + ", apply_default_config_without_warming: true"));
  EXPECT_TRUE(WaitForMark("default"));
  SetExtension("f", Marks("1"));
  EXPECT_TRUE(WaitForMark("1"));
}

TEST_F(XdsEcdsTest, AConfigurationOfAnotherTypeIsRefused) {
  StartMarked("1");
  const Request nack = SendExtension("wrong", "f", Buffers(5));
  EXPECT_THAT(nack.error_detail().message(),
              HasSubstr("f: typed_config: is envoy.extensions.filters.http.buffer.v3.Buffer, and "
                        "must be envoy.extensions.filters.http.header_mutation.v3.HeaderMutation"));
  EXPECT_TRUE(WaitForMark("1"));
  EXPECT_EQ(Counted("f", "update_rejected"), 1);
  EXPECT_EQ(Counted("f", "config_fail"), 1);
  EXPECT_THAT(AdminPage("/xds"), HasSubstr("extension f: rejected"));
}

TEST_F(XdsEcdsTest, P12_ARefusedFirstAnswerEndsTheWait) {
  SetExtension("f", Buffers(5));
  StartWith(Discovered("f", kDefault));
  EXPECT_TRUE(WaitForMark("default"));
}

TEST_F(XdsEcdsTest, WhatIsWrongIsToldWithItsFieldAndTheLastGoodOneServes) {
  StartMarked("1");
  const std::string bad = fmt::format(
      "{{'@type': {}, mutations: {{response_mutations: [{{append: {{header: {{key: '', value: "
      "x}}}}}}]}}}}",
      kMutationType);
  EXPECT_THAT(SendExtension("bad", "f", bad).error_detail().message(),
              HasSubstr("f: typed_config{envoy.extensions.filters.http.header_mutation.v3."
                        "HeaderMutation}.mutations.response_mutations[0].append.header.key"));
  const Request nack = SendAndWait(Push(kExtension, "bytes").Add("f", "4", "\xff\xff\xff"));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("f: "));
  EXPECT_TRUE(WaitForMark("1"));
}

TEST_F(XdsEcdsTest, RoutesSpeakToItByItsName) {
  SetExtension("f", Marks("1"));
  ServeWith(Discovered("f"));
  SetRouteYaml(ads_, "2",
               "{name: routes, virtual_hosts: [{name: all, domains: ['*'], routes: [" +
                   std::string("{match: {path: /off}, route: {cluster: a}, ") +
                   "typed_per_filter_config: {f: {'@type': type.googleapis.com/envoy."
                   "config.route.v3.FilterConfig, disabled: true}}}, "
                   "{match: {prefix: /}, route: {cluster: a}}]}]}");
  StartProxy();
  StartListening();
  ASSERT_TRUE(WaitForMark("1"));
  HttpClient client(port_);
  EXPECT_THAT(client.Get("/off")->head, Not(HasSubstr("x-mark")));
  Remove("f");
  ASSERT_TRUE(WaitForMark("500"));
  EXPECT_EQ(Body("/off"), "a") << "where it is off nobody misses it";
}

TEST_F(XdsEcdsTest, TheRouterMayComeByItselfToo) {
  std::string yaml = ListenerYaml("ingress", "routes");
  yaml.resize(yaml.find("- name: router"));
  yaml += fmt::format(
      "- {{name: end, config_discovery: {{config_source: {{ads: {{}}}}, type_urls: [{}, {}]}}}}\n",
      kRouterUrl, kMutationType);
  ServeBasics();
  SetListenerYaml(ads_, "1", yaml);
  SetExtension("end", fmt::format("{{'@type': {}}}", kRouterUrl));
  StartProxy();
  StartListening();
  ASSERT_TRUE(WaitForBody("/", "a"));
  SettleWire();
  EXPECT_THAT(SendExtension("no", "end", Marks("1")).error_detail().message(),
              HasSubstr("end: typed_config: must be the router, is "));
  EXPECT_EQ(Body(), "a");
}

TEST_F(XdsEcdsTest, ANewVersionOfTheListenerStartsWithWhatIsThere) {
  StartMarked("1");
  std::string yaml = WithFilters(Discovered("f"));
  SetListenerYaml(ads_, "2", yaml + "\nper_connection_buffer_limit_bytes: 1024\n");
  EXPECT_TRUE(proxy_->WaitForStat("listener_manager.listener_modified", 1));
  EXPECT_TRUE(WaitForMark("1"));
  // One that takes another type: what is there is not for it.
  const size_t type = yaml.find(kMutationType);
  yaml.replace(type, kMutationType.size(), kBufferType);
  SetListenerYaml(ads_, "3", yaml);
  EXPECT_TRUE(WaitForMark("500"));
  EXPECT_EQ(Counted("f", "config_conflict"), 1);
}

TEST_F(XdsEcdsTest, IsDumpedAsEnvoyDoes) {
  StartMarked("1");
  EXPECT_THAT(AdminPage("/config_dump"),
              AllOf(HasSubstr("type.googleapis.com/envoy.admin.v3.EcdsConfigDump"),
                    HasSubstr("ecds_filters"), HasSubstr("x-mark")));
  EXPECT_GT(Counted("f", "update_success"), 0);
  EXPECT_GT(Counted("f", "version"), 0);
  EXPECT_THAT(AdminPage("/stats/prometheus"),
              HasSubstr("\nenvoy_extension_config_discovery_http_filter_f_config_reload{} 1\n"));
}

TEST_F(XdsEcdsTest, IsNotAskedForAnyMoreWhenNobodyNamesIt) {
  StartMarked("1");
  const size_t from = ads_.request_count();
  SetListener(ads_, "ingress", "2", "routes");
  EXPECT_TRUE(WaitForMark("none"));
  EXPECT_TRUE(ads_.WaitForRequest(
      [](const Request& request) {
        return request.type_url() == kExtension && request.resource_names_unsubscribe_size() == 1;
      },
      from));
}

TEST_F(XdsEcdsTest, HasAStreamOfItsOwnWhereItIsToldTo) {
  SetExtension("f", Marks("1"));
  StartWith(Discovered("f", "",
                       "api_config_source: {api_type: GRPC, transport_api_version: V3, "
                       "grpc_services: [{envoy_grpc: {cluster_name: xds}}]}"));
  EXPECT_TRUE(WaitForMark("1"));
  EXPECT_THAT(ads_.methods(), Contains("/envoy.service.extension.v3.ExtensionConfigDiscoveryService"
                                       "/StreamExtensionConfigs"));
}

TEST_F(XdsEcdsTest, P18_IsSavedWithTheRest) {
  const LogFolder folder;
  const auto start = [&] {
    CommandLine flags = RunningProxy::FlagsFor(RunningProxy::AdsBootstrap(ads_.port()));
    flags.saved_config.path = folder.Path("saved");
    flags.saved_config.wait = Duration::zero();
    proxy_ = std::make_unique<RunningProxy>(flags);
  };
  SetExtension("f", Marks("1"));
  ServeWith(Discovered("f"));
  start();
  StartListening();
  ASSERT_TRUE(proxy_->WaitForStat("server.saved_config_written", 1));
  proxy_.reset();
  ads_.Stop();
  start();
  StartListening();
  EXPECT_TRUE(WaitForMark("1"));
}

TEST_F(XdsEcdsTest, ComesInTheStateOfTheWorldToo) {
  SetExtension("f", Marks("1"));
  SetExtension("g", Marks("2"));
  ServeWith(Discovered("f") + "\n      - " + Discovered("g"));
  ads_.WaitForAllNames();
  StartProxy(
      StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = "GRPC"}.ToYaml());
  StartListening();
  EXPECT_TRUE(WaitForMark("2"));
  SetExtension("g", Marks("3"));
  EXPECT_TRUE(WaitForMark("3"));
}

}  // namespace
}  // namespace outrigger::test
