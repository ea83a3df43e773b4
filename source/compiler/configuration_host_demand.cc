// The configuration's part that is about virtual hosts which requests ask for (VHDS on demand).
#include <utility>

#include "compiler/configuration.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

namespace {

// What stands behind the last slash (X37).
std::string_view HostIn(std::string_view key) { return key.substr(key.rfind('/') + 1); }

}  // namespace

void Configuration::OnHostNeeded(const std::string& key, Duration wait_max) {
  const bool has_table = !resources_.host_tables.TablesOf(TableOfHost(key)).empty();
  if (!has_table || IsHostServed(key)) {
    if (hooks_.answer_host) hooks_.answer_host(key);
    return;
  }
  if (host_demand_.HasCome(key)) {
    // And has gone since: only what is asked for anew is sent again (X33).
    host_demand_.Drop(key);
    WantHosts();
  }
  switch (host_demand_.Ask(key, clock_.Now() + wait_max)) {
    case HostDemand::Answer::kKnown:
      return;
    case HostDemand::Answer::kNew:
      has_other_host_demand_ = true;
      Settle();
      return;
    case HostDemand::Answer::kTooMany:
      listener_manager_->ForWriter(stats::kControlWriter).Add(stats::kOnDemandHostsRefused);
      if (hooks_.answer_host) hooks_.answer_host(key);
      return;
  }
}

// It may have yet to serve.
bool Configuration::IsHostAccepted(std::string_view key) const {
  for (const std::string& table : resources_.host_tables.TablesOf(TableOfHost(key))) {
    if (resources_.routes.Find(table)->value->HasHost(HostIn(key))) return true;
  }
  return false;
}

bool Configuration::IsHostServed(std::string_view key) const {
  for (const std::string& table : resources_.host_tables.TablesOf(TableOfHost(key))) {
    if (linker_.ServesHost(table, HostIn(key))) return true;
  }
  return false;
}

// A resource answers for its name and for its aliases. One that was refused, or does not have the
// host after all, is an answer, too.
void Configuration::NoteHostAnswers(const xds::Response& response) {
  const auto note = [this](std::string_view key) {
    if (!IsHostAccepted(key)) GiveUpHost(key);
  };
  for (const auto& resource : response.resources) {
    note(resource.name);
    for (std::string_view alias : resource.aliases) note(alias);
  }
  for (std::string_view name : response.removed) note(name);
}

// Whoever asks for it again asks anew.
void Configuration::GiveUpHost(std::string_view key) {
  if (!host_demand_.IsAwaited(key)) return;
  denied_hosts_.emplace_back(key);
  host_demand_.Drop(denied_hosts_.back());
  has_other_host_demand_ = true;
}

// Of tables that are gone, or do not discover hosts any more.
void Configuration::ForgetHostDemand() {
  std::vector<std::string> gone;
  for (const auto& [key, turn] : host_demand_.hosts()) {
    if (resources_.host_tables.TablesOf(TableOfHost(key)).empty()) gone.push_back(key);
  }
  for (std::string& key : gone) {
    host_demand_.Drop(key);
    denied_hosts_.push_back(std::move(key));
    has_other_host_demand_ = true;
  }
}

void Configuration::WantHosts() {
  WantedNames wanted;
  NoteHostsWanted(wanted);
  hooks_.want(kVirtualHostType, wanted.hosts);
}

// Workers have been given what serves now.
void Configuration::SettleHostDemand() {
  for (const std::string& key : host_demand_.TakeOverdue(clock_.Now())) {
    host_demand_.Drop(key);
    has_other_host_demand_ = true;
  }
  std::vector<std::string> answered = std::exchange(denied_hosts_, {});
  for (std::string& key : host_demand_.Awaited()) {
    if (!IsHostServed(key)) continue;
    host_demand_.NoteCome(key);
    answered.push_back(std::move(key));
  }
  if (std::exchange(has_other_host_demand_, false)) {
    WantHosts();
    listener_manager_->ForWriter(stats::kControlWriter)
        .Set(stats::kOnDemandHosts, host_demand_.hosts().size());
  }
  if (!hooks_.answer_host) return;
  for (const std::string& key : answered) hooks_.answer_host(key);
}

}  // namespace outrigger::compiler
