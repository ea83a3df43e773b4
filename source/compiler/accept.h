// What happens to one received resource, whatever its type: hash, parse, compile, keep or note why
// not.
//
// STYLE: a template over proto and value, since the steps are the same for every resource type.
// Thread: control.
#pragma once

#include <xxhash.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/validation_errors.h"
#include "compiler/resource_kinds.h"
#include "xds/resource.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

struct Incoming {
  std::string_view name;
  std::string_view version;
  std::string_view bytes;
  bool is_static = false;
  WallTime now{};
  bool expires = false;  // it has a time to live
};

enum class Acceptance { kUnchanged, kChanged, kRejected };

struct Outcome {
  Acceptance acceptance = Acceptance::kRejected;
  std::string name;
  std::string error;  // kRejected
  // There was no accepted version before; of one that was rejected: nothing was known of the name.
  bool is_new = false;
  bool is_noted = false;  // there is a record
  bool is_news = false;   // of which there is something to tell that was not so before
};

inline std::unique_ptr<xds::Rejection> NewRejection(const Incoming& incoming, std::string error,
                                                    std::optional<uint64_t> bytes_hash) {
  auto rejection = std::make_unique<xds::Rejection>();
  rejection->error = std::move(error);
  rejection->version = std::string(incoming.version);
  rejection->bytes_hash = bytes_hash;
  rejection->at = incoming.now;
  if (incoming.bytes.size() <= xds::Rejection::kBytesKeptMax) {
    rejection->bytes = std::make_shared<const std::string>(incoming.bytes);
  }
  return rejection;
}

inline void Keep(const Incoming& incoming, uint64_t bytes_hash, xds::ResourceRecord& record) {
  // The version that serves goes on until the one that comes now does.
  if (record.is_effective()) {
    record.former = std::make_unique<xds::FormerVersion>(
        xds::FormerVersion{std::move(record.version), std::move(record.bytes), record.updated_at,
                           record.effective_at});
    record.effective_at = {};
  }
  record.version = std::string(incoming.version);
  record.bytes = std::make_shared<const std::string>(incoming.bytes);
  record.bytes_hash = bytes_hash;
  record.updated_at = incoming.now;
  record.is_static = incoming.is_static;
  record.expires = incoming.expires;
  record.rejection.reset();
  record.absence.reset();
}

// Nothing more is to be done about a change.
struct OnNoChange {
  void operator()(const auto*, const auto&) const {}
};

// `Kind` is one of resource_kinds.h. `on_change`: of what is kept, the value that was kept before
// (null: none) and the new one.
template <typename Kind, typename OnChange = OnNoChange>
Outcome Accept(Kind& kind, xds::ResourceStore<typename Kind::Value>& store,
               const Incoming& incoming, size_t bytes_max, OnChange on_change = {}) {
  const uint64_t hash = XXH3_64bits(incoming.bytes.data(), incoming.bytes.size());
  Outcome outcome;
  outcome.name = std::string(incoming.name);
  if (outcome.name.empty()) {
    outcome.error = "has no name, or cannot be read";
    return outcome;
  }
  auto& entry = store[outcome.name];
  xds::ResourceRecord& record = entry.record;
  if (record.is_static && !incoming.is_static) {
    outcome.error = "is defined in the bootstrap and cannot be changed";
    return outcome;
  }
  outcome.is_noted = true;
  outcome.is_new = record.first_seen == WallTime{};
  if (outcome.is_new) record.first_seen = incoming.now;
  if (entry.value != nullptr && record.bytes_hash == hash &&
      record.bytes->size() == incoming.bytes.size()) {
    record.version.assign(incoming.version);
    record.expires = incoming.expires;
    outcome.is_news = record.rejection != nullptr || record.absence != nullptr;
    record.rejection.reset();
    record.absence.reset();
    outcome.acceptance = Acceptance::kUnchanged;
    return outcome;
  }
  // The same bytes were refused before: nothing has changed about them (F5).
  if (record.rejection != nullptr && record.rejection->bytes_hash == hash) {
    outcome.error = record.rejection->error;
    record.rejection->version = std::string(incoming.version);
    record.rejection->at = incoming.now;
    return outcome;
  }
  const auto reject = [&](std::string error, std::optional<uint64_t> bytes_hash) {
    outcome.is_news = record.rejection == nullptr || record.rejection->error != error;
    outcome.error = error;
    record.absence.reset();
    record.rejection = NewRejection(incoming, std::move(error), bytes_hash);
    return outcome;
  };
  if (incoming.bytes.size() > bytes_max) return reject("resource is larger than 16 MiB", hash);
  ValidationErrors errors;
  std::shared_ptr<const typename Kind::Value> value = CompileBytes(kind, incoming.bytes, errors);
  if (!errors.ok()) {
    reject(std::string(errors.ToStatus().message()),
           errors.may_pass() ? std::nullopt : std::optional(hash));
    // Of bytes that are no message nobody could tell which of them are keys.
    if (errors.messages().front() == kCannotBeParsed) record.rejection->bytes.reset();
    return outcome;
  }
  if (absl::Status admitted = kind.Admit(*value); !admitted.ok()) {
    return reject(std::string(admitted.message()), std::nullopt);  // its obstacle may go away
  }
  outcome.is_new = entry.value == nullptr;
  outcome.is_news = true;
  const auto before = std::exchange(entry.value, std::move(value));
  on_change(before.get(), *entry.value);
  Keep(incoming, hash, record);
  outcome.acceptance = Acceptance::kChanged;
  return outcome;
}

}  // namespace outrigger::compiler
