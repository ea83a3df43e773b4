#include "compiler/resource_ledger.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "base/resource_source.h"
#include "compiler/resource_waits.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

namespace {

using xds::ResourceState;

ResourceState StateOf(const xds::Absence& absence, bool is_accepted) {
  switch (absence.kind) {
    case xds::Absence::Kind::kDoesNotExist:
      return is_accepted ? ResourceState::kKept : ResourceState::kAbsent;
    case xds::Absence::Kind::kTimedOut:
      return ResourceState::kTimedOut;
    case xds::Absence::Kind::kError:
      return ResourceState::kFailed;
  }
  return ResourceState::kAbsent;
}

std::string Versioned(std::string_view version) {
  return version.empty() ? std::string("it") : fmt::format("version {}", version);
}

// What goes on instead of the newest.
std::string WhatServes(const xds::ResourceRecord& record) {
  if (record.is_effective()) return fmt::format("{} serves", Versioned(record.version));
  if (record.former == nullptr) return "nothing serves in its place";
  return fmt::format("{} serves meanwhile", Versioned(record.former->version));
}

// People are told of what somebody should look at, and of its end; of the rest, who asks for it.
LogLevel LevelOf(ResourceType type, ResourceState before, ResourceState now) {
  switch (now) {
    case ResourceState::kRejected:
    case ResourceState::kAbsent:
    case ResourceState::kTimedOut:
    case ResourceState::kFailed:
      return LogLevel::kWarning;
    case ResourceState::kWarming:
      return type == ResourceType::kListeners ? LogLevel::kInfo : LogLevel::kDebug;
    case ResourceState::kKept:
      return LogLevel::kInfo;
    case ResourceState::kServing:
      if (before == ResourceState::kWarming) return LevelOf(type, before, before);
      return before == ResourceState::kNew || before == ResourceState::kRequested ||
                     before == ResourceState::kWaiting
                 ? LogLevel::kDebug
                 : LogLevel::kInfo;
    case ResourceState::kNew:
    case ResourceState::kRequested:
    case ResourceState::kWaiting:
      return LogLevel::kDebug;
  }
  return LogLevel::kDebug;
}

// These go when the server removes them, unless the operator would rather keep them (X48).
bool IsDeletionIgnored(ResourceType type, const xds::ResourceRecord& record) {
  return record.state == ResourceState::kKept && record.absence != nullptr &&
         (type == ResourceType::kClusters || type == ResourceType::kListeners);
}

}  // namespace

ResourceLedger::ResourceLedger(Resources& resources, const Linker& linker, stats::Registry& stats)
    : resources_(resources), linker_(linker) {
  for (const ResourceType type : kResourceTypes) {
    scopes_[static_cast<size_t>(type)] = stats.Find(stats::kXdsFamily, PluralOf(type));
  }
}

template <typename OnStore>
void ResourceLedger::ForStore(ResourceType type, OnStore on_store) {
  switch (type) {
    case ResourceType::kClusters:
      return on_store(resources_.clusters);
    case ResourceType::kEndpoints:
      return on_store(resources_.endpoints);
    case ResourceType::kListeners:
      return on_store(resources_.listeners);
    case ResourceType::kScopes:
      return on_store(resources_.scopes);
    case ResourceType::kRoutes:
      return on_store(resources_.routes);
    case ResourceType::kHosts:
      return on_store(resources_.hosts);
    case ResourceType::kSecrets:
      on_store(resources_.own_secrets);
      return on_store(resources_.secrets);
    case ResourceType::kExtensions:
      return on_store(resources_.extensions);
    case ResourceType::kRuntimes:
      return on_store(resources_.runtimes);
  }
}

void ResourceLedger::OnOutcome(ResourceType type, const Outcome& outcome) {
  if (!outcome.is_news) return;
  Touch(type, outcome.name);
  if (outcome.acceptance != Acceptance::kRejected) return;
  refused_anew_[static_cast<size_t>(type)].insert(outcome.name);
  if (!outcome.is_new) return;
  std::deque<std::string>& refused = refused_[static_cast<size_t>(type)];
  refused.push_back(outcome.name);
  if (refused.size() <= kRefusedMax) return;
  ForStore(type, [&](auto& store) {
    const auto* oldest = store.Find(refused.front());
    if (oldest == nullptr || oldest->value != nullptr) return;
    Forget(type, oldest->record);
    store.Erase(refused.front());
  });
  refused.pop_front();
}

void ResourceLedger::Touch(ResourceType type, std::string_view name) {
  touched_[static_cast<size_t>(type)].emplace(name);
}

void ResourceLedger::Forget(ResourceType type, const xds::ResourceRecord& record) {
  if (record.state != ResourceState::kNew) --CountsOf(type)[static_cast<size_t>(record.state)];
}

void ResourceLedger::KeepCluster(const std::string& name, xds::ResourceRecord record) {
  const auto before = kept_clusters_.find(name);
  if (before != kept_clusters_.end()) Forget(ResourceType::kClusters, before->second);
  kept_clusters_[name] = std::move(record);
}

void ResourceLedger::Settle(const Linker::Looked& looked, WallTime now) {
  lines_ = 0;
  for (const std::string& name : looked.clusters) Touch(ResourceType::kClusters, name);
  for (const std::string& name : looked.endpoints) Touch(ResourceType::kEndpoints, name);
  for (const std::string& name : looked.routes) Touch(ResourceType::kRoutes, name);
  for (const std::string& name : looked.listeners) Touch(ResourceType::kListeners, name);
  for (const std::string& name : looked.scopes) Touch(ResourceType::kScopes, name);
  for (const ResourceType type : kResourceTypes) {
    const size_t i = static_cast<size_t>(type);
    for (const std::string& name : std::exchange(touched_[i], {})) SettleOne(type, name, now);
    refused_anew_[i].clear();
  }
  SettleKept();
  if (lines_ > kLinesMax) {
    Log(LogLevel::kInfo, "{} further changes of states: see /xds", lines_ - kLinesMax);
  }
  Show();
}

void ResourceLedger::SettleOne(ResourceType type, const std::string& name, WallTime now) {
  ForStore(type, [&](auto& store) {
    auto* entry = store.Find(name);
    if (entry == nullptr) return;
    xds::ResourceRecord& record = entry->record;
    if (!record.is_effective() && Serves(type, name, entry->value.get())) {
      record.effective_at = now;
      record.former.reset();
    }
    Move(type, name, record, StateOf(type, record),
         refused_anew_[static_cast<size_t>(type)].contains(name));
  });
}

// One that is sent again, or that nobody uses any more, is not kept.
void ResourceLedger::SettleKept() {
  for (auto it = kept_clusters_.begin(); it != kept_clusters_.end();) {
    auto& [name, record] = *it;
    if (linker_.IsLeaving(name)) {
      Move(ResourceType::kClusters, name, record, ResourceState::kKept, false);
      ++it;
      continue;
    }
    Forget(ResourceType::kClusters, record);
    it = kept_clusters_.erase(it);
  }
}

bool ResourceLedger::Serves(ResourceType type, std::string_view name, const void* value) const {
  if (value == nullptr) return false;
  switch (type) {
    case ResourceType::kClusters:
      return linker_.ServesCluster(name, value);
    case ResourceType::kEndpoints:
      return linker_.ServesEndpoints(name, value);
    case ResourceType::kListeners:
      return linker_.ServesListener(name, value);
    case ResourceType::kScopes:
      return linker_.ServesScope(name, value);
    case ResourceType::kRoutes:
      return linker_.ServesRoutes(name, value);
    case ResourceType::kHosts:
    case ResourceType::kSecrets:
    case ResourceType::kExtensions:
    case ResourceType::kRuntimes:
      return true;  // compiled into what names it
  }
  return false;
}

xds::ResourceState ResourceLedger::StateOf(ResourceType type, const xds::ResourceRecord& record) {
  // One whose time to live is over has nothing in it.
  const bool is_accepted = record.bytes != nullptr && !record.bytes->empty();
  if (record.rejection != nullptr) return ResourceState::kRejected;
  if (record.absence != nullptr) return compiler::StateOf(*record.absence, is_accepted);
  if (!is_accepted) return ResourceState::kRequested;
  if (record.is_effective()) return ResourceState::kServing;
  const bool warms = type == ResourceType::kClusters || type == ResourceType::kListeners;
  return warms ? ResourceState::kWarming : ResourceState::kWaiting;
}

void ResourceLedger::Move(ResourceType type, std::string_view name, xds::ResourceRecord& record,
                          ResourceState next, bool is_news) {
  const ResourceState before = record.state;
  if (before == next && !is_news) return;
  Forget(type, record);
  record.state = next;
  ++CountsOf(type)[static_cast<size_t>(next)];
  Tell(type, name, record, before);
}

void ResourceLedger::Tell(ResourceType type, std::string_view name,
                          const xds::ResourceRecord& record, ResourceState before) {
  LogLevel level = LevelOf(type, before, record.state);
  if (IsDeletionIgnored(type, record)) level = LogLevel::kWarning;
  if (!IsLogged(level) || ++lines_ > kLinesMax) return;
  Log(level, "{} {}: {}", NameOf(type), NameInKey(name), Describe(type, name, record));
}

std::string ResourceLedger::Describe(ResourceType type, std::string_view name,
                                     const xds::ResourceRecord& record) const {
  switch (record.state) {
    case ResourceState::kNew:
    case ResourceState::kRequested:
      return "asked for";
    case ResourceState::kWarming:
    case ResourceState::kWaiting: {
      const auto wait = WaitOf(linker_, type, name, record);
      return fmt::format("{} waits for {}; {}", Versioned(record.version),
                         wait.has_value() ? wait->what : "what it names", WhatServes(record));
    }
    case ResourceState::kServing:
      return fmt::format("{} serves", Versioned(record.version));
    case ResourceState::kRejected:
      return fmt::format("{} is rejected: {}; {}", Versioned(record.rejection->version),
                         record.rejection->error, WhatServes(record));
    case ResourceState::kAbsent:
    case ResourceState::kTimedOut:
    case ResourceState::kFailed:
      return fmt::format("{}; {}", record.absence->why, WhatServes(record));
    case ResourceState::kKept:
      return fmt::format("{}, and it is still used", record.absence != nullptr
                                                         ? record.absence->why
                                                         : "the server has removed it");
  }
  return {};
}

void ResourceLedger::Show() {
  for (const ResourceType type : kResourceTypes) {
    stats::Block& block = scopes_[static_cast<size_t>(type)]->ForWriter(stats::kControlWriter);
    // States of the ledger and metrics of the family are in the same order.
    for (size_t state = 1; state < xds::kResourceStates; ++state) {
      block.Set(state - 1, CountsOf(type)[state]);
    }
  }
}

}  // namespace outrigger::compiler
