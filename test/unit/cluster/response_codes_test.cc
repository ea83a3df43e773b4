#include "cluster/response_codes.h"

#include <gtest/gtest.h>

#include "cluster/cluster_stats.h"
#include "stats/registry.h"
#include "stats/text_writer.h"

namespace outrigger {
namespace {

class ResponseCodesTest : public ::testing::Test {
 protected:
  std::string Used() {
    std::string text;
    stats::TextWriter writer(registry_.List(), {true, {}});
    while (writer.Append(text)) {
    }
    return text;
  }
  stats::Registry registry_;
  std::shared_ptr<stats::Scope> cluster_ = registry_.Find(kClusterFamily, "a");
};

TEST_F(ResponseCodesTest, EachStatusIsCountedWithItsClassAndAllOfThem) {
  for (uint16_t status : {100, 200, 204, 204, 503, 599}) CountResponse(*cluster_, 0, status);
  CountResponse(*cluster_, 1, 204);
  EXPECT_EQ(Used(),
            "cluster.a.upstream_rq_100: 1\ncluster.a.upstream_rq_1xx: 1\n"
            "cluster.a.upstream_rq_200: 1\ncluster.a.upstream_rq_204: 3\n"
            "cluster.a.upstream_rq_2xx: 4\ncluster.a.upstream_rq_503: 1\n"
            "cluster.a.upstream_rq_599: 1\ncluster.a.upstream_rq_5xx: 2\n"
            "cluster.a.upstream_rq_completed: 7\n");
}

TEST_F(ResponseCodesTest, AllCodesHaveACounterOfTheirOwn) {
  for (uint16_t status = 100; status < 600; ++status) CountResponse(*cluster_, 0, status);
  const std::string text = Used();
  for (uint16_t status = 100; status < 600; ++status) {
    const std::string line = "\ncluster.a.upstream_rq_" + std::to_string(status) + ": 1\n";
    EXPECT_NE(("\n" + text).find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace outrigger
