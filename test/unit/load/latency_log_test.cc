#include "tools/load/latency_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace outrigger::load {
namespace {

using std::chrono::microseconds;

TEST(LatencyLogTest, ALineTellsWhenARequestWasDueAndHowLongItsAnswerTook) {
  const std::string path = testing::TempDir() + "/latencies-" + std::to_string(getpid());
  {
    LatencyLog log(path);
    ASSERT_TRUE(log.is_usable());
    log.Note(MonotonicTime(microseconds(5'000'000)), microseconds(250));
    log.Note(MonotonicTime(microseconds(5'000'100)), Duration(1'999));
  }
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), "5000000 250\n5000100 1\n");
  EXPECT_EQ(unlink(path.c_str()), 0);
}

TEST(LatencyLogTest, WithoutAPathNothingIsNotedAndAFolderThatIsNotThereIsNoPlace) {
  EXPECT_TRUE(LatencyLog("").is_usable());
  EXPECT_FALSE(LatencyLog("/none/latencies").is_usable());
}

}  // namespace
}  // namespace outrigger::load
