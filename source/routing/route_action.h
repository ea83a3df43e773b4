// What a matched route says to do, as values.
//
// Cluster names are positions in RouteTable::cluster_names; the linker resolves them to ids, so a
// route table never changes when clusters come and go.
//
// Thread: any (const after compile). Source: envoy/config/route/v3/route_components.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/fraction.h"
#include "base/rare.h"
#include "http/http_filter.h"
#include "http/metadata.h"
#include "logging/body_format.h"
#include "routing/regex_rewrite.h"
#include "routing/upgrade_rules.h"

namespace outrigger::routing {

// Position in RouteTable::cluster_names.
using ClusterSlot = uint32_t;

struct HeaderOperations {
  enum class Append : uint8_t {
    kAppendIfExistsOrAdd,
    kAddIfAbsent,
    kOverwriteIfExistsOrAdd,
    kOverwriteIfExists
  };
  struct Addition {
    std::string name;  // lower case
    std::string value;
    Append append = Append::kAppendIfExistsOrAdd;
    bool keeps_empty_value = false;
    logging::TextFormat format;  // not empty: it gives the value
    bool operator==(const Addition&) const = default;
  };
  std::vector<Addition> add;
  std::vector<std::string> remove;  // lower case
  bool empty() const { return add.empty() && remove.empty(); }
  bool has_formats() const {
    return std::any_of(add.begin(), add.end(),
                       [](const Addition& addition) { return !addition.format.is_empty(); });
  }
  bool operator==(const HeaderOperations&) const = default;
};

struct WeightedCluster {
  ClusterSlot cluster = 0;
  Rare<std::string> cluster_header;  // lower case; not empty: this field of the request names it
                                     // instead
  uint32_t weight = 0;
  Rare<std::string> host_rewrite;  // empty: none
  http::RouteFilters filters;
  Rare<HeaderOperations> request_headers;
  Rare<HeaderOperations> response_headers;
  // Labels that its endpoints must have, a struct; null: any do.
  std::shared_ptr<const http::MetadataValue> endpoint_criteria;
  bool operator==(const WeightedCluster&) const = default;
};

// Replaces the part of the path that the route matched.
struct PrefixRewrite {
  std::string replacement;
  bool operator==(const PrefixRewrite&) const = default;
};
using PathRewrite = std::variant<std::monostate, PrefixRewrite, RegexRewrite>;

// Where the authority comes from that goes upstream.
struct HostRewrite {
  enum class Kind : uint8_t { kNone, kLiteral, kHeader, kPathRegex, kEndpoint };
  Kind kind = Kind::kNone;
  std::string text;    // kLiteral: the authority; kHeader: the name, in lower case
  RegexRewrite regex;  // kPathRegex: on the path without its query
  bool appends_forwarded_host = false;
  bool operator==(const HostRewrite&) const = default;
};

// max_stream_duration: from the beginning of the request to the end of the response. Zero is no
// limit.
struct StreamDuration {
  std::optional<Duration> most;
  std::optional<Duration> grpc_max;  // grpc-timeout counts instead, up to this
  Duration grpc_offset{};            // which is then shorter by this
  bool operator==(const StreamDuration&) const = default;
};

// Another cluster that gets a copy of a share of the requests; nobody waits for its answers.
struct MirrorPolicy {
  ClusterSlot cluster = 0;
  Rare<std::string> cluster_header;  // as that of a WeightedCluster
  Fraction share = {1, 1};
  std::string host;        // of the copies; empty: the request's
  bool marks_host = true;  // which has "-shadow" behind its name then
  bool operator==(const MirrorPolicy&) const = default;
};
using MirrorPolicies = std::vector<MirrorPolicy>;

struct ForwardAction {
  // One element: a plain `cluster`. Requires: not empty, total_weight > 0.
  std::vector<WeightedCluster> clusters;
  uint64_t total_weight = 1;
  Duration timeout = std::chrono::seconds(15);  // zero = none
  std::optional<Duration> idle_timeout;
  std::optional<Duration> flush_timeout;  // for the client to take the last of an answer
  Rare<std::optional<StreamDuration>> stream_duration;  // there: `timeout` does not count
  std::optional<Duration> grpc_timeout_max;             // grpc-timeout counts instead of `timeout`
  Duration grpc_timeout_offset{};
  uint16_t cluster_not_found_status = 503;
  Rare<std::string> choice_header;  // its number chooses among `clusters`; empty: chance does
  Rare<PathRewrite> path_rewrite;
  Rare<HostRewrite> host_rewrite;
  Rare<UpgradeRules> upgrades;
  MirrorPolicies mirrors;  // of the most specific level that has any
  bool operator==(const ForwardAction&) const = default;
};

struct DirectResponse {
  uint16_t status = 200;
  std::string body;
  std::optional<logging::BodyFormat> format;  // how it is sent; none: as it is
  bool operator==(const DirectResponse&) const = default;
};

struct Redirect {
  uint16_t status = 301;
  // Empty ones are the request's.
  Rare<std::string> scheme;  // also https_redirect
  Rare<std::string> host;
  std::optional<uint16_t> port;
  Rare<std::string> path;  // whole path (query kept unless it has its own)
  Rare<PathRewrite> path_rewrite;
  bool strips_query = false;
  bool operator==(const Redirect&) const = default;
};

using RouteAction = std::variant<ForwardAction, DirectResponse, Redirect>;

}  // namespace outrigger::routing
