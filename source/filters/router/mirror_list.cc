#include "filters/router/mirror_list.h"

#include <memory>

#include "cluster/cluster_stats.h"

namespace outrigger {

MirrorList::~MirrorList() {
  GiveUpAll();
  OnTurnEnd();
}

Mirror* MirrorList::Make(const Cluster& cluster) {
  if (running_count_ >= kRunningMax) {
    cluster.stats->ForWriter(writer_).Add(kUpstreamRqPendingOverflow);
    return nullptr;
  }
  auto mirror = std::make_unique<Mirror>(*this);
  ++running_count_;
  running_.PushBack(*mirror);
  return mirror.release();  // the list owns it now; Finish takes it back
}

// In an event of its attempt, mostly: it goes at the end of the turn.
void MirrorList::Finish(Mirror& mirror) {
  --running_count_;
  finished_.PushBack(mirror);
  net_.loop.AtTurnEnd(*this);
}

void MirrorList::GiveUpAll() {
  while (Mirror* mirror = running_.Front()) mirror->GiveUp();
}

void MirrorList::OnTurnEnd() {
  while (Mirror* done = finished_.Front()) delete done;
}

}  // namespace outrigger
