#include "stats/scope_parts.h"

#include "stats/scope.h"

namespace outrigger::stats {

std::shared_ptr<Scope> ScopeParts::Get(const Family& family, std::string_view name) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<Scope>& part = by_name_[std::string(name)];
  if (part == nullptr) part = std::make_shared<Scope>(family, std::string(name));
  return part;
}

std::shared_ptr<const Scope> ScopeParts::Find(std::string_view name) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto it = by_name_.find(std::string(name));
  return it == by_name_.end() ? nullptr : it->second;
}

size_t ScopeParts::size() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return by_name_.size();
}

void ScopeParts::Keep(absl::FunctionRef<bool(std::string_view name)> is_kept) {
  std::lock_guard<std::mutex> lock(mutex_);
  absl::erase_if(by_name_, [&](const auto& entry) { return !is_kept(entry.first); });
}

}  // namespace outrigger::stats
