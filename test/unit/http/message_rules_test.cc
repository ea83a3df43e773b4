#include "http/message_rules.h"

#include <gtest/gtest.h>

#include <string_view>

namespace outrigger::http {
namespace {

constexpr BodyLength kUnknown{BodyLength::Kind::kUnknown, 0};

// One letter an event: i(nformational) h(ead) n(o-body head) b(ody) t(railers) e(nd) a(bort). How
// many of them are taken before one is refused.
size_t Taken(std::string_view events) {
  MessageRules rules;
  rules.Start();
  for (size_t i = 0; i < events.size(); ++i) {
    bool is_taken = true;
    switch (events[i]) {
      case 'i':
        is_taken = rules.TakeInformational();
        break;
      case 'h':
        is_taken = rules.TakeHead(kUnknown);
        break;
      case 'n':
        is_taken = rules.TakeHead({});
        break;
      case 'b':
        is_taken = rules.TakeBody(1);
        break;
      case 't':
        is_taken = rules.TakeTrailers();
        break;
      case 'e':
        is_taken = rules.TakeEnd();
        break;
      default:
        rules.Abort();
        break;
    }
    if (!is_taken) return i;
  }
  return events.size();
}

TEST(MessageRules, AMessageIsAHeadThenBodyThenTrailersThenItsEnd) {
  for (std::string_view events : {"he", "hbe", "hbbte", "hte", "iihbe", "n", "ne", "in"}) {
    EXPECT_EQ(Taken(events), events.size()) << events;
  }
}

TEST(MessageRules, EveryOtherOrderIsRefused) {
  for (std::string_view events : {"b",   "t",   "e",   "ib",  "it",  "ie",  "hh",  "hi",  "hn",
                                  "hbh", "hbi", "htb", "htt", "hth", "heb", "hee", "het", "heh",
                                  "hei", "nb",  "nt",  "nh",  "nee", "ah",  "hab", "hae", "hat"}) {
    EXPECT_EQ(Taken(events), events.size() - 1) << events;
  }
}

TEST(MessageRules, NothingComesBeforeTheStart) {
  MessageRules rules;
  EXPECT_TRUE(rules.is_over());
  EXPECT_FALSE(rules.TakeInformational() || rules.TakeHead({}) || rules.TakeBody(0) ||
               rules.TakeTrailers() || rules.TakeEnd());
}

TEST(MessageRules, R40_TheBodyIsAsLongAsAnnounced) {
  MessageRules rules;
  rules.Start();
  ASSERT_TRUE(rules.TakeHead({BodyLength::Kind::kKnown, 5}));
  EXPECT_TRUE(rules.TakeBody(2));
  EXPECT_FALSE(rules.TakeEnd());
  EXPECT_FALSE(rules.TakeBody(4));
  EXPECT_TRUE(rules.TakeBody(3));
  EXPECT_FALSE(rules.TakeBody(1));
  EXPECT_TRUE(rules.TakeEnd());
}

TEST(MessageRules, TellsWhereTheMessageStands) {
  MessageRules rules;
  rules.Start();
  EXPECT_TRUE(rules.expects_head() && !rules.has_head() && !rules.is_over());
  ASSERT_TRUE(rules.TakeHead(kUnknown));
  EXPECT_TRUE(rules.has_head() && !rules.expects_head() && !rules.is_over());
  ASSERT_TRUE(rules.TakeEnd());
  EXPECT_TRUE(rules.has_head() && rules.is_ended() && rules.is_over() && !rules.is_aborted());
  rules.Start();
  ASSERT_TRUE(rules.TakeHead({}));
  EXPECT_TRUE(rules.is_ended() && rules.has_head());
  rules.Abort();
  EXPECT_TRUE(rules.is_aborted() && rules.is_over() && !rules.is_ended() && !rules.has_head());
}

}  // namespace
}  // namespace outrigger::http
