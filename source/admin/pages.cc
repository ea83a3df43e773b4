#include "admin/pages.h"

namespace outrigger::admin {

namespace {

constexpr std::string_view kClustersParameters[] = {
    "filter: Regular expression (Google re2) for filtering clusters by name",
    "format: File format to use; One of (text, json)"};
constexpr std::string_view kConfigDumpParameters[] = {
    "name_regex: Dump only resources whose names match the regular expression as a whole",
    "include_eds: Dump endpoints, too"};
constexpr std::string_view kDrainParameters[] = {
    "inboundonly: Only listeners whose traffic_direction is INBOUND",
    "graceful: Send clients away first, for as long as --drain-time-s says",
    "skip_exit: Send clients away, and take further ones all the same"};
constexpr std::string_view kInitDumpParameters[] = {"mask: The component to dump: listener"};
constexpr std::string_view kListenersParameters[] = {
    "format: File format to use; One of (text, json)"};
constexpr std::string_view kLoggingParameters[] = {
    "level: The level of every logger; One of (trace, debug, info, warning, error, critical, off)",
    "paths: <logger>:<level>,<logger>:<level>",
    "<logger>: The level of one logger; the most talkative one decides what is logged"};
constexpr std::string_view kStatsParameters[] = {
    "usedonly: Only include stats that are not zero",
    "filter: Regular expression (Google re2) for filtering stats",
    "invert_filter: Show what the filter would leave out",
    "format: Format to use; One of (text, json, prometheus)",
    "type: Stat types to include; One of (All, Counters, Histograms, Gauges, TextReadouts)",
    "histogram_buckets: Form of histograms; One of (cumulative, disjoint, detailed, summary)"};
constexpr std::string_view kPrometheusParameters[] = {
    "usedonly: Only include stats that are not zero",
    "filter: Regular expression (Google re2) for filtering stats",
    "invert_filter: Show what the filter would leave out",
    "text_readouts: Texts, too, as gauges that are 0",
    "histogram_buckets: Form of histograms; One of (cumulative, summary)"};

constexpr std::string_view kUpdatesParameters[] = {"format: Format to use; One of (text, json)"};
constexpr std::string_view kXdsParameters[] = {
    "format: Format to use; One of (text, json)",
    "type: Only these; One of (listeners, routes, clusters, endpoints, secrets, extensions)",
    "name: Only resources whose names have this in them",
    "state: Only those in this state; One of (requested, warming, waiting, serving, rejected, "
    "absent, timed_out, failed, kept), or trouble: whatever does not serve its newest version"};

constexpr std::string_view kNoProfile = "profiles are taken from outside of the process";

// By path.
constexpr Page kPages[] = {
    {.path = "/", .help = "Admin home page", .serve = ServeHome},
    {.path = "/allocprofiler",
     .help = kNoProfile,
     .changes_something = true,
     .serve = ServeNoProfile},
    {.path = "/certs", .help = "print certificates", .needs_ledger = true, .serve = ServeCerts},
    {.path = "/clusters",
     .help = "upstream cluster status",
     .parameters = kClustersParameters,
     .needs_ledger = true,
     .serve = ServeClusters},
    {.path = "/config_dump",
     .help = "dump current configuration",
     .parameters = kConfigDumpParameters,
     .needs_ledger = true,
     .serve = ServeConfigDump},
    {.path = "/contention", .help = "waits for mutexes are not traced", .serve = ServeContention},
    {.path = "/cpuprofiler",
     .help = kNoProfile,
     .changes_something = true,
     .serve = ServeNoProfile},
    {.path = "/drain_listeners",
     .help = "take no more clients",
     .parameters = kDrainParameters,
     .changes_something = true,
     .serve = ServeDrainListeners},
    {.path = "/healthcheck/fail",
     .help = "fail health checks: /ready answers 503, clients are sent away",
     .changes_something = true,
     .serve = ServeHealthcheckFail},
    {.path = "/healthcheck/ok",
     .help = "pass health checks again",
     .changes_something = true,
     .serve = ServeHealthcheckOk},
    {.path = "/heap_dump", .help = kNoProfile, .serve = ServeNoProfile},
    {.path = "/heapprofiler",
     .help = kNoProfile,
     .changes_something = true,
     .serve = ServeNoProfile},
    {.path = "/help", .help = "print out list of admin commands", .serve = ServeHelp},
    {.path = "/hot_restart_version",
     .help = "print that there is no hot restart",
     .serve = ServeHotRestartVersion},
    {.path = "/init_dump",
     .help = "print what listeners wait for that are not served yet",
     .parameters = kInitDumpParameters,
     .needs_ledger = true,
     .serve = ServeInitDump},
    {.path = "/listeners",
     .help = "print listener info",
     .parameters = kListenersParameters,
     .needs_ledger = true,
     .serve = ServeListeners},
    {.path = "/logging",
     .help = "print and change levels of loggers",
     .parameters = kLoggingParameters,
     .changes_something = true,
     .serve = ServeLogging},
    {.path = "/memory", .help = "print current allocation/heap usage", .serve = ServeMemory},
    {.path = "/peak_heap_dump", .help = kNoProfile, .serve = ServeNoProfile},
    {.path = "/quitquitquit",
     .help = "exit the server",
     .changes_something = true,
     .serve = ServeQuit},
    {.path = "/ready",
     .help = "print server state, return 200 if LIVE, otherwise return 503",
     .serve = ServeReady},
    {.path = "/reset_counters",
     .help = "reset all counters to zero",
     .changes_something = true,
     .serve = ServeResetCounters},
    {.path = "/runtime", .help = "print the runtime, layer by layer", .serve = ServeRuntime},
    {.path = "/runtime_modify",
     .help = "refused: the runtime comes from elsewhere",
     .changes_something = true,
     .serve = ServeRuntimeModify},
    {.path = "/server_info",
     .help = "print server version/status information",
     .serve = ServeServerInfo},
    {.path = "/stats",
     .help = "print server stats",
     .parameters = kStatsParameters,
     .serve = ServeStats},
    {.path = "/stats/prometheus",
     .help = "print server stats in prometheus format",
     .parameters = kPrometheusParameters,
     .serve = ServeStatsPrometheus},
    {.path = "/updates",
     .help = "print the last changes of the configuration, and what each of them moved",
     .parameters = kUpdatesParameters,
     .needs_ledger = true,
     .serve = ServeUpdates},
    {.path = "/xds",
     .help = "print what has become of every resource",
     .parameters = kXdsParameters,
     .needs_ledger = true,
     .serve = ServeXds},
};

}  // namespace

std::span<const Page> Pages() { return kPages; }

const Page* FindPage(std::string_view path) {
  for (const Page& page : kPages) {
    if (page.path == path) return &page;
  }
  return nullptr;
}

}  // namespace outrigger::admin
