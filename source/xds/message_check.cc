#include "xds/message_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/absl_view.h"

namespace outrigger::xds {

namespace {

constexpr size_t kTypeUrlBytesMax = 200;

// One message being checked.
class Check {
 public:
  Check(const Message& message, const SubscriptionState& state)
      : message_(message),
        state_(state),
        removed_(message.removed.begin(), message.removed.end()) {}

  CheckedMessage Run();

 private:
  void CountNames();
  std::string_view NameAskedFor(const MessageItem& item) const;
  bool IsTwice(std::string_view name) const;
  bool IsSignOfLife(std::string_view name, const MessageItem& item) const;
  bool SaysThereIsNone(const MessageItem& item) const;
  void AddAbsences(const MessageItem& item);
  void AddDuplicateErrors();
  void Take(const MessageItem& item);
  void AddOmitted();
  void AddError(std::string_view name, std::string what) {
    checked_.errors.push_back({std::string(name), std::move(what)});
  }

  const Message& message_;
  const SubscriptionState& state_;
  const std::set<std::string_view> removed_;
  // How often each name is given a value; being removed as well counts as one more.
  absl::flat_hash_map<std::string_view, int> counts_;
  CheckedMessage checked_;
};

// An alias counts if it is what was asked for: then the resource goes by it (X37).
std::string_view Check::NameAskedFor(const MessageItem& item) const {
  if (state_.IsWanted(item.name)) return item.name;
  const auto alias = std::find_if(item.aliases.begin(), item.aliases.end(),
                                  [this](std::string_view name) { return state_.IsWanted(name); });
  return alias == item.aliases.end() ? std::string_view() : *alias;
}

void Check::CountNames() {
  counts_.reserve(message_.items.size());
  for (const MessageItem& item : message_.items) {
    if (const std::string_view name = NameAskedFor(item); !name.empty()) ++counts_[name];
  }
  for (std::string_view name : removed_) {
    const auto it = counts_.find(name);
    if (it != counts_.end()) ++it->second;
  }
}

bool Check::IsTwice(std::string_view name) const {
  const auto it = counts_.find(name);
  return it != counts_.end() && it->second > 1;
}

bool Check::IsSignOfLife(std::string_view name, const MessageItem& item) const {
  const auto running = state_.running_versions().find(AbslView(name));
  return running != state_.running_versions().end() && running->second == item.version;
}

bool Check::SaysThereIsNone(const MessageItem& item) const {
  return !item.aliases.empty() || (state_.is_wildcard() && state_.IsNamed(item.name));
}

void Check::AddAbsences(const MessageItem& item) {
  const auto add = [this](std::string_view name) {
    checked_.absences.push_back({std::string(name), Absence::Kind::kDoesNotExist,
                                 "the server has sent it without content"});
  };
  if (state_.IsWanted(item.name)) add(item.name);
  for (std::string_view alias : item.aliases) {
    if (alias != item.name && state_.IsWanted(alias)) add(alias);
  }
}

void Check::AddDuplicateErrors() {
  std::set<std::string_view> duplicates;
  for (const auto& [name, count] : counts_) {
    if (count > 1) duplicates.insert(name);
  }
  for (std::string_view name : duplicates) {
    AddError(name, "is named more than once in one response");
  }
}

void Check::Take(const MessageItem& item) {
  if (!item.type_url.empty() && item.type_url != message_.type_url) {
    const std::string type_url(item.type_url.substr(0, kTypeUrlBytesMax));
    return AddError(item.name,
                    absl::StrCat("has type ", type_url, " in a response of another type"));
  }
  if (item.name.empty()) return AddError("", "has no name, or cannot be read");
  const std::string_view name = NameAskedFor(item);
  if (name.empty() || IsTwice(name)) return;
  if (item.type_url.empty()) {
    if (IsSignOfLife(name, item)) return;
    if (SaysThereIsNone(item)) return AddAbsences(item);
    return AddError(name, "has no content");
  }
  checked_.response.resources.push_back(
      {name, item.version, item.type_url, item.bytes, item.time_to_live.has_value(), item.aliases});
}

// A bad resource is not missing, and a nameless one may be any of those that are.
void Check::AddOmitted() {
  const bool all_are_named =
      std::ranges::none_of(message_.items, [](const auto& item) { return item.name.empty(); });
  if (!all_are_named) return;
  for (const Absence& absence : message_.absences) ++counts_[absence.name];  // kept (X46)
  checked_.response.removed =
      state_.MissingFrom([this](std::string_view name) { return counts_.contains(name); });
}

CheckedMessage Check::Run() {
  checked_.response.type_url = message_.type_url;
  checked_.response.system_version = message_.version;
  CountNames();
  AddDuplicateErrors();
  checked_.response.resources.reserve(message_.items.size());
  for (const MessageItem& item : message_.items) Take(item);
  for (std::string_view name : removed_) {
    if (state_.IsWanted(name) && !IsTwice(name)) checked_.response.removed.push_back(name);
  }
  if (state_.takes_whole_sets()) AddOmitted();
  for (const Absence& absence : message_.absences) {
    if (!absence.name.empty() && state_.IsWanted(absence.name)) {
      checked_.absences.push_back(absence);
    }
  }
  return std::move(checked_);
}

}  // namespace

CheckedMessage CheckMessage(const Message& message, const SubscriptionState& state) {
  return Check(message, state).Run();
}

}  // namespace outrigger::xds
