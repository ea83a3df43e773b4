// The metrics of a cluster that control writes: its endpoints, their subsets and their subscription
// (surface.md 2.3). A family of its own beside kClusterFamily, so that a cluster without traffic
// costs these few words and no histograms.
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger {

enum ClusterUpdateStat : size_t {
  kMembershipTotal,
  kMembershipHealthy,
  kMembershipDegraded,
  kMembershipChange,
  kClusterUpdateAttempt,  // the EDS subscription
  kClusterUpdateSuccess,
  kClusterUpdateFailure,
  kClusterUpdateRejected,
  kClusterInitFetchTimeout,
  kClusterUpdateEmpty,
  kClusterUpdateTime,
  kClusterVersion,
  kLbSubsetsActive,
  kLbSubsetsCreated,
  kLbSubsetsRemoved,
  kLbSubsetsOverflow,    // there were more of them than a cluster may have
  kLbSubsetsDuplicates,  // endpoints whose subset takes another one
  kClusterUpdateStatCount,
};

extern const stats::Family kClusterUpdateFamily;

}  // namespace outrigger
