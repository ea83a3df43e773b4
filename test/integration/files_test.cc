// A proxy without a control plane: everything comes from files (X58).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "compiler/configuration.h"
#include "test/support/backend.h"
#include "test/support/http_client.h"
#include "test/support/moved_files.h"
#include "test/support/running_proxy.h"
#include "test/support/scoped_resources.h"
#include "test/support/steady_load.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kAdmin =
    "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}";

class FilesTest : public ::testing::Test {
 protected:
  // With `watched` as the folder that every file names, if any.
  std::string Source(const std::string& name) const {
    const std::string watched =
        is_watching_folder_ ? fmt::format(", watched_directory: {{path: {}}}", files_.path()) : "";
    return fmt::format("path_config_source: {{path: {}{}}}", files_.Path(name), watched);
  }
  std::string Bootstrap() const {
    return fmt::format("{{{}, dynamic_resources: {{cds_config: {{{}}}, lds_config: {{{}}}}}}}",
                       kAdmin, Source("cds.yaml"), Source("lds.yaml"));
  }
  // Cluster a, listener "ingress" with routes to it.
  std::map<std::string, std::string> Texts(const Backend& backend) const {
    return {{"cds.yaml", DiscoveryYaml("1", compiler::kClusterType,
                                       {EdsClusterFields("a", Source("eds.yaml"))})},
            {"eds.yaml", EndpointsText("1", backend)},
            {"lds.yaml", DiscoveryYaml("1", compiler::kListenerType,
                                       {ListenerFields("ingress", "r", Source("rds.yaml"))})},
            {"rds.yaml", DiscoveryYaml("r1", compiler::kRouteType, {RouteFields("r", "a")})}};
  }
  static std::string EndpointsText(std::string_view version, const Backend& backend) {
    return DiscoveryYaml(version, compiler::kEndpointType, {EndpointsFields("a", backend.port())});
  }
  void PutAll() {
    for (const auto& [name, text] : Texts(backend_a_)) files_.Put(name, text);
  }
  void StartProxy(const std::string& bootstrap) {
    proxy_ = std::make_unique<RunningProxy>(bootstrap);
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
  }
  std::string Body(const std::string& path = "/") {
    HttpClient client(port_);
    const auto answer = client.Get(path);
    return answer.has_value() ? answer->body : client.failure();
  }
  bool WaitForBody(const std::string& body) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (Body() != body) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  std::string AdminPage(const std::string& path) {
    HttpClient client(proxy_->admin_port());
    const auto answer = client.Get(path);
    return answer.has_value() ? answer->body : client.failure();
  }

  Backend backend_a_{"a"};
  Backend backend_b_{"b"};
  MovedFiles files_;
  bool is_watching_folder_ = false;
  std::unique_ptr<RunningProxy> proxy_;
  uint16_t port_ = 0;
};

TEST_F(FilesTest, X58_EverythingComesFromFilesAndIsLive) {
  PutAll();
  StartProxy(Bootstrap());
  EXPECT_EQ(Body(), "a");
  EXPECT_TRUE(proxy_->WaitForStatBelow("server.state", 1));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.update_attempt"), 1);
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.update_success"), 1);
  EXPECT_EQ(proxy_->Stat("listener_manager.lds.update_success"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.a.update_attempt"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.a.update_success"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.rds.r.update_attempt"), 1);
  EXPECT_EQ(proxy_->Stat("http.ingress.rds.r.update_success"), 1);
  // XXH64 of "r1", as Envoy has it.
  EXPECT_EQ(proxy_->Stat("http.ingress.rds.r.version"), 7014043718409226471);
}

TEST_F(FilesTest, X58_ScopesOfRoutesComeFromAFile) {
  PutAll();
  const auto put_scope = [&](std::string_view version, const std::string& host) {
    files_.Put("srds.yaml", DiscoveryYaml(version, compiler::kScopeType,
                                          {fmt::format("name: s, route_configuration_name: r, key: "
                                                       "{{fragments: [{{string_key: {}}}]}}",
                                                       host)}));
  };
  put_scope("1", "test.local");
  const std::string listener =
      ScopedListenerYaml("ingress", Source("srds.yaml"), Source("rds.yaml"));
  files_.Put("lds.yaml", DiscoveryYaml("1", compiler::kListenerType,
                                       {listener.substr(1, listener.size() - 2)}));
  StartProxy(Bootstrap());
  EXPECT_EQ(Body(), "a");
  EXPECT_EQ(proxy_->Stat("http.ingress.scoped_rds.hosts.update_success"), 1);
  put_scope("2", "elsewhere");
  EXPECT_TRUE(WaitForBody(""));
  put_scope("3", "test.local");
  EXPECT_TRUE(WaitForBody("a"));
}

TEST_F(FilesTest, X58_AFileMovedIntoPlaceUnderLoadLosesNoRequest) {
  PutAll();
  StartProxy(Bootstrap());
  SteadyLoad load(port_, 4);
  for (int version = 2; version <= 21; ++version) {
    load.WaitForMore(50);
    files_.Put("eds.yaml",
               EndpointsText(std::to_string(version), version % 2 == 0 ? backend_b_ : backend_a_));
    ASSERT_TRUE(proxy_->WaitForStat("cluster.a.update_success", version));
  }
  load.WaitForMore(50);
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
  EXPECT_EQ(load.connections(), 4u);
  EXPECT_GT(backend_b_.requests(), 0u);
}

TEST_F(FilesTest, X58_ALinkSwappedAsKubernetesDoesIsSeenInTheWatchedFolder) {
  is_watching_folder_ = true;
  files_.Swap(Texts(backend_a_));
  StartProxy(Bootstrap());
  SteadyLoad load(port_, 2);
  load.WaitForMore(20);
  files_.Swap(Texts(backend_b_));
  EXPECT_TRUE(WaitForBody("b"));
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
}

TEST_F(FilesTest, X58_ABrokenFileLeavesTheFormerServingAndIsShown) {
  PutAll();
  StartProxy(Bootstrap());
  files_.Put("rds.yaml", "{resources: [");
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.rds.r.update_failure", 1));
  EXPECT_EQ(Body(), "a");
  EXPECT_THAT(
      AdminPage("/config_dump?name_regex=r"),
      HasSubstr(files_.Path("rds.yaml") + ": line 1, column 1: end of sequence flow not found"));
  files_.Put("rds.yaml",
             DiscoveryYaml("2", compiler::kRouteType, {"name: r, virtual_hosts: [{}]"}));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.rds.r.update_rejected", 1));
  EXPECT_EQ(Body(), "a");
  EXPECT_THAT(AdminPage("/config_dump"), HasSubstr("virtual_hosts[0].name: "));
  files_.Put("rds.yaml", DiscoveryYaml("3", compiler::kRouteType,
                                       {"name: r, virtual_hosts: [{name: all, domains: ['*'], "
                                        "routes: [{match: {prefix: /}, direct_response: {status: "
                                        "200, body: {inline_string: direct}}}]}]"}));
  EXPECT_TRUE(WaitForBody("direct"));
}

TEST_F(FilesTest, X58_WhatIsWrittenInPlaceIsNotRead) {
  PutAll();
  StartProxy(Bootstrap());
  files_.WriteInPlace("eds.yaml", EndpointsText("2", backend_b_));
  // The next move is seen after it would have been.
  files_.Put("rds.yaml", DiscoveryYaml("2", compiler::kRouteType, {RouteFields("r", "a")}));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.rds.r.update_success", 2));
  EXPECT_EQ(proxy_->Stat("cluster.a.update_success"), 1);
  EXPECT_EQ(Body(), "a");
}

TEST_F(FilesTest, X20_AListenerThatIsNotInTheFileAnyMoreIsGone) {
  PutAll();
  StartProxy(Bootstrap());
  files_.Put("lds.yaml", DiscoveryYaml("2", compiler::kListenerType, {}));
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.lds.update_success", 2));
  EXPECT_EQ(proxy_->Stat("listener_manager.listener_removed"), 1);
  EXPECT_EQ(proxy_->ListenerPort("ingress"), 0);
}

TEST_F(FilesTest, AFileThatIsNotThereIsAnErrorAtTheStart) {
  PutAll();
  files_.Remove("lds.yaml");
  EXPECT_EQ(RunningProxy::TryStart(Bootstrap()).message(),
            fmt::format("bootstrap: dynamic_resources.lds_config.path_config_source.path: {} does "
                        "not exist",
                        files_.Path("lds.yaml")));
}

// deploy/examples/files, with the ports and the folder of this test.
class FilesExampleTest : public FilesTest {
 protected:
  std::string Text(const std::string& name) const {
    const std::ifstream file(std::string(OUTRIGGER_EXAMPLES "/files/") + name);
    std::ostringstream read;
    read << file.rdbuf();
    std::string text = read.str();
    EXPECT_NE(text, "") << name;
    Replace(text, "path: ./", fmt::format("path: {}/", files_.path()));
    Replace(text, "port_value: 8080", fmt::format("port_value: {}", backend_a_.port()));
    Replace(text, "port_value: 10000", "port_value: 0");
    Replace(text, "port_value: 9901", "port_value: 0");
    return text;
  }
  static void Replace(std::string& text, std::string_view from, std::string_view to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
      text.replace(at, from.size(), to);
      at += to.size();
    }
  }
};

TEST_F(FilesExampleTest, TheExampleServesAndTakesAMovedFileUnderLoad) {
  for (const char* name :
       {"clusters.yaml", "endpoints-web.yaml", "listeners.yaml", "routes-ingress.yaml"}) {
    files_.Put(name, Text(name));
  }
  StartProxy(Text("bootstrap.yaml"));
  EXPECT_EQ(Body("/healthz"), "ok");
  EXPECT_EQ(Body(), "a");
  SteadyLoad load(port_, 4);
  load.WaitForMore(50);
  std::string endpoints = Text("endpoints-web.yaml");
  Replace(endpoints, std::to_string(backend_a_.port()), std::to_string(backend_b_.port()));
  files_.Put("endpoints-web.yaml", endpoints);
  EXPECT_TRUE(WaitForBody("b"));
  load.WaitForMore(50);
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
}

}  // namespace
}  // namespace outrigger::test
