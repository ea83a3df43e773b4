// When a name is asked for again, and what its addresses are meanwhile: P28, F16, R68.
#include "cluster/dns_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "event/event_loop.h"
#include "test/support/fake_clock.h"
#include "test/support/fake_dns_resolver.h"

namespace outrigger {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr DnsFamily kV4 = DnsFamily::kV4;
constexpr DnsFamily kV6 = DnsFamily::kV6;

class LastNumber final : public Random {
 public:
  uint64_t Next() override { return UINT64_MAX; }
};

class DnsWatchTest : public testing::Test {
 protected:
  void Start(DnsLookup lookup) {
    lookup.name = "a.test";
    DnsWatch::Hooks hooks;
    hooks.on_attempt = [this] { ++attempts_; };
    hooks.on_question = [] {};
    hooks.on_answer = [](const DnsAnswer&) {};
    hooks.on_resolution = [this](DnsResolution resolution) {
      resolutions_.push_back(std::move(resolution));
    };
    watch_.emplace(loop_, resolver_, random_, std::move(lookup), std::move(hooks));
    watch_->Start();
    Turn();
  }
  void Start(DnsFamilies families) {
    DnsLookup lookup;
    lookup.families = families;
    Start(std::move(lookup));
  }
  // Two questions take two turns.
  void Turn() {
    for (int i = 0; i < 3; ++i) loop_.RunOnce(Duration::zero());
  }
  void Say(DnsFamily family, DnsAnswer answer) {
    resolver_.Set("a.test", family, std::move(answer));
  }
  void SayAddresses(DnsFamily family, const std::vector<std::string>& texts, Duration ttl = {}) {
    Say(family, FakeDnsResolver::Addresses(texts, ttl));
  }
  void SayWithout(DnsFamily family, DnsOutcome outcome) {
    Say(family, FakeDnsResolver::Without(outcome));
  }
  // The next try, after its wait.
  void Again() {
    const size_t before = resolutions_.size();
    while (resolutions_.size() == before) {
      clock_.Advance(milliseconds(100));
      Turn();
    }
  }
  // Whether the next try begins after `wait`, and not before.
  bool WaitsFor(Duration wait) {
    const int before = attempts_;
    clock_.Advance(wait - milliseconds(100));
    Turn();
    if (attempts_ != before) return false;
    clock_.Advance(milliseconds(200));
    Turn();
    return attempts_ == before + 1;
  }
  std::vector<std::string> Addresses() const {
    std::vector<std::string> texts;
    for (const Address& each : resolutions_.back().addresses) texts.push_back(each.ip());
    return texts;
  }

  FakeClock clock_;
  EventLoop loop_{clock_};
  FakeDnsResolver resolver_{loop_};
  LastNumber random_;
  std::optional<DnsWatch> watch_;
  int attempts_ = 0;
  std::vector<DnsResolution> resolutions_;
};

TEST_F(DnsWatchTest, AsksAgainAtTheRefreshRate) {
  SayAddresses(kV4, {"10.0.0.1"}, seconds(1));
  Start(DnsFamilies::kV4Only);
  EXPECT_EQ(attempts_, 1);
  EXPECT_TRUE(resolutions_.at(0).is_success);
  EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
  EXPECT_TRUE(WaitsFor(seconds(5)));
}

TEST_F(DnsWatchTest, TheShortestTtlCountsWhereItIsRespected) {
  DnsLookup lookup;
  lookup.families = DnsFamilies::kV4Only;
  lookup.respects_ttl = true;
  DnsAnswer answer = FakeDnsResolver::Addresses({"10.0.0.1"}, seconds(90));
  answer.addresses.push_back({*Address::FromIp("10.0.0.2", 0), seconds(20)});
  Say(kV4, answer);
  Start(lookup);
  EXPECT_TRUE(WaitsFor(seconds(20)));
}

TEST_F(DnsWatchTest, F16_ATtlOfZeroMeansTheRefreshRate) {
  DnsLookup lookup;
  lookup.families = DnsFamilies::kV4Only;
  lookup.respects_ttl = true;
  SayAddresses(kV4, {"10.0.0.1"}, seconds(0));
  Start(lookup);
  EXPECT_TRUE(WaitsFor(seconds(5)));
}

TEST_F(DnsWatchTest, ATtlLongerThanAWeekIsAWeek) {
  DnsLookup lookup;
  lookup.families = DnsFamilies::kV4Only;
  lookup.respects_ttl = true;
  SayAddresses(kV4, {"10.0.0.1"}, std::chrono::hours(24 * 365));
  Start(lookup);
  EXPECT_TRUE(WaitsFor(DnsWatch::kTtlMax));
}

TEST_F(DnsWatchTest, JitterIsAddedAfterASuccess) {
  DnsLookup lookup;
  lookup.families = DnsFamilies::kV4Only;
  lookup.jitter = seconds(3);
  SayAddresses(kV4, {"10.0.0.1"});
  Start(lookup);
  EXPECT_TRUE(WaitsFor(seconds(8)));
}

TEST_F(DnsWatchTest, FailuresWaitAtTheirOwnRateAndLongerEachTime) {
  DnsLookup lookup;
  lookup.families = DnsFamilies::kV4Only;
  lookup.failure_base = seconds(10);
  lookup.failure_max = seconds(30);
  SayWithout(kV4, DnsOutcome::kServerFailed);
  Start(lookup);
  // The last number drawn is half of the wait.
  EXPECT_TRUE(WaitsFor(seconds(5)));
  EXPECT_TRUE(WaitsFor(seconds(10)));
  EXPECT_TRUE(WaitsFor(seconds(15)));
  EXPECT_TRUE(WaitsFor(seconds(15)));
  SayAddresses(kV4, {"10.0.0.1"});
  Again();
  EXPECT_TRUE(WaitsFor(seconds(5)));
}

TEST_F(DnsWatchTest, P28_AFailureTakesNoAddressAway) {
  SayAddresses(kV4, {"10.0.0.1"});
  Start(DnsFamilies::kV4Only);
  for (const DnsOutcome outcome :
       {DnsOutcome::kTimedOut, DnsOutcome::kServerFailed, DnsOutcome::kFailed}) {
    for (uint32_t i = 0; i <= DnsWatch::kNegativesMax; ++i) {
      SayWithout(kV4, outcome);
      Again();
      EXPECT_FALSE(resolutions_.back().is_success);
      EXPECT_TRUE(resolutions_.back().is_stale);
      EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
    }
  }
}

TEST_F(DnsWatchTest, P28_OnlyRepeatedNegativeAnswersTakeAddressesAway) {
  SayAddresses(kV4, {"10.0.0.1"});
  Start(DnsFamilies::kV4Only);
  SayWithout(kV4, DnsOutcome::kNoName);
  for (uint32_t i = 1; i < DnsWatch::kNegativesMax; ++i) {
    Again();
    EXPECT_TRUE(resolutions_.back().is_success);
    EXPECT_TRUE(resolutions_.back().is_stale);
    EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
  }
  Again();
  EXPECT_TRUE(resolutions_.back().is_success);
  EXPECT_FALSE(resolutions_.back().is_stale);
  EXPECT_THAT(Addresses(), IsEmpty());
}

TEST_F(DnsWatchTest, R68_AFlappingNameKeepsItsAddresses) {
  SayAddresses(kV4, {"10.0.0.1"});
  Start(DnsFamilies::kV4Only);
  for (int i = 0; i < 10; ++i) {
    SayWithout(kV4, i % 2 == 0 ? DnsOutcome::kNoName : DnsOutcome::kServerFailed);
    Again();
    EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
  }
}

TEST_F(DnsWatchTest, ALogicalNameNeverLosesItsLastAddress) {
  DnsLookup lookup;
  lookup.families = DnsFamilies::kV4Only;
  lookup.needs_address = true;
  SayAddresses(kV4, {"10.0.0.1"});
  Start(lookup);
  SayWithout(kV4, DnsOutcome::kNoName);
  for (uint32_t i = 0; i <= DnsWatch::kNegativesMax; ++i) {
    Again();
    EXPECT_FALSE(resolutions_.back().is_success);
    EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
  }
}

TEST_F(DnsWatchTest, ANameThatIsNotThereAtFirstIsKnownToHaveNoAddress) {
  SayWithout(kV4, DnsOutcome::kNoName);
  Start(DnsFamilies::kV4Only);
  EXPECT_TRUE(resolutions_.at(0).is_success);
  EXPECT_FALSE(resolutions_.at(0).is_stale);
  EXPECT_THAT(Addresses(), IsEmpty());
}

TEST_F(DnsWatchTest, AutoAsksForIpv4OnlyWhereThereIsNoIpv6) {
  SayAddresses(kV6, {"2001:db8::1"});
  SayAddresses(kV4, {"10.0.0.1"});
  Start(DnsFamilies::kAuto);
  EXPECT_THAT(Addresses(), ElementsAre("2001:db8::1"));
  EXPECT_EQ(resolver_.TakeAsked().size(), 1u);
  SayWithout(kV6, DnsOutcome::kNoAddress);
  for (uint32_t i = 0; i < DnsWatch::kNegativesMax; ++i) Again();
  EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
}

TEST_F(DnsWatchTest, V4PreferredAsksForIpv6OnlyWhereThereIsNoIpv4) {
  SayWithout(kV4, DnsOutcome::kNoAddress);
  SayAddresses(kV6, {"2001:db8::1"});
  Start(DnsFamilies::kV4Preferred);
  EXPECT_THAT(Addresses(), ElementsAre("2001:db8::1"));
  SayAddresses(kV4, {"10.0.0.1"});
  Again();
  EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
}

TEST_F(DnsWatchTest, AFamilyThatFailsAtFirstIsNoReasonToHaveNothing) {
  SayWithout(kV6, DnsOutcome::kTimedOut);
  SayAddresses(kV4, {"10.0.0.1"});
  Start(DnsFamilies::kAuto);
  EXPECT_TRUE(resolutions_.at(0).is_success);
  EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
}

TEST_F(DnsWatchTest, P28_APartialAnswerTakesNoAddressOfTheOtherFamilyAway) {
  SayAddresses(kV4, {"10.0.0.1"});
  SayAddresses(kV6, {"2001:db8::1"});
  Start(DnsFamilies::kAll);
  EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1", "2001:db8::1"));
  SayWithout(kV4, DnsOutcome::kTimedOut);
  SayWithout(kV6, DnsOutcome::kNoAddress);
  for (uint32_t i = 0; i < DnsWatch::kNegativesMax; ++i) Again();
  EXPECT_FALSE(resolutions_.back().is_success);
  EXPECT_TRUE(resolutions_.back().is_stale);
  EXPECT_THAT(Addresses(), ElementsAre("10.0.0.1"));
}

TEST_F(DnsWatchTest, AHurriedTryComesSoonButNotAtOnce) {
  SayAddresses(kV4, {"10.0.0.1"});
  Start(DnsFamilies::kV4Only);
  watch_->Hurry();
  EXPECT_TRUE(WaitsFor(DnsWatch::kHurriedWait));
  EXPECT_TRUE(WaitsFor(seconds(5)));
}

TEST_F(DnsWatchTest, AHurryMeansNothingWhileSomebodyIsAsked) {
  Start(DnsFamilies::kV4Only);
  watch_->Hurry();
  EXPECT_EQ(resolver_.open(), 1u);
  EXPECT_EQ(attempts_, 1);
}

TEST_F(DnsWatchTest, ItsEndTakesItsQuestionBack) {
  Start(DnsFamilies::kV4Only);
  watch_.reset();
  EXPECT_EQ(resolver_.open(), 0u);
  SayAddresses(kV4, {"10.0.0.1"});
  Turn();
  EXPECT_THAT(resolutions_, IsEmpty());
}

}  // namespace
}  // namespace outrigger
