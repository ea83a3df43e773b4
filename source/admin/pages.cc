#include "admin/pages.h"

namespace outrigger::admin {

namespace {

constexpr std::string_view kClustersParameters[] = {
    "filter: Regular expression (Google re2) for filtering clusters by name",
    "format: File format to use; One of (text, json)"};
constexpr std::string_view kConfigDumpParameters[] = {
    "name_regex: Dump only resources whose names match the regular expression as a whole",
    "include_eds: Dump endpoints, too"};
constexpr std::string_view kListenersParameters[] = {
    "format: File format to use; One of (text, json)"};
constexpr std::string_view kStatsParameters[] = {
    "usedonly: Only include stats that are not zero",
    "filter: Regular expression (Google re2) for filtering stats",
    "invert_filter: Show what the filter would leave out",
    "format: Format to use; One of (text, json, prometheus)"};
constexpr std::string_view kPrometheusParameters[] = {
    "usedonly: Only include stats that are not zero",
    "filter: Regular expression (Google re2) for filtering stats",
    "invert_filter: Show what the filter would leave out"};

// By path.
constexpr Page kPages[] = {
    {.path = "/", .help = "Admin home page", .serve = ServeHome},
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
    {.path = "/help", .help = "print out list of admin commands", .serve = ServeHelp},
    {.path = "/listeners",
     .help = "print listener info",
     .parameters = kListenersParameters,
     .needs_ledger = true,
     .serve = ServeListeners},
    {.path = "/memory", .help = "print current allocation/heap usage", .serve = ServeMemory},
    {.path = "/quitquitquit",
     .help = "exit the server",
     .changes_something = true,
     .serve = ServeQuit},
    {.path = "/ready",
     .help = "print server state, return 200 if LIVE, otherwise return 503",
     .serve = ServeReady},
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
