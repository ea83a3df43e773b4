#include "admin/xds_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "admin/time_text.h"
#include "compiler/resource_waits.h"

namespace outrigger::admin {

namespace {

using compiler::ResourceType;
using xds::ResourceState;

bool HasState(const LedgerEntry& entry, std::string_view state) {
  if (state.empty()) return true;
  return state == "trouble" ? xds::IsTrouble(entry.state) : state == xds::NameOf(entry.state);
}

std::string_view SourceOf(const LedgerEntry& entry) {
  if (entry.is_static) return "bootstrap";
  return entry.file.empty() ? "control plane" : "file";
}

bool IsEffective(const LedgerEntry& entry) { return entry.effective_at != WallTime{}; }

std::string Versioned(std::string_view version) {
  return version.empty() ? std::string("it") : fmt::format("version {}", version);
}

// "serves since 2026-11-24T14:19:04Z", with the version that does.
std::string WhatServes(const LedgerEntry& entry) {
  constexpr std::string_view kForm = "{} serves since {}";
  if (IsEffective(entry)) {
    return fmt::format(kForm, Versioned(entry.version), TimestampInSeconds(entry.effective_at));
  }
  if (!entry.former.has_value()) return "nothing serves in its place";
  return fmt::format(kForm, Versioned(entry.former->version),
                     TimestampInSeconds(entry.former->effective_at));
}

std::string Ago(WallTime then, WallTime now) {
  return SecondsText(std::max(now - then, Duration::zero()));
}

// What is to be said of its state.
std::string Story(const LedgerEntry& entry, WallTime now) {
  std::string story;
  if (!entry.error.empty()) {
    story = fmt::format("{} was rejected {} ago: {}; ", Versioned(entry.rejected_version),
                        Ago(entry.rejected_at, now), entry.error);
  } else if (entry.absence.has_value()) {
    story = fmt::format("{}; ", entry.absence->why);
  } else if (entry.state == ResourceState::kRequested) {
    return fmt::format("asked for {} ago, and not sent yet", Ago(entry.first_seen, now));
  } else if (entry.state == ResourceState::kKept) {
    story = "the server has removed it, and it is still used; ";
  }
  if (!entry.waits_for.empty()) {
    story += fmt::format("{} waits for {} for {}; ", Versioned(entry.version), entry.waits_for,
                         Ago(entry.waits_since, now));
  }
  return story + WhatServes(entry);
}

void TimeField(std::string_view key, WallTime time, JsonBuilder& json) {
  if (time != WallTime{}) json.StringField(key, TimestampText(time));
}

void TextField(std::string_view key, std::string_view text, JsonBuilder& json) {
  if (!text.empty()) json.StringField(key, text);
}

}  // namespace

XdsRows::XdsRows(const ConfigLedger& ledger, const XdsFilter& filter) {
  Add(ResourceType::kListeners, ledger.listeners, filter);
  Add(ResourceType::kScopes, ledger.scopes, filter);
  Add(ResourceType::kRoutes, ledger.routes, filter);
  Add(ResourceType::kHosts, ledger.hosts, filter);
  Add(ResourceType::kClusters, ledger.clusters, filter);
  Add(ResourceType::kClusters, ledger.kept_clusters, filter);
  Add(ResourceType::kEndpoints, ledger.endpoints, filter);
  Add(ResourceType::kSecrets, ledger.secrets, filter);
  Add(ResourceType::kExtensions, ledger.extensions, filter);
  Add(ResourceType::kRuntimes, ledger.runtimes, filter);
}

void XdsRows::Add(ResourceType type, const std::vector<LedgerEntry>& entries,
                  const XdsFilter& filter) {
  const std::string_view name = compiler::NameOf(type);
  const std::string_view plural = compiler::PluralOf(type);
  if (!filter.type.empty() && filter.type != name && filter.type != plural) return;
  if (counts_.empty() || counts_.back().type != plural) counts_.push_back({plural});
  for (const LedgerEntry& entry : entries) {
    if (entry.name.find(filter.name) == std::string::npos) continue;
    ++total_;
    ++counts_.back().by_state[static_cast<size_t>(entry.state)];
    if (xds::IsTrouble(entry.state)) ++in_trouble_;
    if (!HasState(entry, filter.state)) continue;
    if (rows_.size() < kRowsMax) {
      rows_.push_back({name, &entry});
    } else {
      ++left_out_;
    }
  }
}

std::string RowText(const XdsRow& row, WallTime now) {
  const LedgerEntry& entry = *row.entry;
  std::string from;
  if (!entry.file.empty()) from = fmt::format(" (file {})", entry.file);
  if (entry.is_static) from = " (bootstrap)";
  return fmt::format("{} {}{}: {}: {}\n", row.type, entry.name, from, xds::NameOf(entry.state),
                     Story(entry, now));
}

void WriteRow(const XdsRow& row, JsonBuilder& json) {
  const LedgerEntry& entry = *row.entry;
  const bool is_former = !IsEffective(entry) && entry.former.has_value();
  json.BeginObject();
  json.StringField("type", row.type);
  json.StringField("name", entry.name);
  json.StringField("state", xds::NameOf(entry.state));
  json.StringField("source", SourceOf(entry));
  TextField("file", entry.file, json);
  if (IsEffective(entry) || is_former) {
    TextField("running_version", is_former ? entry.former->version : entry.version, json);
    TimeField("effective_since", is_former ? entry.former->effective_at : entry.effective_at, json);
  }
  TextField("seen_version", entry.error.empty() ? entry.version : entry.rejected_version, json);
  TimeField("first_seen", entry.first_seen, json);
  TimeField("accepted_at", entry.updated_at, json);
  if (!entry.error.empty()) {
    json.StringField("error", entry.error);
    TimeField("rejected_at", entry.rejected_at, json);
  }
  if (entry.absence.has_value()) json.StringField("absence", entry.absence->why);
  if (!entry.waits_for.empty()) {
    json.StringField("waits_for", entry.waits_for);
    TimeField("waits_since", entry.waits_since, json);
  }
  json.EndObject();
}

}  // namespace outrigger::admin
