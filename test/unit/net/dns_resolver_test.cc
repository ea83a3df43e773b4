// The contract of the seam of names, for c-ares and for the fake; then what c-ares has to bear:
// F16.
#include "net/dns_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "event/event_loop.h"
#include "net/cares_resolver.h"
#include "test/support/dns_server.h"
#include "test/support/fake_dns_resolver.h"

namespace outrigger {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::DnsReply;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr DnsFamily kV4 = DnsFamily::kV4;
constexpr DnsFamily kV6 = DnsFamily::kV6;
constexpr seconds kWaitMax{20};

class DnsTest : public testing::Test {
 protected:
  DnsQuestion QuestionFor(const std::string& name, DnsFamily family) const {
    DnsQuestion question{name, family, {}};
    question.settings.servers = {*Address::FromIp("127.0.0.1", server_.port())};
    question.settings.has_no_search_domains = true;
    question.settings.tries = 1;
    question.settings.timeout = milliseconds(300);
    return question;
  }
  bool TurnUntil(const std::function<bool()>& is_true) {
    const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
    while (!is_true() && std::chrono::steady_clock::now() < deadline) {
      loop_.RunOnce(milliseconds(10));
    }
    return is_true();
  }
  DnsAnswer Answer(DnsResolver& resolver, const DnsQuestion& question) {
    std::optional<DnsAnswer> answer;
    resolver.Ask(question, [&](DnsAnswer given) { answer = std::move(given); });
    EXPECT_FALSE(answer.has_value()) << "the answer came before the call was over";
    EXPECT_TRUE(TurnUntil([&] { return answer.has_value(); }));
    return answer.value_or(DnsAnswer());
  }
  static std::vector<std::string> Texts(const DnsAnswer& answer) {
    std::vector<std::string> texts;
    for (const DnsAddress& each : answer.addresses) texts.push_back(each.address.ToString());
    return texts;
  }

  SystemClock clock_;
  EventLoop loop_{clock_};
  test::DnsServer server_;
};

// Both answer for web.test with two IPv4 addresses and a TTL of 30 s, fail for down.test, and know
// that nx.test is not there.
class DnsContractTest : public DnsTest, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    server_.Set("web.test", {.addresses = {"10.0.0.2", "10.0.0.1"}, .ttl_seconds = 30});
    server_.Set("down.test", {.error = 2});
    if (GetParam()) {
      resolver_ = std::make_unique<CaresResolver>(loop_);
      return;
    }
    auto fake = std::make_unique<FakeDnsResolver>(loop_);
    fake->Set("web.test", kV4, FakeDnsResolver::Addresses({"10.0.0.2", "10.0.0.1"}, seconds(30)));
    fake->Set("web.test", kV6, FakeDnsResolver::Without(DnsOutcome::kNoAddress));
    fake->Set("down.test", kV4, FakeDnsResolver::Without(DnsOutcome::kServerFailed));
    fake->Set("nx.test", kV4, FakeDnsResolver::Without(DnsOutcome::kNoName));
    resolver_ = std::move(fake);
  }

  std::unique_ptr<DnsResolver> resolver_;
};

INSTANTIATE_TEST_SUITE_P(Resolvers, DnsContractTest, testing::Bool(),
                         [](const auto& instance) { return instance.param ? "Cares" : "Fake"; });

TEST_P(DnsContractTest, AddressesComeInTheirOrderWithTheirTtlAndWithoutAPort) {
  const DnsAnswer answer = Answer(*resolver_, QuestionFor("web.test", kV4));
  EXPECT_EQ(answer.outcome, DnsOutcome::kAddresses);
  EXPECT_THAT(Texts(answer), ElementsAre("10.0.0.2:0", "10.0.0.1:0"));
  EXPECT_EQ(answer.addresses.at(0).ttl, seconds(30));
  EXPECT_EQ(answer.problem, "");
}

TEST_P(DnsContractTest, WhatThereIsNotIsToldApart) {
  EXPECT_EQ(Answer(*resolver_, QuestionFor("web.test", kV6)).outcome, DnsOutcome::kNoAddress);
  EXPECT_EQ(Answer(*resolver_, QuestionFor("nx.test", kV4)).outcome, DnsOutcome::kNoName);
  const DnsAnswer failure = Answer(*resolver_, QuestionFor("down.test", kV4));
  EXPECT_EQ(failure.outcome, DnsOutcome::kServerFailed);
  EXPECT_NE(failure.problem, "");
}

TEST_P(DnsContractTest, AForgottenQuestionIsNotAnswered) {
  bool is_answered = false;
  const DnsResolver::Id id =
      resolver_->Ask(QuestionFor("web.test", kV4), [&](const DnsAnswer&) { is_answered = true; });
  resolver_->Forget(id);
  static_cast<void>(Answer(*resolver_, QuestionFor("web.test", kV4)));
  EXPECT_FALSE(is_answered);
  resolver_->Forget(id);
}

TEST_P(DnsContractTest, AnAnswerMayAskAgain) {
  int answers = 0;
  resolver_->Ask(QuestionFor("web.test", kV4), [&](const DnsAnswer&) {
    ++answers;
    resolver_->Ask(QuestionFor("web.test", kV4), [&](const DnsAnswer&) { ++answers; });
  });
  EXPECT_TRUE(TurnUntil([&] { return answers == 2; }));
}

TEST_P(DnsContractTest, NothingIsAnsweredOnceTheResolverIsGone) {
  bool is_answered = false;
  resolver_->Ask(QuestionFor("web.test", kV4), [&](const DnsAnswer&) { is_answered = true; });
  resolver_.reset();
  for (int i = 0; i < 3; ++i) loop_.RunOnce(Duration::zero());
  EXPECT_FALSE(is_answered);
}

class CaresResolverTest : public DnsTest {
 protected:
  CaresResolver resolver_{loop_};
};

TEST_F(CaresResolverTest, Ipv6AddressesAreFound) {
  server_.Set("six.test", {.addresses = {"2001:db8::1"}});
  EXPECT_THAT(Texts(Answer(resolver_, QuestionFor("six.test", kV6))),
              ElementsAre("[2001:db8::1]:0"));
}

TEST_F(CaresResolverTest, F16_SilenceTimesOut) {
  server_.Set("silent.test", {.is_silent = true});
  const DnsAnswer answer = Answer(resolver_, QuestionFor("silent.test", kV4));
  EXPECT_EQ(answer.outcome, DnsOutcome::kTimedOut);
  EXPECT_EQ(answer.timeouts, 1u);
}

TEST_F(CaresResolverTest, F16_ATruncatedAnswerIsAskedForAgainOverTcp) {
  server_.Set("long.test", {.addresses = {"10.0.0.1"}, .is_too_long = true});
  EXPECT_THAT(Texts(Answer(resolver_, QuestionFor("long.test", kV4))), ElementsAre("10.0.0.1:0"));
  EXPECT_EQ(server_.questions_over_tcp(), 1);
}

TEST_F(CaresResolverTest, TcpAloneIsUsedWhenItIsAskedFor) {
  server_.Set("web.test", {.addresses = {"10.0.0.1"}});
  DnsQuestion question = QuestionFor("web.test", kV4);
  question.settings.uses_tcp = true;
  EXPECT_THAT(Texts(Answer(resolver_, question)), ElementsAre("10.0.0.1:0"));
  EXPECT_EQ(server_.questions_over_tcp(), 1);
}

TEST_F(CaresResolverTest, F16_AnAnswerToAnotherQuestionIsNotBelieved) {
  server_.Set("web.test", {.addresses = {"10.0.0.1"}, .has_wrong_id = true});
  EXPECT_THAT(Texts(Answer(resolver_, QuestionFor("web.test", kV4))), ElementsAre("10.0.0.1:0"));
}

TEST_F(CaresResolverTest, F16_AThousandAddressesAreTakenAndMoreThanTheMaximumAreNot) {
  DnsReply reply{.is_too_long = true};
  for (size_t i = 0; i < DnsAnswer::kAddressesMax; ++i) {
    reply.addresses.push_back("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256));
  }
  server_.Set("many.test", reply);
  EXPECT_THAT(Answer(resolver_, QuestionFor("many.test", kV4)).addresses,
              SizeIs(DnsAnswer::kAddressesMax));
  reply.addresses.insert(reply.addresses.begin(), "10.1.0.0");
  server_.Set("more.test", reply);
  const DnsAnswer answer = Answer(resolver_, QuestionFor("more.test", kV4));
  EXPECT_THAT(answer.addresses, SizeIs(DnsAnswer::kAddressesMax));
  EXPECT_EQ(answer.addresses.back().address.ip(), "10.0.3.255");
}

TEST_F(CaresResolverTest, NobodyThereIsAFailure) {
  DnsQuestion question = QuestionFor("web.test", kV4);
  {
    const test::DnsServer gone;
    question.settings.servers = {*Address::FromIp("127.0.0.1", gone.port())};
  }
  EXPECT_EQ(Answer(resolver_, question).outcome, DnsOutcome::kServerFailed);
}

TEST_F(CaresResolverTest, AfterAFailureOthersAreStillAnswered) {
  server_.Set("silent.test", {.is_silent = true});
  server_.Set("web.test", {.addresses = {"10.0.0.1"}});
  static_cast<void>(Answer(resolver_, QuestionFor("silent.test", kV4)));
  EXPECT_THAT(Texts(Answer(resolver_, QuestionFor("web.test", kV4))), ElementsAre("10.0.0.1:0"));
}

TEST_F(CaresResolverTest, ASilentNameHoldsUpNoOther) {
  server_.Set("silent.test", {.is_silent = true});
  server_.Set("web.test", {.addresses = {"10.0.0.1"}});
  DnsQuestion silent = QuestionFor("silent.test", kV4);
  silent.settings.timeout = seconds(60);
  resolver_.Ask(silent, [](const DnsAnswer&) {});
  DnsQuestion question = QuestionFor("web.test", kV4);
  question.settings.timeout = seconds(60);
  EXPECT_THAT(Texts(Answer(resolver_, question)), ElementsAre("10.0.0.1:0"));
}

TEST_F(CaresResolverTest, ANameThatIsNoneFails) {
  const DnsAnswer answer = Answer(resolver_, QuestionFor(std::string(300, 'a'), kV4));
  EXPECT_NE(answer.outcome, DnsOutcome::kAddresses);
  EXPECT_THAT(answer.addresses, IsEmpty());
}

TEST_F(CaresResolverTest, OneQuestionMoreThanTheMaximumFailsAtOnce) {
  server_.Set("silent.test", {.is_silent = true});
  DnsQuestion silent = QuestionFor("silent.test", kV4);
  silent.settings.timeout = seconds(60);
  int answers = 0;
  for (size_t i = 0; i < DnsResolver::kQuestionsMax; ++i) {
    resolver_.Ask(silent, [&](const DnsAnswer&) { ++answers; });
  }
  const DnsAnswer answer = Answer(resolver_, silent);
  EXPECT_EQ(answer.outcome, DnsOutcome::kFailed);
  EXPECT_EQ(answer.problem, "too many questions");
  EXPECT_EQ(answers, 0);
}

}  // namespace
}  // namespace outrigger
