#include "admin/query.h"

#include <gtest/gtest.h>

namespace outrigger::admin {
namespace {

TEST(Query, TakesRegularExpressionsUnescaped) {
  const Query query("usedonly&filter=^(server.state|a.*=b)$\\d+");
  EXPECT_TRUE(query.Has("usedonly"));
  EXPECT_EQ(query.Get("usedonly"), "");
  EXPECT_EQ(query.Get("filter"), "^(server.state|a.*=b)$\\d+");
}

TEST(Query, DecodesPercentEscapesOfNamesAndValues) {
  const Query query("filt%65r=%5Ea%7Cb%24&x=%26");
  EXPECT_EQ(query.Get("filter"), "^a|b$");
  EXPECT_EQ(query.Get("x"), "&");
}

TEST(Query, KeepsWhatIsNoEscape) {
  EXPECT_EQ(Query("a=%zz%4").Get("a"), "%zz%4");
  EXPECT_EQ(Query("a=100%").Get("a"), "100%");
}

TEST(Query, AnswersTheFirstOfEqualNames) {
  const Query query("&&a=1&a=2&");
  EXPECT_EQ(query.Get("a"), "1");
  EXPECT_FALSE(query.Has("b"));
  EXPECT_FALSE(query.Has(""));
}

TEST(Query, DropsParametersBeyondItsMaximum) {
  std::string text;
  for (size_t i = 0; i <= Query::kParametersMax; ++i) text += "p" + std::to_string(i) + "&";
  const Query query(text);
  EXPECT_TRUE(query.Has("p" + std::to_string(Query::kParametersMax - 1)));
  EXPECT_FALSE(query.Has("p" + std::to_string(Query::kParametersMax)));
}

}  // namespace
}  // namespace outrigger::admin
