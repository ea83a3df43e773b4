// Make-before-break changes whose steps come in any order, by both protocols: traffic has nothing
// of it that the right order would have spared it (P9, P10, P13).
#include <algorithm>
#include <array>
#include <random>

#include "test/integration/push_order_fixture.h"
#include "test/support/seed.h"

namespace outrigger::test {
namespace {

TEST_P(XdsPushOrderTest, P9_P10_P13_AChangeInAnyOrderOfItsStepsFailsNoRequest) {
  Service service(*this, "s");
  Start({&service});
  std::array<Step, kSteps> order = kRightOrder;
  do {
    SCOPED_TRACE(Describe(order));
    service.Prepare(other_backend(service));
    for (const Step step : order) {
      service.Take(step);
      WatchTraffic();
    }
    service.WaitUntilChanged();
    ASSERT_FALSE(HasFailure());
  } while (std::next_permutation(order.begin(), order.end()));
  ExpectNoConnectionLost();
}

TEST_P(XdsPushOrderTest, P13_ChangesInterleavedAtRandomWithBadResourcesFailNoRequest) {
  std::mt19937_64 random(SeedOfTheRun());
  Service one(*this, "one");
  Service two(*this, "two");
  Service three(*this, "three");
  const std::array<Service*, 3> services = {&one, &two, &three};
  Start({services.begin(), services.end()});
  std::array<std::vector<Step>, 3> left;
  for (int turn = 0; turn < 200; ++turn) {
    const size_t which = random() % services.size();
    Service& service = *services[which];
    if (left[which].empty()) {
      service.WaitUntilChanged();
      service.Prepare(other_backend(service));
      left[which].assign(kRightOrder.begin(), kRightOrder.end());
      std::shuffle(left[which].begin(), left[which].end(), random);
    }
    if (random() % 3 == 0) service.TakeBad(left[which].back());
    service.Take(left[which].back());
    left[which].pop_back();
    WatchTraffic();
    ASSERT_FALSE(HasFailure()) << "turn " << turn;
  }
  ExpectNoConnectionLost();
}

TEST_P(XdsPushOrderTest, P13_ANewListenerServesFromItsFirstConnectionOnWhateverCameFirst) {
  Service service(*this, "s");
  Start({&service});
  std::array<int, 4> order = {0, 1, 2, 3};
  int number = 0;
  do {
    const std::string name = "new-" + std::to_string(++number);
    const std::array<std::function<void()>, 4> steps = {
        [&] { SetEdsCluster(ads_, name); },
        [&] { SetEndpoints(ads_, name, "1", {backend_b_.port()}); },
        [&] { SetRoute(ads_, name, "1", name); },
        [&] { SetListener(ads_, name, "1", name); },
    };
    for (const int step : order) {
      steps[static_cast<size_t>(step)]();
      Settle();
      ExpectSilenceOrAnswers(name);
    }
    port_ = proxy_->WaitForListener(name);
    ASSERT_NE(port_, 0) << name;
    EXPECT_EQ(Body(), "b");
    for (const std::string& type : {kListener, kRoutes, kCluster, kEndpoints}) {
      ads_.Remove(type, name);
    }
    ASSERT_FALSE(HasFailure()) << name;
  } while (std::next_permutation(order.begin(), order.end()));
}

INSTANTIATE_TEST_SUITE_P(Protocols, XdsPushOrderTest, testing::Values("DELTA_GRPC", "GRPC"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace outrigger::test
