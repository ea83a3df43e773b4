// Pages that tools of Envoy ask for: levels of loggers, the runtime, counters, and what has nothing
// to show.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "admin/page.h"
#include "stats/server_stats.h"
#include "test/unit/admin/admin_fixture.h"

namespace outrigger::admin {
namespace {

class LoggingPageTest : public AdminTest {
 protected:
  ~LoggingPageTest() override { SetLogLevel(LogLevel::kInfo); }

  // The level of that logger, as the page lists it.
  std::string LevelOf(const std::string& logger) {
    const std::string list = Post("/logging").body;
    const std::string start = "\n  " + logger + ": ";
    const size_t at = list.find(start);
    if (at == std::string::npos) return "";
    const size_t end = list.find('\n', at + 1);
    return list.substr(at + start.size(), end - at - start.size());
  }
};

TEST_F(LoggingPageTest, EveryLoggerOfEnvoyIsListedWithItsLevel) {
  const Answer answer = Post("/logging");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.starts_with("active loggers:\n  a2a: info\n  admin: info\n"));
  for (const char* logger : {"http", "upstream", "rbac", "jwt", "wasm", "config", "ip_tagging"}) {
    EXPECT_EQ(LevelOf(logger), "info") << logger;
  }
}

TEST_F(LoggingPageTest, TheLevelOfAllIsThatOfTheProcess) {
  EXPECT_EQ(Post("/logging?level=error").status, 200);
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kError);
  EXPECT_EQ(LevelOf("router"), "error");
  Post("/logging?level=");
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kError) << "an empty level only asks";
}

TEST_F(LoggingPageTest, TheMostTalkativeLoggerDecides) {
  Post("/logging?level=warning");
  Post("/logging?http=debug");
  EXPECT_EQ(LevelOf("http"), "debug");
  EXPECT_EQ(LevelOf("http2"), "warning");
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kDebug);
  Post("/logging?paths=http:off,upstream:trace");
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kTrace);
  Post("/logging?upstream=error");
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kWarning);
}

TEST_F(LoggingPageTest, AWrongQuestionChangesNothingAndSaysWhy) {
  const std::pair<std::string, std::string> rows[] = {
      {"level=loud", "unknown logger level"},
      {"http=loud", "unknown logger level"},
      {"http=", "unknown logger level"},
      {"nobody=info", "unknown logger name"},
      {"paths=http:trace,nobody:info", "unknown logger name"},
      {"paths=http:trace,upstream", "paths are NAME:LEVEL,..."},
      {"group=http:trace", "loggers have no groups"},
      {"http=trace&level=trace", "invalid number of parameters"}};
  for (const auto& [query, why] : rows) {
    const Answer answer = Post("/logging?" + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(answer.body, "error: " + why +
                               "\nusage: /logging?level=LEVEL, /logging?NAME=LEVEL or "
                               "/logging?paths=NAME:LEVEL,NAME:LEVEL\n");
  }
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kInfo);
  EXPECT_EQ(LevelOf("http"), "info");
}

class RuntimePageTest : public AdminTest {
 protected:
  RuntimePageTest() {
    using Layers = std::vector<compiler::RuntimeLayer>;
    sources_.runtime_layers = std::make_shared<const Layers>(Layers{
        {"base", {{{"a.b", "5"}, {"a.c", "x"}}, {}}, {}}, {"more", {{{"a.b", "7"}}, {}}, {}}, {}});
    Restart();
  }
};

TEST_F(RuntimePageTest, EachLayerAndWhatCountsInTheEnd) {
  const Answer answer = Get("/runtime");
  EXPECT_NE(answer.head.find("content-type: application/json\r\n"), std::string::npos);
  EXPECT_EQ(answer.body,
            "{\n \"entries\": {\n"
            "  \"a.b\": {\n   \"layer_values\": [\n    \"5\",\n    \"7\",\n    \"\"\n   ],\n"
            "   \"final_value\": \"7\"\n  },\n"
            "  \"a.c\": {\n   \"layer_values\": [\n    \"x\",\n    \"\",\n    \"\"\n   ],\n"
            "   \"final_value\": \"x\"\n  }\n },\n"
            " \"layers\": [\n  \"base\",\n  \"more\",\n  \"\"\n ]\n}\n");
}

TEST_F(RuntimePageTest, ItCannotBeModified) {
  const Answer answer = Post("/runtime_modify?a.b=1");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body,
            "the runtime is that of the bootstrap and of the control plane, and cannot be modified "
            "here\n");
}

class SmallPagesTest : public AdminTest {};

TEST_F(SmallPagesTest, CountersBeginAnewAndGaugesGoOn) {
  const auto scope = stats_.Find(stats::kListenerManagerFamily, "");
  stats::Block& worker = scope->ForWriter(0);
  worker.Add(stats::kListenerAdded, 5);
  worker.Set(stats::kWorkersStarted, 1);
  const Answer answer = Post("/reset_counters");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "OK\n");
  worker.Add(stats::kListenerAdded, 2);
  EXPECT_EQ(Get("/stats?filter=listener_added|workers_started").body,
            "listener_manager.listener_added: 2\nlistener_manager.workers_started: 1\n");
}

TEST_F(SmallPagesTest, TheInitDumpNamesWhatListenersWaitFor) {
  EXPECT_EQ(Get("/init_dump").body, "{}\n");
  ledger_->listeners.resize(2);
  ledger_->listeners[0].name = "ready";
  ledger_->listeners[1].name = "waiting";
  ledger_->listeners[1].waits_for = "route table r";
  const std::string expected =
      "{\n \"unready_targets_dumps\": [\n  {\n   \"name\": \"listener waiting\",\n"
      "   \"target_names\": [\n    \"route table r\"\n   ]\n  }\n ]\n}\n";
  EXPECT_EQ(Get("/init_dump").body, expected);
  EXPECT_EQ(Get("/init_dump?mask=listener").body, expected);
  EXPECT_EQ(Get("/init_dump?mask=cluster").body, "{}\n");
}

TEST_F(SmallPagesTest, WhatHasNothingToShowSaysSo) {
  EXPECT_EQ(Get("/hot_restart_version").body, "disabled");
  EXPECT_EQ(Get("/contention").body, "Waits for mutexes are not traced: workers take none.\n");
  const std::string why = "profiles are taken from outside of the process (perf, heaptrack)\n";
  for (const char* page : {"/cpuprofiler?enable=y", "/heapprofiler", "/allocprofiler"}) {
    const Answer answer = Post(page);
    EXPECT_EQ(answer.status, 400) << page;
    EXPECT_EQ(answer.body, why) << page;
  }
  EXPECT_EQ(Get("/heap_dump").body, why);
  EXPECT_EQ(Get("/peak_heap_dump").status, 400);
}

TEST_F(SmallPagesTest, WhatChangesSomethingIsPostedOnly) {
  for (const Page& page : Pages()) {
    if (!page.changes_something) continue;
    const Answer answer = Get(page.path);
    EXPECT_EQ(answer.status, 405) << page.path;
    EXPECT_EQ(answer.body, "Method GET not allowed, POST required.") << page.path;
  }
}

}  // namespace
}  // namespace outrigger::admin
