#include "downstream/exchange_list.h"

#include "downstream/exchange.h"

namespace outrigger {

ExchangeList::ExchangeList(EventLoop& loop) : loop_(loop) { spare_.reserve(kSpareMax); }

ExchangeList::~ExchangeList() {
  while (Exchange* exchange = finished_.Front()) delete exchange;
}

Exchange& ExchangeList::Start(WorkerContext& context) {
  std::unique_ptr<Exchange> exchange;
  if (spare_.empty()) {
    exchange = std::make_unique<Exchange>(context);
  } else {
    exchange = std::move(spare_.back());
    spare_.pop_back();
  }
  ++running_count_;
  running_.PushBack(*exchange);
  return *exchange.release();  // the list owns it now; Finish takes it back
}

void ExchangeList::Finish(Exchange& exchange) {
  if (narrow_next_ == &exchange) narrow_next_ = running_.Next(exchange);
  --running_count_;
  finished_.PushBack(exchange);
  loop_.AtTurnEnd(*this);
}

void ExchangeList::OnSwap() {
  // From the front again: those already narrowed to an older version cost one look each.
  narrow_next_ = running_.Front();
  is_narrowing_ = narrow_next_ != nullptr;
  if (is_narrowing_) loop_.AtTurnEnd(*this);
}

void ExchangeList::OnTurnEnd() {
  while (Exchange* done = finished_.Front()) {
    IntrusiveList<Exchange>::Remove(*done);
    done->Reset();
    std::unique_ptr<Exchange> owned(done);
    if (spare_.size() < kSpareMax) spare_.push_back(std::move(owned));
  }
  for (size_t i = 0; i < kNarrowedPerTurn && narrow_next_ != nullptr; ++i) {
    narrow_next_->NarrowPin();
    narrow_next_ = running_.Next(*narrow_next_);
  }
  is_narrowing_ = narrow_next_ != nullptr;
  if (is_narrowing_) loop_.AtTurnEnd(*this);
}

}  // namespace outrigger
