// What each page shows, asked for over a real socket.
#include "admin/pages.h"

#include "stats/server_stats.h"
#include "test/unit/admin/admin_fixture.h"

namespace outrigger::admin {
namespace {

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

class PagesTest : public AdminTest {
 protected:
  std::shared_ptr<stats::Scope> server_scope_ = stats_.Find(stats::kServerFamily, "");
  stats::Block& server_stats_ = server_scope_->ForWriter(stats::kControlWriter);
};

TEST_F(PagesTest, ReadySaysTheStateUnlessLive) {
  const std::pair<ServerState, std::string> rows[] = {
      {ServerState::kPreInitializing, "PRE_INITIALIZING\n"},
      {ServerState::kInitializing, "INITIALIZING\n"},
      {ServerState::kDraining, "DRAINING\n"}};
  for (const auto& [state, text] : rows) {
    state_ = state;
    const Answer answer = Get("/ready");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.body, text);
  }
}

TEST_F(PagesTest, ServerInfoHasVersionStateTimesAndNode) {
  const Answer answer = Get("/server_info");
  EXPECT_TRUE(Contains(answer.head, "content-type: application/json\r\n"));
  EXPECT_EQ(answer.body,
            "{\n \"version\": \"1/1.40.0/test\",\n \"state\": \"LIVE\",\n"
            " \"uptime_current_epoch\": \"65s\",\n \"uptime_all_epochs\": \"65s\",\n"
            " \"hot_restart_version\": \"disabled\",\n \"command_line_options\": {\n"
            "  \"concurrency\": 2,\n  \"config_path\": \"/etc/b.yaml\",\n"
            "  \"config_yaml\": \"[redacted]\",\n  \"allow_unknown_static_fields\": false,\n"
            "  \"log_level\": \"info\",\n  \"service_cluster\": \"\",\n"
            "  \"service_node\": \"n1\",\n  \"drain_time\": \"600s\",\n  \"mode\": \"Serve\",\n"
            "  \"disable_hot_restart\": true,\n  \"restart_epoch\": 0\n },\n \"node\": {\n  "
            "\"id\": \"n1\"\n }\n}\n");
}

TEST_F(PagesTest, StatsTakeAnUnescapedRegularExpression) {
  server_stats_.Set(stats::kServerUptime, 7);
  EXPECT_EQ(Get("/stats?filter=^server\\.(uptime|live)$").body,
            "server.live: 0\nserver.uptime: 7\n");
  EXPECT_EQ(Get("/stats?usedonly&filter=%5Eserver%5C.(uptime%7Clive)%24").body,
            "server.uptime: 7\n");
  EXPECT_EQ(Get("/stats?usedonly&invert_filter&filter=uptime").body.find("uptime"),
            std::string::npos);
}

TEST_F(PagesTest, StatsRefuseABadExpressionOrFormat) {
  Answer answer = Get("/stats?filter=(");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "Invalid re2 regex: missing ): (");
  answer = Get("/stats?format=html");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "usage: /stats?format=(json|prometheus|text)\n\n");
}

TEST_F(PagesTest, StatsComeAsJson) {
  server_stats_.Set(stats::kServerUptime, 7);
  const Answer answer = Get("/stats?format=json&usedonly");
  EXPECT_EQ(answer.body, "{\"stats\":[{\"name\":\"server.uptime\",\"value\":7}]}");
  EXPECT_TRUE(Contains(answer.head, "content-type: application/json\r\n"));
}

TEST_F(PagesTest, StatsComeInThePrometheusFormatOnBothPaths) {
  server_stats_.Set(stats::kServerUptime, 7);
  const std::string expected = "# TYPE envoy_server_uptime gauge\nenvoy_server_uptime{} 7\n";
  EXPECT_EQ(Get("/stats/prometheus?usedonly").body, expected);
  EXPECT_EQ(Get("/stats?format=prometheus&usedonly&text_readouts").body, expected);
}

TEST_F(PagesTest, MemoryHasTheFieldsOfEnvoy) {
  const Answer answer = Get("/memory");
  for (const char* field : {"allocated", "heap_size", "pageheap_unmapped", "pageheap_free",
                            "total_thread_cache", "total_physical_bytes"}) {
    EXPECT_TRUE(Contains(answer.body, std::string("\"") + field + "\": \"")) << field;
  }
  EXPECT_FALSE(Contains(answer.body, "\"total_physical_bytes\": \"0\""));
}

TEST_F(PagesTest, HelpAndHomeNameEveryPage) {
  const std::string help = Get("/help").body;
  const std::string home = Get("/").body;
  for (const Page& page : Pages()) {
    EXPECT_TRUE(Contains(help, std::string("  ").append(page.path))) << page.path;
    EXPECT_TRUE(Contains(home, page.path)) << page.path;
  }
  EXPECT_TRUE(Contains(home, "<form method=post action=\"/quitquitquit\">"));
}

}  // namespace
}  // namespace outrigger::admin
