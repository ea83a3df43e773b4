#include "stats/registry.h"

#include <algorithm>

#include "stats/server_stats.h"

namespace outrigger::stats {

namespace {

std::string Sanitized(std::string_view name) {
  std::string kept(name);
  for (char& c : kept) {
    if (c == ':' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '_';
  }
  return kept;
}

struct Late {
  std::string start;
  std::shared_ptr<const Scope> scope;  // keeps its owner
  bool operator<(const Late& other) const { return start < other.start; }
};

void AppendLate(const std::shared_ptr<const Scope>& owner, std::vector<Late>& late) {
  const LateScopes* scopes = owner->FindLate();
  if (scopes == nullptr) return;
  scopes->ForEach([&](const Scope& scope) {
    late.push_back({scope.Start(), std::shared_ptr<const Scope>(owner, &scope)});
  });
}

// Puts `late`, which has no order, in its places among `scopes`, which has one.
std::vector<std::shared_ptr<const Scope>> Merged(
    const std::vector<std::shared_ptr<const Scope>>& scopes, std::vector<Late> late) {
  std::sort(late.begin(), late.end());
  std::vector<std::shared_ptr<const Scope>> all;
  all.reserve(scopes.size() + late.size());
  auto next = late.begin();
  for (const auto& scope : scopes) {
    const std::string start = next == late.end() ? std::string() : scope->Start();
    for (; next != late.end() && next->start < start; ++next) all.push_back(next->scope);
    all.push_back(scope);
  }
  for (; next != late.end(); ++next) all.push_back(next->scope);
  return all;
}

}  // namespace

bool Registry::Entry::is_unused() const { return scope.use_count() == 1 && !scope->name().empty(); }

std::shared_ptr<Scope> Registry::Place(const Family& family, std::string_view name) {
  auto scope = std::make_shared<Scope>(family, name);
  return scopes_.try_emplace(Key(scope->Start(), &family), Entry{scope}).first->second.scope;
}

std::shared_ptr<Scope> Registry::Find(const Family& family, std::string_view name) {
  std::lock_guard<std::mutex> lock(mutex_);
  const std::string kept_name = Sanitized(name);
  const std::string start = Scope::StartOf(family, kept_name);
  auto it = scopes_.find(Key(start, &family));
  if (it != scopes_.end()) return it->second.scope;
  SweepIfCrowded();
  if (scopes_.size() >= scopes_max_ && !kept_name.empty()) {
    Place(kServerFamily, "")->ForWriter(kControlWriter).Add(kServerStatsScopeOverflow);
    return Place(family, kOverflowName);
  }
  return Place(family, kept_name);
}

// Without it a process that nobody scrapes would keep every name it ever had.
void Registry::SweepIfCrowded() {
  if (scopes_.size() < std::min(sweep_at_, scopes_max_)) return;
  std::erase_if(scopes_, [](const auto& entry) { return entry.second.is_unused(); });
  sweep_at_ = std::max<size_t>(1024, scopes_.size() * 2);
}

void Registry::ForgetUnused() {
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto it = scopes_.begin(); it != scopes_.end();) {
    Entry& entry = it->second;
    const bool was_unused = std::exchange(entry.was_unused, entry.is_unused());
    it = was_unused && entry.was_unused ? scopes_.erase(it) : std::next(it);
  }
}

std::vector<std::shared_ptr<const Scope>> Registry::List() {
  std::vector<std::shared_ptr<const Scope>> all;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    all.reserve(scopes_.size());
    for (auto it = scopes_.begin(); it != scopes_.end();) {
      const bool is_last = it->second.is_unused();
      all.push_back(it->second.scope);
      it = is_last ? scopes_.erase(it) : std::next(it);
    }
  }
  std::vector<Late> late;
  for (const auto& scope : all) AppendLate(scope, late);
  return late.empty() ? all : Merged(all, std::move(late));
}

void Registry::ResetCounters() {
  std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [key, entry] : scopes_) entry.scope->ResetCounters();
}

}  // namespace outrigger::stats
