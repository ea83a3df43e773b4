// The exchanges of one worker: running ones, and finished ones kept for the next request so that
// steady traffic allocates nothing.
//
// After a swap it narrows the configuration pins of running exchanges, a bounded number each turn.
//
// Owned by the worker. Thread: worker.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/intrusive_list.h"
#include "event/event_loop.h"

namespace outrigger {

class Exchange;
struct WorkerContext;

class ExchangeList final : public EventLoop::TurnEndHandler {
 public:
  static constexpr size_t kSpareMax = 1024;
  static constexpr size_t kNarrowedPerTurn = 256;

  explicit ExchangeList(EventLoop& loop);
  ~ExchangeList() override;

  // A spare or new one, already in the list of running ones.
  Exchange& Start(WorkerContext& context);
  // The exchange is over: becomes a spare at the end of the turn.
  void Finish(Exchange& exchange);

  // A newer snapshot has become current.
  void OnSwap();
  size_t running() const { return running_count_; }

  void OnTurnEnd() override;

 private:
  EventLoop& loop_;
  IntrusiveList<Exchange> running_;
  IntrusiveList<Exchange> finished_;
  std::vector<std::unique_ptr<Exchange>> spare_;
  Exchange* narrow_next_ = nullptr;
  size_t running_count_ = 0;
  bool is_narrowing_ = false;
};

}  // namespace outrigger
