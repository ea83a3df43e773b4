#include "base/log.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace outrigger {
namespace {

// Logs into a file of the test's own and back to stderr afterwards.
class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.path = testing::TempDir() + "outrigger_log_test_" +
                    testing::UnitTest::GetInstance()->current_test_info()->name();
    std::remove(options_.path.c_str());
    options_.format = "%l|%v";
    ASSERT_TRUE(ConfigureLogging(options_).ok());
  }
  void TearDown() override {
    ASSERT_TRUE(ConfigureLogging({}).ok());
    std::remove(options_.path.c_str());
  }
  std::string Written() const {
    std::ifstream file(options_.path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  LogOptions options_;
};

TEST_F(LogTest, WritesFormattedLinesAtOnce) {
  Log(LogLevel::kWarning, "{} of {}", 1, "two");
  EXPECT_EQ(Written(), "warning|1 of two\n");
}

TEST_F(LogTest, KeepsOffWhatIsBelowTheLevel) {
  Log(LogLevel::kDebug, "unseen");
  SetLogLevel(LogLevel::kDebug);
  Log(LogLevel::kDebug, "seen");
  SetLogLevel(LogLevel::kOff);
  Log(LogLevel::kCritical, "unseen");
  EXPECT_EQ(Written(), "debug|seen\n");
}

TEST_F(LogTest, EscapesBytesThatWouldForgeALine) {
  Log(LogLevel::kInfo, "path {}", "/x\n[critical] forged {}");
  EXPECT_EQ(Written(), "info|path /x\\n[critical] forged {}\n");
}

TEST(LogLevelTest, KnowsEnvoysNames) {
  EXPECT_EQ(ParseLogLevel("warn"), LogLevel::kWarning);
  EXPECT_EQ(ParseLogLevel("off"), LogLevel::kOff);
  EXPECT_EQ(ParseLogLevel("loud"), std::nullopt);
  for (LogLevel level : {LogLevel::kTrace, LogLevel::kInfo, LogLevel::kCritical}) {
    EXPECT_EQ(ParseLogLevel(LogLevelName(level)), level);
  }
}

TEST(ConfigureLoggingTest, FailsOnAFileThatCannotBeOpened) {
  LogOptions options;
  options.path = "/dev/null/log";
  EXPECT_FALSE(ConfigureLogging(options).ok());
}

}  // namespace
}  // namespace outrigger
