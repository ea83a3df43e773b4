// Access logs through the whole proxy: a line for every request and connection, where they go, what
// happens when they cannot.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "test/integration/filters_fixture.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::MatchesRegex;

constexpr std::string_view kShort =
    "%REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% "
    "%BYTES_RECEIVED% %BYTES_SENT% %UPSTREAM_CLUSTER% %ROUTE_NAME%\\n";

class AccessLogTest : public HttpTest {
 protected:
  // A logger's entry, in YAML, that writes to the file of that name.
  std::string FileLog(const std::string& name, std::string_view format = kShort,
                      const std::string& filter = "") const {
    return "{name: file, " + filter +
           "typed_config: {'@type': type.googleapis.com/envoy.extensions.access_loggers.file.v3."
           "FileAccessLog, path: '" +
           folder_.Path(name) + "'" +
           (format.empty() ? ""
                           : ", log_format: {text_format_source: {inline_string: \"" +
                                 std::string(format) + "\"}}") +
           "}}";
  }
  void StartWithLogs(const std::string& logs, const std::string& hcm_fields = "",
                     const std::string& routes = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = "access_log: [" + logs + "]" + hcm_fields;
    if (!routes.empty()) bootstrap.listeners[0].routes = routes;
    StartProxy(bootstrap);
  }
  void Exchange(RawPeer& client, std::string_view request = kGet) {
    Forwarded(client, request, "\r\n\r\n");
    ASSERT_TRUE(service_.Send(kOk));
    ASSERT_THAT(client.ReadMessage(), EndsWith("ok"));
  }

  LogFolder folder_;
};

TEST_F(AccessLogTest, ALineIsWrittenInEnvoysDefaultFormat) {
  StartWithLogs(FileLog("log", ""));
  RawPeer client = Client();
  Exchange(client, "GET /a?b HTTP/1.1\r\nHost: here\r\nUser-Agent: me\r\n\r\n");
  EXPECT_THAT(folder_.NextLine("log"),
              MatchesRegex("\\[[0-9-]+T[0-9:.]+Z\\] \"GET /a\\?b HTTP/1.1\" 200 - 0 2 [0-9]+ "
                           "[0-9]+ \"-\" \"me\" \"[0-9a-f-]+\" \"here\" \"127.0.0.1:[0-9]+\""));
}

TEST_F(AccessLogTest, EachRequestHasALineWhateverWorkerServesIt) {
  StartWithLogs(FileLog("log", "%REQ(:PATH)%\\n"), "",
                "[{match: {prefix: /}, direct_response: {status: 200}}]");
  std::set<std::string> lines;
  for (int i = 0; i < 20; ++i) {
    RawPeer client = Client();
    ASSERT_TRUE(client.Send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    client.ReadMessage();
    lines.insert(folder_.NextLine("log"));
  }
  EXPECT_EQ(lines.size(), 20);
  EXPECT_EQ(proxy_->Stat("access_log_file.write_buffered"), 20);
  EXPECT_EQ(proxy_->Stat("access_log_file.lines_dropped"), 0);
  EXPECT_TRUE(proxy_->WaitForStatBelow("access_log_file.write_total_buffered", 1));
}

TEST_F(AccessLogTest, WhatTheProxyAnswersItselfIsToldByFlagsAndDetails) {
  StartWithLogs(FileLog("log"), "",
                "[{match: {path: /direct}, name: d, direct_response: {status: 418, body: "
                "{inline_string: tea}}}, {match: {path: /nobody}, route: {cluster: nobody}}, "
                "{match: {path: /moved}, redirect: {path_redirect: /there}}]");
  RawPeer client = Client();
  for (const std::string path : {"/direct", "/nobody", "/moved", "/none"}) {
    ASSERT_TRUE(client.Send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    client.ReadMessage();
  }
  EXPECT_EQ(folder_.NextLine("log"), "GET /direct 418 - direct_response 0 3 - d");
  EXPECT_EQ(folder_.NextLine("log"), "GET /nobody 503 NC cluster_not_found 0 0 - -");
  EXPECT_EQ(folder_.NextLine("log"), "GET /moved 301 - direct_response 0 0 - -");
  EXPECT_EQ(folder_.NextLine("log"), "GET /none 404 NR route_not_found 0 0 - -");
}

TEST_F(AccessLogTest, ARedirectIsLoggedWithThePathItSendsTo) {
  StartWithLogs(FileLog("log", "%REQ(:PATH)% %REQ(X-ENVOY-ORIGINAL-PATH)%\\n"), "",
                "[{match: {prefix: /old}, redirect: {prefix_rewrite: /new}}, "
                "{match: {prefix: /}, redirect: {path_redirect: /there}}]");
  RawPeer client = Client();
  for (const std::string path : {"/old/x?y", "/z"}) {
    ASSERT_TRUE(client.Send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    client.ReadMessage();
  }
  EXPECT_EQ(folder_.NextLine("log"), "/new/x?y /old/x?y");
  EXPECT_EQ(folder_.NextLine("log"), "/z -");
}

TEST_F(AccessLogTest, WhoIsSentToHttpsHasMetNoRoute) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].hcm_fields = "access_log: [" + FileLog("log") + "]";
  bootstrap.listeners[0].host_fields = "require_tls: ALL";
  bootstrap.listeners[0].routes = "[{match: {prefix: /}, name: all, route: {cluster: service}}]";
  StartProxy(bootstrap);
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  client.ReadMessage();
  EXPECT_EQ(folder_.NextLine("log"), "GET / 301 - direct_response 0 0 - -");
}

TEST_F(AccessLogTest, WhoIsSentToAPathWithoutEscapesIsToldApart) {
  StartWithLogs(FileLog("log"), ", path_with_escaped_slashes_action: UNESCAPE_AND_REDIRECT");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n"));
  client.ReadMessage();
  EXPECT_EQ(folder_.NextLine("log"), "GET /a/b 307 - path_normalization_failed 0 0 - -");
}

TEST_F(AccessLogTest, WhatFiltersAnswerIsToldByFlagsAndDetails) {
  StaticBootstrap bootstrap;
  StaticListener& listener = bootstrap.listeners[0];
  listener.hcm_fields = "access_log: [" + FileLog("log") + "]";
  listener.filters =
      Filter("fault", "fault.v3.HTTPFault",
             "abort: {header_abort: {}, percentage: {numerator: 100}}, "
             "delay: {header_delay: {}, percentage: {numerator: 100}}") +
      ", " +
      Filter("rbac", "rbac.v3.RBAC",
             "rules: {action: DENY, policies: {'not that': {permissions: [{url_path: {path: "
             "{exact: /denied}}}], principals: [{any: true}]}}}");
  StartProxy(bootstrap);
  RawPeer client = Client();
  const auto ask = [&client](std::string_view path, std::string_view fields) {
    ASSERT_TRUE(client.Send(fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n{}\r\n", path, fields)));
    client.ReadMessage();
  };
  ask("/", "x-envoy-fault-abort-request: 503\r\n");
  ask("/denied", "x-envoy-fault-delay-request: 1\r\n");
  EXPECT_EQ(folder_.NextLine("log"), "GET / 503 FI fault_filter_abort 0 18 service -");
  EXPECT_EQ(folder_.NextLine("log"),
            "GET /denied 403 DI rbac_access_denied_matched_policy[not_that] 0 19 service -");
}

TEST_F(AccessLogTest, AClientThatGoesIsToldApart) {
  StartWithLogs(FileLog("log"));
  RawPeer client = Client();
  Forwarded(client, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nxyz", "xyz");
  client.Reset();
  EXPECT_EQ(folder_.NextLine("log"), "POST /a 0 DC downstream_remote_disconnect 3 0 service -");
}

TEST_F(AccessLogTest, AServiceThatGoesIsToldApart) {
  StartWithLogs(FileLog("log"));
  RawPeer client = Client();
  Forwarded(client, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "\r\n\r\nx");
  service_.Reset();
  client.ReadMessage();
  EXPECT_EQ(folder_.NextLine("log"),
            "POST /a 503 UC upstream_reset_before_response_started{connection_termination} 1 95 "
            "service -");
}

TEST_F(AccessLogTest, WhatIsNoRequestHasALineToo) {
  StartWithLogs(FileLog("log"));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("NONSENSE\r\n\r\n"));
  client.ReadToEnd();
  EXPECT_EQ(folder_.NextLine("log"), "- - 400 DPE http1.codec_error 0 11 - -");
}

TEST_F(AccessLogTest, R69_NoFieldOfAClientEndsALineOrAQuote) {
  StartWithLogs(FileLog("log", "[%REQ(USER-AGENT)%]\\n") + ", " +
                "{name: json, typed_config: {'@type': type.googleapis.com/envoy.extensions."
                "access_loggers.file.v3.FileAccessLog, path: '" +
                folder_.Path("json") +
                "', log_format: {json_format: {agent: '%REQ(USER-AGENT)%', code: "
                "'%RESPONSE_CODE%', none: '%REQ(X-NONE)%'}}}}");
  RawPeer client = Client();
  Exchange(client, "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: a\"b\\c\td\xff\r\n\r\n");
  EXPECT_EQ(folder_.NextLine("log"), "[a\\x22b\\x5cc\\x09d\xff]");
  EXPECT_EQ(folder_.NextLine("json"),
            R"({"agent":"a\u0022b\u005cc\u0009d\u00ff","code":200,"none":null})");
}

TEST_F(AccessLogTest, AFilterChoosesTheLines) {
  StartWithLogs(FileLog("log", "%REQ(:PATH)%\\n",
                        "filter: {and_filter: {filters: [{status_code_filter: {comparison: {op: "
                        "GE, value: {default_value: 400, runtime_key: a}}}}, "
                        "{header_filter: {header: {name: x-a, present_match: true}}}]}}, "),
                "",
                "[{match: {path: /none}, direct_response: {status: 404}}, "
                "{match: {prefix: /}, direct_response: {status: 200}}]");
  RawPeer client = Client();
  for (const std::string head : {"GET /none HTTP/1.1\r\n", "GET /fine HTTP/1.1\r\nX-A: 1\r\n",
                                 "GET /none HTTP/1.1\r\nX-A: 1\r\n"}) {
    ASSERT_TRUE(client.Send(head + "Host: a\r\n\r\n"));
    client.ReadMessage();
  }
  EXPECT_EQ(folder_.NextLine("log"), "/none");
  EXPECT_EQ(proxy_->Stat("access_log_file.write_buffered"), 1);
}

TEST_F(AccessLogTest, ATcpConnectionHasALine) {
  StaticBootstrap bootstrap;
  bootstrap.listeners[0].tcp_fields =
      "cluster: service, access_log: [" +
      FileLog("log",
              "%PROTOCOL% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% "
              "%UPSTREAM_CLUSTER% %UPSTREAM_HOST% %ACCESS_LOG_TYPE%\\n") +
      "]";
  StartProxy(bootstrap);
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("hello"));
  service_ = upstream_.Accept();
  ASSERT_EQ(service_.ReadBytes(5), "hello");
  ASSERT_TRUE(service_.Send("welcome"));
  service_.Close();
  EXPECT_EQ(client.ReadToEnd(), "welcome");
  client.Close();
  EXPECT_EQ(folder_.NextLine("log"),
            "- - 5 7 service 127.0.0.1:" + std::to_string(upstream_.port()) + " TcpConnectionEnd");
}

TEST_F(AccessLogTest, WhatIsLeftIsWrittenWhenTheProcessEnds) {
  StartWithLogs(FileLog("log", "%REQ(:PATH)%\\n"));
  RawPeer client = Client();
  Forwarded(client, "GET /last HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n");
  FinishNeighbour();
  proxy_.reset();
  EXPECT_EQ(folder_.NextLine("log"), "/last");
}

TEST_F(AccessLogTest, F21_AFolderThatIsGoneCostsNoRequest) {
  std::filesystem::create_directory(folder_.Path("gone"));
  StartWithLogs(FileLog("gone/log"));
  RawPeer client = Client();
  Exchange(client);
  ASSERT_TRUE(proxy_->WaitForStat("access_log_file.write_completed", 1));
  std::filesystem::remove_all(folder_.Path("gone"));
  for (int i = 0; i < 5; ++i) Exchange(client);
  EXPECT_TRUE(proxy_->WaitForStat("access_log_file.write_completed", 2));
}

TEST_F(AccessLogTest, F21_AFileThatCannotBeOpenedCostsLinesOnly) {
  StartWithLogs(FileLog("missing/log", std::string(60'000, 'x')));
  RawPeer client = Client();
  for (int i = 0; i < 10; ++i) Exchange(client);
  EXPECT_TRUE(proxy_->WaitForStat("access_log_file.lines_dropped", 1));
  EXPECT_TRUE(proxy_->WaitForStat("access_log_file.reopen_failed", 2));
  EXPECT_EQ(proxy_->Stat("access_log_file.write_completed"), 0);
}

TEST_F(AccessLogTest, F21_AFifoThatNobodyReadsCostsLinesOnly) {
  ASSERT_EQ(mkfifo(folder_.Path("fifo").c_str(), 0600), 0);
  StartWithLogs(FileLog("fifo", std::string(60'000, 'x')));
  RawPeer client = Client();
  for (int i = 0; i < 20; ++i) Exchange(client);
  EXPECT_TRUE(proxy_->WaitForStat("access_log_file.lines_dropped", 1));
  EXPECT_EQ(proxy_->Stat("access_log_file.write_failed"), 0);
  // A reader finds the first ones whole.
  std::ifstream reader(folder_.Path("fifo"));
  std::string first(60'000, '\0');
  reader.read(first.data(), static_cast<std::streamsize>(first.size()));
  EXPECT_EQ(first, std::string(60'000, 'x'));
}

TEST_F(AccessLogTest, F21_AFullDiskCostsLinesOnly) {
  StartWithLogs(
      "{name: full, typed_config: {'@type': type.googleapis.com/envoy.extensions."
      "access_loggers.file.v3.FileAccessLog, path: /dev/full}}");
  RawPeer client = Client();
  for (int i = 0; i < 5; ++i) Exchange(client);
  EXPECT_TRUE(proxy_->WaitForStat("access_log_file.write_failed", 2));
  Exchange(client);
}

TEST_F(AccessLogTest, F21_ARotationIsFollowed) {
  StartWithLogs(FileLog("log", "%REQ(:PATH)%\\n"));
  RawPeer client = Client();
  Exchange(client, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(folder_.NextLine("log"), "/1");
  folder_.Move("log", "log.1");
  Exchange(client, "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(folder_.NextLine("log.1"), "/1");
  EXPECT_THAT(folder_.NextLine("log.1"), "/2");
  folder_.Forget("log");
  proxy_->ReopenAccessLogs();
  ASSERT_TRUE(folder_.WaitForFile("log"));
  Exchange(client, "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(folder_.NextLine("log"), "/3");
}

}  // namespace
}  // namespace outrigger::test
