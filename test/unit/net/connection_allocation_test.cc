// A warm connection serves requests without touching the heap (T13).
#include <gtest/gtest.h>

#include <string>

#include "base/arena.h"
#include "net/connection.h"
#include "test/support/allocation_count.h"
#include "test/support/loopback.h"

namespace outrigger {
namespace {

// Answers every request from an arena of its own, with a timer armed meanwhile.
class EchoFilter final : public NetworkFilter {
 public:
  explicit EchoFilter(LoopWorld& world) : world_(world), timeout_(world.loop, [] {}) {}
  void Take(std::unique_ptr<Connection> connection) {
    connection_ = std::move(connection);
    connection_->SetIdleTimeout(std::chrono::seconds(60));
    connection_->Start(*this);
  }
  size_t OnBytes(std::string_view bytes) override {
    ++offers;
    if (bytes.size() < 8) return 0;
    timeout_.Arm(std::chrono::seconds(15));
    Arena arena(world_.slabs);
    connection_->Write(arena.Copy(bytes));
    timeout_.Disarm();
    ++requests;
    return bytes.size();
  }
  void OnEof() override {}
  void OnClosed(CloseReason, int) override { world_.loop.DeferDelete(std::move(connection_)); }

  int offers = 0;
  int requests = 0;

 private:
  LoopWorld& world_;
  Timer timeout_;
  std::unique_ptr<Connection> connection_;
};

void RunRequests(LoopWorld& world, TcpPair& pair, EchoFilter& filter, int count) {
  char answer[64];
  for (int i = 0; i < count; ++i) {
    // In two pieces, so that the connection has to keep the first.
    const int offers = filter.offers;
    pair.far.Send("requ");
    ASSERT_TRUE(world.RunUntil([&] { return filter.offers > offers; }));
    const int requests = filter.requests;
    pair.far.Send("est!");
    ASSERT_TRUE(world.RunUntil([&] { return filter.requests > requests; }));
    world.clock.Advance(std::chrono::milliseconds(20));
    while (recv(pair.far.fd(), answer, sizeof answer, 0) > 0) {
    }
  }
}

TEST(ConnectionAllocationTest, ServesWarmRequestsWithoutTheHeap) {
  LoopWorld world;
  TcpPair pair;
  EchoFilter filter(world);
  filter.Take(Connection::FromAccepted(world.net, pair.near, Address()));
  RunRequests(world, pair, filter, 10);
  const uint64_t before = test::AllocationCount();
  RunRequests(world, pair, filter, 5000);
  EXPECT_EQ(test::AllocationCount() - before, 0u);
}

}  // namespace
}  // namespace outrigger
