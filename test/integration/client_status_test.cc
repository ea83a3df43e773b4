// The client status discovery service on the admin port, asked by a real client of gRPC.
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include "envoy/service/status/v3/csds.pb.h"
#include "test/integration/xds_fixture.h"
#include "test/support/certificates.h"

namespace outrigger::test {
namespace {

using envoy::admin::v3::ClientResourceStatus;
using envoy::service::status::v3::ClientConfig;
using envoy::service::status::v3::ClientStatusRequest;
using envoy::service::status::v3::ClientStatusResponse;
using testing::HasSubstr;

const std::string kService = "/envoy.service.status.v3.ClientStatusDiscoveryService/";

grpc::ByteBuffer ToBuffer(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

ClientStatusResponse FromBuffer(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  ClientStatusResponse response;
  EXPECT_TRUE(buffer.DumpToSingleSlice(&slice).ok());
  EXPECT_TRUE(response.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
  return response;
}

class ClientStatusTest : public XdsTest {
 protected:
  ~ClientStatusTest() override {
    queue_.Shutdown();
    void* tag = nullptr;
    bool is_ok = false;
    while (queue_.Next(&tag, &is_ok)) continue;
  }
  std::shared_ptr<grpc::Channel> Channel() {
    return grpc::CreateChannel("127.0.0.1:" + std::to_string(proxy_->admin_port()),
                               grpc::InsecureChannelCredentials());
  }
  bool Next() {
    void* tag = nullptr;
    bool is_ok = false;
    return queue_.Next(&tag, &is_ok) && is_ok;
  }
  grpc::Status Fetch(const std::string& method, const ClientStatusRequest& request) {
    grpc::GenericStub stub(Channel());
    grpc::ClientContext context;
    grpc::ByteBuffer answer;
    grpc::Status status;
    auto call = stub.PrepareUnaryCall(&context, method, ToBuffer(request), &queue_);
    call->StartCall();
    call->Finish(&answer, &status, nullptr);
    EXPECT_TRUE(Next());
    if (status.ok()) response_ = FromBuffer(answer);
    return status;
  }
  // That of the last answer; an empty one if there is none.
  ClientConfig::GenericXdsConfig Find(const std::string& type_url, const std::string& name) const {
    for (const auto& config : response_.config(0).generic_xds_configs()) {
      if (config.type_url() == type_url && config.name() == name) return config;
    }
    return {};
  }

  grpc::CompletionQueue queue_;
  ClientStatusResponse response_;
};

TEST_F(ClientStatusTest, EveryResourceIsThereWithItsState) {
  StartServing();
  SetRouteYaml(ads_, "bad", "name: routes\nvirtual_hosts: [{name: all}]");
  ASSERT_TRUE(proxy_->WaitForStat("xds.routes.rejected", 1));
  const grpc::Status status = Fetch(kService + "FetchClientStatus", {});
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response_.config_size(), 1);
  EXPECT_EQ(response_.config(0).node().user_agent_name(), "envoy");
  const auto listener = Find(kListener, "ingress");
  EXPECT_EQ(listener.version_info(), "1");
  EXPECT_EQ(listener.client_status(), ClientResourceStatus::ACKED);
  EXPECT_EQ(listener.xds_config().type_url(), kListener);
  EXPECT_FALSE(listener.xds_config().value().empty());
  const auto routes = Find(kRoutes, "routes");
  EXPECT_EQ(routes.client_status(), ClientResourceStatus::NACKED);
  EXPECT_EQ(routes.error_state().version_info(), "bad");
  EXPECT_THAT(routes.error_state().details(), HasSubstr("virtual_hosts[0].domains"));
  EXPECT_TRUE(Find(kCluster, "xds").is_static_resource());
}

TEST_F(ClientStatusTest, ContentsStayAwayWhereNobodyWantsThem) {
  StartServing();
  ClientStatusRequest request;
  request.set_exclude_resource_contents(true);
  ASSERT_TRUE(Fetch(kService + "FetchClientStatus", request).ok());
  EXPECT_EQ(Find(kListener, "ingress").version_info(), "1");
  EXPECT_FALSE(Find(kListener, "ingress").has_xds_config());
}

TEST_F(ClientStatusTest, NoPrivateKeyIsAmongTheContents) {
  ServeBasics();
  const Authority authority;
  const Identity identity = authority.Issue("DNS:a.test");
  const std::string plain = ListenerYaml("secure", "routes");
  const size_t filters = plain.find("filters:");
  SetListenerYaml(
      ads_, "1",
      plain.substr(0, filters) +
          "transport_socket: {name: tls, typed_config: {\"@type\": type.googleapis.com/"
          "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext, common_tls_context: "
          "{tls_certificates: [{certificate_chain: {inline_string: " +
          YamlQuoted(identity.chain_pem) + "}, private_key: {inline_string: " +
          YamlQuoted(identity.key_pem) + "}}]}}}\n  " + plain.substr(filters));
  StartProxy();
  ASSERT_TRUE(proxy_->WaitForStat("xds.listeners.serving", 2));
  ASSERT_TRUE(Fetch(kService + "FetchClientStatus", {}).ok());
  const std::string bytes = Find(kListener, "secure").xds_config().value();
  EXPECT_THAT(bytes, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(bytes, HasSubstr("[redacted]"));
  EXPECT_EQ(bytes.find("PRIVATE KEY"), std::string::npos);
}

TEST_F(ClientStatusTest, AStreamAnswersEachQuestion) {
  StartServing();
  grpc::GenericStub stub(Channel());
  grpc::ClientContext context;
  auto call = stub.PrepareCall(&context, kService + "StreamClientStatus", &queue_);
  call->StartCall(nullptr);
  ASSERT_TRUE(Next());
  for (const char* version : {"1", "2"}) {
    if (*version == '2') {
      SetRoute(ads_, "routes", version, "b");
      ASSERT_TRUE(WaitForBody("/", "b"));
    }
    call->Write(ToBuffer(ClientStatusRequest()), nullptr);
    ASSERT_TRUE(Next());
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    ASSERT_TRUE(Next());
    response_ = FromBuffer(answer);
    EXPECT_EQ(Find(kRoutes, "routes").version_info(), version);
  }
  call->WritesDone(nullptr);
  ASSERT_TRUE(Next());
  grpc::Status status;
  call->Finish(&status, nullptr);
  ASSERT_TRUE(Next());
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(ClientStatusTest, WhatItIsNotIsRefused) {
  StartServing();
  EXPECT_EQ(Fetch("/a.Service/Method", {}).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  ClientStatusRequest request;
  request.add_node_matchers();
  EXPECT_EQ(Fetch(kService + "FetchClientStatus", request).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ClientStatusTest, ALargeAnswerArrivesWhole) {
  for (int i = 0; i < 500; ++i) SetEdsCluster(ads_, "cluster-" + std::to_string(i));
  StartServing();
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.active_clusters", 503));
  ASSERT_TRUE(Fetch(kService + "FetchClientStatus", {}).ok());
  EXPECT_EQ(Find(kCluster, "cluster-499").client_status(), ClientResourceStatus::ACKED);
  EXPECT_EQ(Find(kEndpoints, "cluster-499").client_status(), ClientResourceStatus::DOES_NOT_EXIST);
}

}  // namespace
}  // namespace outrigger::test
