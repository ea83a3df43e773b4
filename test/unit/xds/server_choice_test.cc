#include "xds/server_choice.h"

#include <gtest/gtest.h>

namespace outrigger::xds {
namespace {

constexpr ServerRole kPrimary = ServerRole::kPrimary;
constexpr ServerRole kFailover = ServerRole::kFailover;

// Where the stream after `count` of them goes that end without an answer.
ServerRole AfterFailures(ServerChoice& choice, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) choice.OnStreamEnd(false);
  return choice.current();
}

TEST(ServerChoiceTest, X47_WithoutAFailoverThereIsNoChoice) {
  ServerChoice choice(false);
  EXPECT_EQ(AfterFailures(choice, 100), kPrimary);
}

TEST(ServerChoiceTest, X47_APrimaryThatHasNeverAnsweredIsTriedTwice) {
  ServerChoice choice(true);
  EXPECT_EQ(choice.current(), kPrimary);
  EXPECT_EQ(AfterFailures(choice, 1), kPrimary);
  EXPECT_EQ(AfterFailures(choice, 1), kFailover);
}

TEST(ServerChoiceTest, X47_WhileNeitherAnswersTheyTakeTurns) {
  ServerChoice choice(true);
  AfterFailures(choice, 2);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(choice.current(), kFailover);
    EXPECT_EQ(AfterFailures(choice, 1), kPrimary);
    AfterFailures(choice, 1);
  }
}

TEST(ServerChoiceTest, X47_APrimaryThatHasAnsweredIsTriedLonger) {
  ServerChoice choice(true);
  choice.OnAnswer();
  EXPECT_EQ(AfterFailures(choice, ServerChoice::kTriesOfKnown - 1), kPrimary);
  EXPECT_EQ(AfterFailures(choice, 1), kFailover);
}

TEST(ServerChoiceTest, X47_AnAnswerOfThePrimaryBeginsTheCountAnew) {
  ServerChoice choice(true);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(AfterFailures(choice, 1), kPrimary);
    choice.OnAnswer();
    choice.OnStreamEnd(true);
    EXPECT_EQ(choice.current(), kPrimary);
  }
}

TEST(ServerChoiceTest, X41X47_AnEndAfterAnAnswerOfTheFailoverIsRoutine) {
  ServerChoice choice(true);
  AfterFailures(choice, 2);
  choice.OnAnswer();
  choice.OnStreamEnd(true);
  EXPECT_EQ(choice.current(), kFailover);
  EXPECT_EQ(AfterFailures(choice, 1), kPrimary);
  EXPECT_EQ(AfterFailures(choice, 1), kFailover);
}

TEST(ServerChoiceTest, X47_AnAnswerBesideTheStreamsLeadsBackToThePrimary) {
  ServerChoice choice(true);
  AfterFailures(choice, 2);
  choice.OnAnswer();
  choice.OnPrimaryAnswer();
  EXPECT_EQ(choice.current(), kPrimary);
  EXPECT_EQ(AfterFailures(choice, ServerChoice::kTriesOfKnown - 1), kPrimary);
  EXPECT_EQ(AfterFailures(choice, 1), kFailover);
}

}  // namespace
}  // namespace outrigger::xds
