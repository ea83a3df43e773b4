// The grpc_stats filter: which calls are counted under which names, and what is counted of them,
// compared with a real Envoy 1.40.
#include "stats/late_scopes.h"
#include "test/integration/filters_fixture.h"
#include "test/support/http2_peer.h"
#include "test/support/http_client.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kRequestMessage{"\0\0\0\0\1q", 6};
constexpr std::string_view kGrpcHead =
    "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ntransfer-encoding: chunked\r\n\r\n";

class GrpcStatsTest : public FiltersTest {
 protected:
  void Start(std::string_view fields) {
    StartProxyWithFilters(Filter("grpc_stats", "grpc_stats.v3.FilterConfig", fields),
                          "[{match: {path: /own/Answer}, direct_response: {status: 200}}, {match: "
                          "{prefix: /}, route: {cluster: service}}]");
  }
  // `messages` of five bytes each, then the trailers.
  static std::string Answer(int messages, std::string_view status) {
    std::string answer(kGrpcHead);
    for (int i = 0; i < messages; ++i) {
      answer.append("a\r\n").append("\0\0\0\0\5hello", 10).append("\r\n");
    }
    return answer.append("0\r\ngrpc-status: ").append(status).append("\r\n\r\n");
  }
  // A call of one message that the service answers so, and closes; without an answer it resets.
  void Call(std::string_view path, std::string answer, std::string_view type = "application/grpc") {
    RawPeer client = Client();
    service_ = RawPeer();
    Forwarded(
        client,
        Head(fmt::format("POST {}", path),
             fmt::format("content-type: {}\r\ncontent-length: 6\r\nconnection: close\r\n", type)) +
            std::string(kRequestMessage),
        kRequestMessage.substr(4));
    if (answer.empty()) {
      service_.Reset();
    } else {
      EXPECT_TRUE(service_.Send(answer.insert(answer.find('\n') + 1, "connection: close\r\n")));
      service_.ShutdownWrite();
    }
    client.ReadToEnd();
  }
  std::string Get(const std::string& target) {
    return HttpClient(proxy_->admin_port()).Get(target).value_or(test::Answer()).body;
  }
  std::string Counted() { return Get("/stats?filter=cluster.service.grpc&type=Counters"); }
};

TEST_F(GrpcStatsTest, CallsOfAllMethodsAreCountedTogetherUnlessTheyAreNamed) {
  Start("stats_for_all_methods: false");
  EXPECT_EQ(Counted(), "");
  Call("/pkg.Svc/Get", Answer(1, "0"));
  Call("/pkg.Svc/Other?x=1", Answer(3, "5"));
  EXPECT_EQ(Counted(),
            "cluster.service.grpc.0: 1\ncluster.service.grpc.5: 1\n"
            "cluster.service.grpc.failure: 1\ncluster.service.grpc.request_message_count: 2\n"
            "cluster.service.grpc.response_message_count: 4\ncluster.service.grpc.success: 1\n"
            "cluster.service.grpc.total: 2\n");
  EXPECT_THAT(Get("/stats/prometheus"),
              HasSubstr("envoy_cluster_grpc_0{envoy_cluster_name=\"service\"} 1\n"));
}

TEST_F(GrpcStatsTest, EachMethodHasItsOwnNumbersWhereThatIsAskedFor) {
  Start("stats_for_all_methods: true");
  Call("/pkg.Svc/Get", Answer(2, "0"));
  Call("/Svc/Get", Answer(0, "16"));
  EXPECT_EQ(Counted(),
            "cluster.service.grpc.Svc.Get.16: 1\ncluster.service.grpc.Svc.Get.failure: 1\n"
            "cluster.service.grpc.Svc.Get.request_message_count: 1\n"
            "cluster.service.grpc.Svc.Get.total: 1\n"
            "cluster.service.grpc.pkg.Svc.Get.0: 1\n"
            "cluster.service.grpc.pkg.Svc.Get.request_message_count: 1\n"
            "cluster.service.grpc.pkg.Svc.Get.response_message_count: 2\n"
            "cluster.service.grpc.pkg.Svc.Get.success: 1\n"
            "cluster.service.grpc.pkg.Svc.Get.total: 1\n");
  // As Envoy: the first two words are labels, whatever they are.
  EXPECT_THAT(
      Get("/stats/prometheus"),
      AllOf(HasSubstr("\nenvoy_cluster_grpc_16{envoy_grpc_bridge_method=\"Get\","
                      "envoy_grpc_bridge_service=\"Svc\",envoy_cluster_name=\"service\"} 1\n"),
            HasSubstr("\nenvoy_cluster_grpc_Get_0{envoy_grpc_bridge_method=\"Svc\","
                      "envoy_grpc_bridge_service=\"pkg\",envoy_cluster_name=\"service\"} 1\n")));
}

TEST_F(GrpcStatsTest, DotsOfServicesMayBeReplaced) {
  Start("stats_for_all_methods: true, replace_dots_in_grpc_service_name: true");
  Call("/pkg.Svc/Get", Answer(1, "0"));
  EXPECT_THAT(Counted(), HasSubstr("cluster.service.grpc.pkg_Svc.Get.0: 1\n"));
  EXPECT_THAT(
      Get("/stats/prometheus"),
      HasSubstr("\nenvoy_cluster_grpc_total{envoy_grpc_bridge_method=\"Get\","
                "envoy_grpc_bridge_service=\"pkg_Svc\",envoy_cluster_name=\"service\"} 1\n"));
}

TEST_F(GrpcStatsTest, ListedMethodsHaveTheirOwnNumbersAndTheOthersShareTheirs) {
  Start(
      "individual_method_stats_allowlist: {services: [{name: pkg.Svc, method_names: [Get]}]}, "
      "replace_dots_in_grpc_service_name: true");
  Call("/pkg.Svc/Get", Answer(0, "0"));
  Call("/pkg.Svc/Other", Answer(0, "0"));
  EXPECT_EQ(Counted(),
            "cluster.service.grpc.0: 1\n"
            "cluster.service.grpc.pkg.Svc.Get.0: 1\n"
            "cluster.service.grpc.pkg.Svc.Get.request_message_count: 1\n"
            "cluster.service.grpc.pkg.Svc.Get.success: 1\n"
            "cluster.service.grpc.pkg.Svc.Get.total: 1\n"
            "cluster.service.grpc.request_message_count: 1\n"
            "cluster.service.grpc.success: 1\ncluster.service.grpc.total: 1\n");
}

TEST_F(GrpcStatsTest, AccessLogsAreToldHowManyMessagesThereWere) {
  LogFolder folder;
  const auto log = [&](const std::string& name, std::string_view format) {
    return fmt::format(
        "{{name: {}, typed_config: {{'@type': type.googleapis.com/envoy.extensions.access_loggers."
        "file.v3.FileAccessLog, path: '{}', log_format: {{{}}}}}}}",
        name, folder.Path(name), format);
  };
  constexpr std::string_view kText =
      "text_format_source: {inline_string: \"%FILTER_STATE(envoy.filters.http.grpc_stats)% "
      "%FILTER_STATE(envoy.filters.http.grpc_stats:PLAIN)% "
      "%FILTER_STATE(envoy.filters.http.grpc_stats:FIELD:request_message_count)% "
      "%FILTER_STATE(none)%\\n\"}";
  constexpr std::string_view kJson =
      "json_format: {m: '%FILTER_STATE(envoy.filters.http.grpc_stats:TYPED)%', n: "
      "'%FILTER_STATE(none)%'}";
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].filters =
      Filter("grpc_stats", "grpc_stats.v3.FilterConfig", "emit_filter_state: true");
  bootstrap.listeners[0].hcm_fields =
      fmt::format("access_log: [{}, {}]", log("text", kText), log("json", kJson));
  StartProxy(bootstrap);
  // By turns, so that each worker has both, one behind the other: nothing is left to the next.
  for (int i = 0; i < 4; ++i) {
    Call("/pkg.Svc/Get", Answer(3, "0"));
    EXPECT_EQ(folder.NextLine("text"),
              R"({"requestMessageCount":"1","responseMessageCount":"3"} 1,3 - -)");
    EXPECT_EQ(folder.NextLine("json"),
              R"({"m":{"request_message_count":"1","response_message_count":"3"},"n":null})");
    Call("/pkg.Svc/Get", Answer(1, "0"), "application/json");
    EXPECT_EQ(folder.NextLine("text"), "- - - -");
    EXPECT_EQ(folder.NextLine("json"), R"({"m":null,"n":null})");
  }
}

TEST_F(GrpcStatsTest, WhatIsNoCallIsNotCounted) {
  Start("stats_for_all_methods: true");
  Call("/pkg.Svc/Get", Answer(1, "0"), "application/json");
  Call("/pkg.Svc", Answer(1, "0"));
  Call("/pkg.Svc/", Answer(1, "0"));
  Call("/pkg.Svc/A/B", Answer(1, "0"));
  EXPECT_EQ(Counted(), "");
  Ask("POST /own/Answer", "content-type: application/grpc\r\ncontent-length: 0\r\n");
  EXPECT_THAT(Get("/stats"), Not(HasSubstr("grpc.own")));
}

TEST_F(GrpcStatsTest, AStatusMayStandInTheHead) {
  Start("");
  Call("/s.S/M",
       "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ngrpc-status: 7\r\n"
       "content-length: 0\r\n\r\n");
  Call("/s.S/M", "HTTP/1.1 500 No\r\ngrpc-status: 4\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(Counted(),
            "cluster.service.grpc.4: 1\ncluster.service.grpc.7: 1\n"
            "cluster.service.grpc.failure: 2\ncluster.service.grpc.request_message_count: 2\n"
            "cluster.service.grpc.total: 2\n");
}

TEST_F(GrpcStatsTest, AnAnswerThatIsNoGrpcHasNeitherStatusNorMessages) {
  Start("");
  Call("/s.S/M", "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\nabcdef");
  EXPECT_EQ(Counted(), "cluster.service.grpc.request_message_count: 1\n");
}

TEST_F(GrpcStatsTest, AnAnswerInTheServicesPlaceIsCountedAndACutOneIsNot) {
  Start("");
  Call("/s.S/M", "");
  EXPECT_THAT(Counted(), AllOf(HasSubstr("grpc.14: 1\n"), HasSubstr("grpc.total: 1\n")));
  Call("/s.S/M", std::string(kGrpcHead) + "3\r\nabc\r\n");
  EXPECT_THAT(Counted(),
              AllOf(HasSubstr("grpc.response_message_count: 1\n"), HasSubstr("grpc.total: 1\n")));
}

TEST_F(GrpcStatsTest, AStatusThatGrpcDoesNotKnowIsAFailureWithoutACounter) {
  Start("");
  for (const char* status : {"99", "x", "00", "17"}) Call("/s.S/M", Answer(0, status));
  EXPECT_EQ(Counted(),
            "cluster.service.grpc.failure: 4\ncluster.service.grpc.request_message_count: 4\n"
            "cluster.service.grpc.total: 4\n");
}

TEST_F(GrpcStatsTest, TheServicesTimeIsRecordedWhereThatIsAskedFor) {
  Start("enable_upstream_stats: true");
  EXPECT_THAT(Get("/stats"), Not(HasSubstr("grpc.upstream_rq_time")));
  Call("/s.S/M", Answer(1, "0"));
  Call("/s.S/M",
       "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ngrpc-status: 7\r\n"
       "content-length: 0\r\n\r\n");
  EXPECT_THAT(Get("/stats/prometheus"),
              HasSubstr("\nenvoy_cluster_grpc_upstream_rq_time_count{envoy_cluster_name="
                        "\"service\"} 1\n"));
}

TEST_F(GrpcStatsTest, NamesThatWouldBreakALineAreKeptInTheirOwn) {
  Start("stats_for_all_methods: true");
  Call("/a:b/c%0a", Answer(0, "0"));
  EXPECT_THAT(Counted(), HasSubstr("cluster.service.grpc.a_b.c%0a.0: 1\n"));
}

TEST_F(GrpcStatsTest, NamesThatClientsMakeUpHaveAnEnd) {
  Start("stats_for_all_methods: true");
  RawPeer client = Client();
  const auto call = [&](const std::string& method) {
    Forwarded(client,
              Head("POST /s/" + method, "content-type: application/grpc\r\ncontent-length: 0\r\n"),
              "\r\n\r\n");
    EXPECT_TRUE(service_.Send("HTTP/1.1 200 OK\r\ngrpc-status: 0\r\ncontent-length: 0\r\n\r\n"));
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200"));
  };
  const size_t most = stats::LateScopes::kPartsMax;
  for (size_t i = 0; i < most + 2; ++i) call(fmt::format("m{}", i));
  EXPECT_EQ(proxy_->Stat("cluster.service.grpc.s.m0.total"), 1);
  EXPECT_EQ(proxy_->Stat(fmt::format("cluster.service.grpc.s.m{}.total", most)), -1);
  EXPECT_EQ(proxy_->Stat("cluster.service.grpc.outrigger_overflow.total"), 2);
  EXPECT_EQ(proxy_->Stat("server.stats_scope_overflow"), 2);
  call(std::string(300, 'x'));
  EXPECT_EQ(proxy_->Stat("cluster.service.grpc.outrigger_overflow.total"), 3);
}

TEST_F(GrpcStatsTest, CallsOverHttp2AreCountedTheSameWay) {
  Start("stats_for_all_methods: true");
  Http2Peer client = Http2Peer::ConnectTo(port_);
  const Fields head = {{":method", "POST"},
                       {":scheme", "http"},
                       {":path", "/s.S/M"},
                       {":authority", "a"},
                       {"content-type", "application/grpc"},
                       {"te", "trailers"}};
  ASSERT_TRUE(client.SendHead(1, head, false));
  ASSERT_TRUE(client.Send(kData, kEndStream, 1, kRequestMessage));
  service_ = upstream_.Accept();
  service_.ReadUntil(kRequestMessage.substr(4));
  ASSERT_TRUE(service_.Send(Answer(1, "3")));
  client.Read(1);
  EXPECT_THAT(Counted(), AllOf(HasSubstr("grpc.s.S.M.3: 1\n"),
                               HasSubstr("grpc.s.S.M.request_message_count: 1\n"),
                               HasSubstr("grpc.s.S.M.response_message_count: 1\n")));
}

}  // namespace
}  // namespace outrigger::test
