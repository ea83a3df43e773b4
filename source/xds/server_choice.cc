#include "xds/server_choice.h"

namespace outrigger::xds {

void ServerChoice::OnAnswer() {
  if (current_ == ServerRole::kPrimary) OnPrimaryAnswer();
}

void ServerChoice::OnPrimaryAnswer() {
  current_ = ServerRole::kPrimary;
  knows_primary_ = true;
  failures_ = 0;
}

// After an answer, an end is routine: the next stream goes to the same server (X41).
void ServerChoice::OnStreamEnd(bool has_answered) {
  if (!has_failover_ || has_answered) return;
  if (current_ == ServerRole::kFailover) {
    current_ = ServerRole::kPrimary;
    return;
  }
  const uint32_t tries = knows_primary_ ? kTriesOfKnown : kTriesOfUnknown;
  if (failures_ < tries) ++failures_;
  if (failures_ == tries) current_ = ServerRole::kFailover;
}

}  // namespace outrigger::xds
