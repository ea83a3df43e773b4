// What everything on the downstream side of one worker shares. Outlives all of it.
//
// Thread: worker.
#pragma once

#include "base/random.h"
#include "downstream/exchange_list.h"
#include "http/date.h"
#include "net/connection.h"
#include "snapshot/snapshot_slot.h"
#include "stats/scope.h"
#include "upstream/pools.h"

namespace outrigger {

struct WorkerContext {
  NetContext& net;
  SnapshotSlot& slot;
  Pools& pools;
  Random& random;
  stats::WriterIndex writer;
  ExchangeList& exchanges;
  http::DateCache& date;
  // The process is going away: every response ends its connection.
  bool is_draining = false;
};

}  // namespace outrigger
