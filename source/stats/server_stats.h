// The metrics of the process and of its subscriptions (surface.md 2.3).
//
// A subscription's `version` is the xxHash64 of its version, `version_text` the version itself,
// `update_time` the milliseconds since 1970 of its last accepted update. `connections_open` counts
// those to services, too, as `connections_max` does (net/connection_limit).
//
// Thread: any (constants).
#pragma once

#include <string>
#include <string_view>

#include "stats/family.h"

namespace outrigger::stats {

enum ServerStat : size_t {
  kServerLive,
  kServerState,
  kServerUptime,
  kServerConcurrency,
  kServerTotalConnections,
  kServerConnectionsOpen,
  kServerConnectionsMax,
  kServerMemoryAllocated,
  kServerMemoryHeapSize,
  kServerMemoryPhysicalSize,
  kServerVersion,
  kServerDaysUntilFirstCertExpiring,  // UINT32_MAX: there is no certificate
  kServerInitializationTimeMs,
  kServerStatsScopeOverflow,
  kServerRunningOnSavedConfig,
  kServerSavedConfigAgeSeconds,  // of the one it runs on; else 0
  kServerSavedConfigLeftOut,     // resources that the last one saved does not hold
  kServerSavedConfigWritten,
  kServerSavedConfigFailed,   // to be written
  kServerSavedConfigRefused,  // at the start: damaged, of another node, of a later version
  kServerStatCount,
};
extern const Family kServerFamily;

// STYLE: Envoy's prefix, cluster_manager.
enum ClusterManagerStat : size_t {
  kActiveClusters,
  kWarmingClusters,
  kClusterAdded,
  kClusterModified,
  kClusterRemoved,
  kCdsUpdateAttempt,
  kCdsUpdateSuccess,
  kCdsUpdateFailure,
  kCdsUpdateRejected,
  kCdsInitFetchTimeout,
  kCdsUpdateTime,
  kCdsVersion,
  kCdsVersionText,
  kCdsConfigReload,
  kOnDemandClusters,  // asked for by name, because requests needed them
  kOnDemandRefused,   // there were too many of those
  kOnDemandIdle,      // nobody used them any more
  kClusterManagerStatCount,
};
extern const Family kClusterManagerFamily;

// STYLE: Envoy's prefix, listener_manager.
enum ListenerManagerStat : size_t {
  kTotalListenersActive,
  kTotalListenersWarming,
  kTotalListenersDraining,
  kListenerAdded,
  kListenerModified,
  kListenerRemoved,
  kListenerStopped,
  kListenerCreateSuccess,
  kListenerCreateFailure,
  kWorkersStarted,
  kLdsUpdateAttempt,
  kLdsUpdateSuccess,
  kLdsUpdateFailure,
  kLdsUpdateRejected,
  kLdsInitFetchTimeout,
  kLdsUpdateTime,
  kLdsVersion,
  kLdsVersionText,
  kOnDemandHosts,         // virtual hosts asked for by name, because requests needed them
  kOnDemandHostsRefused,  // there were too many of those
  kListenerManagerStatCount,
};
extern const Family kListenerManagerFamily;

// Of the thread, or all threads, that the scope names.
enum WatchdogStat : size_t { kWatchdogMiss, kWatchdogMegaMiss, kWatchdogStatCount };

enum ControlPlaneStat : size_t {
  kControlPlaneConnectedState,
  kControlPlaneIdentifier,  // text
  kControlPlanePendingRequests,
  kControlPlaneRateLimitEnforced,
  kControlPlaneSecondsSinceLastMessage,
  kControlPlaneStatCount,
};
extern const Family kControlPlaneFamily;

// Scope name: RdsScopeName.
enum RdsStat : size_t {
  kRdsUpdateAttempt,
  kRdsUpdateSuccess,
  kRdsUpdateFailure,
  kRdsUpdateRejected,
  kRdsInitFetchTimeout,
  kRdsUpdateEmpty,
  kRdsUpdateTime,
  kRdsConfigReload,
  kRdsVersion,
  kRdsVersionText,
  kRdsStatCount,
};
// Of scopes of routes. Scope name: SrdsScopeName.
enum SrdsStat : size_t {
  kSrdsUpdateAttempt,
  kSrdsUpdateSuccess,
  kSrdsUpdateFailure,
  kSrdsUpdateRejected,
  kSrdsInitFetchTimeout,
  kSrdsUpdateEmpty,
  kSrdsUpdateTime,
  kSrdsConfigReload,
  kSrdsVersion,
  kSrdsVersionText,
  kSrdsStatCount,
};
// Scopes: "<secret>".
enum SdsStat : size_t {
  kSdsUpdateAttempt,
  kSdsUpdateSuccess,
  kSdsUpdateFailure,
  kSdsUpdateRejected,
  kSdsInitFetchTimeout,
  kSdsUpdateTime,
  kSdsConfigReload,
  kSdsVersion,
  kSdsVersionText,
  kSdsStatCount,
};
extern const Family kSdsFamily;
// Scopes: "<filter>".
enum EcdsStat : size_t {
  kEcdsUpdateAttempt,
  kEcdsUpdateSuccess,
  kEcdsUpdateFailure,
  kEcdsUpdateRejected,
  kEcdsInitFetchTimeout,
  kEcdsUpdateTime,
  kEcdsConfigReload,
  kEcdsConfigFail,
  kEcdsConfigConflict,  // what is there is not of a type that a new listener takes
  kEcdsVersion,
  kEcdsVersionText,
  kEcdsStatCount,
};
extern const Family kHttpEcdsFamily;
extern const Family kNetworkEcdsFamily;
extern const Family kListenerEcdsFamily;
// Of the runtime, as it is and as its layers are loaded; and of the subscriptions of those that a
// control plane sends.
enum RuntimeStat : size_t {
  kRuntimeLoadSuccess,
  kRuntimeKeys,
  kRuntimeLayers,
  kRuntimeStatCount = 8,
};
enum RtdsStat : size_t {
  kRtdsUpdateAttempt,
  kRtdsUpdateSuccess,
  kRtdsUpdateFailure,
  kRtdsUpdateRejected,
  kRtdsInitFetchTimeout,
  kRtdsUpdateTime,
  kRtdsVersion,
  kRtdsVersionText,
  kRtdsStatCount,
};
extern const Family kRuntimeFamily;
extern const Family kRtdsFamily;
// How many resources are in which state, in the order of xds::ResourceState from its second one on.
// Scopes: "clusters", "endpoints", "listeners", "scoped_routes", "routes", "virtual_hosts",
// "secrets", "extensions", "runtimes".
inline constexpr size_t kXdsStatCount = 9;
extern const Family kXdsFamily;
extern const Family kMainThreadFamily;
extern const Family kServerMainThreadFamily;
extern const Family kWorkersFamily;
extern const Family kServerWorkerFamily;  // scopes: "worker_<n>"
extern const Family kRdsFamily;
extern const Family kSrdsFamily;
extern const Family kVhdsFamily;  // RdsStat, of the virtual hosts of a route table

// "<HCM stat prefix>.rds.<route table>".
std::string RdsScopeName(std::string_view stat_prefix, std::string_view route_table);
// "<HCM stat prefix>.scoped_rds.<its name for its scopes>".
std::string SrdsScopeName(std::string_view stat_prefix, std::string_view scoped_routes);
// "<HCM stat prefix>.vhds.<route table>".
std::string VhdsScopeName(std::string_view stat_prefix, std::string_view route_table);

}  // namespace outrigger::stats
