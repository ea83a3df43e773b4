// Requests that name their cluster themselves (cluster_header), compared with a real Envoy 1.40.
#include <vector>

#include "test/integration/filters_fixture.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class ClusterHeader : public FiltersTest {
 protected:
  void StartWithNames(const std::string& routes) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].routes = routes;
    bootstrap.listeners[0].hcm_fields =
        "access_log: [{name: f, typed_config: {'@type': type.googleapis.com/"
        "envoy.extensions.access_loggers.file.v3.FileAccessLog, path: '" +
        folder_.Path("log") +
        "', log_format: {text_format_source: {inline_string: \"%RESPONSE_CODE% %RESPONSE_FLAGS% "
        "%RESPONSE_CODE_DETAILS% %UPSTREAM_CLUSTER%\\n\"}}}}]";
    bootstrap.more_clusters["other"] = other_.port();
    StartProxy(bootstrap);
  }
  // What the service of cluster `other` sees of a request.
  std::string PassToOther(std::string_view start, std::string_view fields) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(Head(start, fields)));
    RawPeer service = other_.Accept();
    const std::string request = service.ReadUntil("\r\n\r\n");
    EXPECT_TRUE(service.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
    return request;
  }

  RawListener other_;
  // The next lines of the log, in whatever order workers wrote them.
  std::vector<std::string> Lines(size_t count) {
    std::vector<std::string> lines;
    while (lines.size() < count) lines.push_back(folder_.NextLine("log"));
    return lines;
  }

  LogFolder folder_;
};

TEST_F(ClusterHeader, ARequestGoesToTheClusterItNames) {
  StartWithNames("[{match: {prefix: /}, route: {cluster_header: X-Cluster}}]");
  EXPECT_THAT(Pass("GET /1", "x-cluster: service\r\n").request, StartsWith("GET /1 "));
  EXPECT_THAT(PassToOther("GET /2", "x-cluster: other\r\n"), StartsWith("GET /2 "));
  EXPECT_THAT(PassToOther("GET /3", "x-cluster: other\r\nx-cluster: service\r\n"),
              HasSubstr("x-cluster: service\r\n"));
  EXPECT_THAT(Lines(3),
              UnorderedElementsAre("200 - via_upstream service", "200 - via_upstream other",
                                   "200 - via_upstream other"));
}

TEST_F(ClusterHeader, WithoutAClusterOfThatNameTheAnswerIsTheRoutes) {
  StartWithNames(
      "[{match: {path: /a}, route: {cluster_header: x-c}}, {match: {path: /b}, route: "
      "{cluster_header: x-c, cluster_not_found_response_code: NOT_FOUND}}, {match: {path: /c}, "
      "route: {cluster_header: x-c, cluster_not_found_response_code: INTERNAL_SERVER_ERROR}}]");
  EXPECT_THAT(Ask("GET /a"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(Ask("GET /b", "x-c: nope\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Ask("GET /c", "x-c:\r\n"), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(Lines(3),
              UnorderedElementsAre("503 NC cluster_not_found -", "404 NC cluster_not_found -",
                                   "500 NC cluster_not_found -"));
  EXPECT_EQ(proxy_->Stat("http.ingress.no_cluster"), 3);
}

TEST_F(ClusterHeader, WeightedClustersMayBeNamedByTheRequest) {
  StartWithNames(
      "[{match: {prefix: /}, route: {weighted_clusters: {clusters: [{cluster_header: x-c, weight: "
      "1, request_headers_to_add: [{header: {key: x-w, value: '%UPSTREAM_CLUSTER%'}}]}, {name: "
      "service, weight: 0}]}}}]");
  EXPECT_THAT(PassToOther("GET /", "x-c: other\r\n"), HasSubstr("\r\nx-w: other\r\n"));
  EXPECT_THAT(Ask("GET /"), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ClusterHeader, TheHostMayNameIt) {
  StartWithNames("[{match: {prefix: /}, route: {cluster_header: ':authority'}}]");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: other\r\n\r\n"));
  EXPECT_THAT(other_.Accept().ReadUntil("\r\n\r\n"), HasSubstr("host: other\r\n"));
}

TEST_F(ClusterHeader, CopiesOfARequestMayGoToAClusterItNames) {
  StartWithNames(
      "[{match: {prefix: /}, route: {cluster: service, request_mirror_policies: "
      "[{cluster_header: x-c}]}}]");
  Pass("GET /1", "x-c: nope\r\n");
  Pass("GET /2", "x-c: other\r\n");
  EXPECT_THAT(other_.Accept().ReadUntil("\r\n\r\n"),
              AllOf(StartsWith("GET /2 "), HasSubstr("host: a-shadow\r\n")));
}

}  // namespace
}  // namespace outrigger::test
