// What happens to one received resource, whatever its type: hash, parse, compile, keep or note why
// not.
//
// STYLE: a template over proto and value, since the steps are the same for every resource type.
// Thread: control.
#pragma once

#include <xxhash.h>

#include <memory>
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
  std::string error;    // kRejected
  bool is_new = false;  // kChanged: there was no accepted version before
};

// `Kind` is one of resource_kinds.h.
template <typename Kind>
Outcome Accept(Kind& kind, xds::ResourceStore<typename Kind::Value>& store,
               const Incoming& incoming, size_t bytes_max) {
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
  if (entry.value != nullptr && record.bytes_hash == hash &&
      record.bytes->size() == incoming.bytes.size()) {
    record.version = std::string(incoming.version);
    record.expires = incoming.expires;
    record.error.clear();
    record.absence.reset();
    outcome.acceptance = Acceptance::kUnchanged;
    return outcome;
  }
  const auto reject = [&](std::string error) {
    record.absence.reset();
    record.error = outcome.error = std::move(error);
    record.rejected_version = std::string(incoming.version);
    record.rejected_hash = hash;
    record.rejected_at = incoming.now;
    return outcome;
  };
  // The same bytes were refused before: nothing has changed about them (F5).
  if (!record.error.empty() && record.rejected_hash == hash) return reject(std::move(record.error));
  if (incoming.bytes.size() > bytes_max) return reject("resource is larger than 16 MiB");
  ValidationErrors errors;
  std::shared_ptr<const typename Kind::Value> value = CompileBytes(kind, incoming.bytes, errors);
  if (!errors.ok()) {
    reject(std::string(errors.ToStatus().message()));
    if (errors.may_pass()) record.rejected_hash.reset();
    return outcome;
  }
  if (absl::Status admitted = kind.Admit(*value); !admitted.ok()) {
    reject(std::string(admitted.message()));
    record.rejected_hash.reset();  // what was in its way may go away
    return outcome;
  }
  outcome.is_new = entry.value == nullptr;
  entry.value = std::move(value);
  record.version = std::string(incoming.version);
  record.bytes = std::make_shared<const std::string>(incoming.bytes);
  record.bytes_hash = hash;
  record.updated_at = incoming.now;
  record.is_static = incoming.is_static;
  record.expires = incoming.expires;
  record.error.clear();
  record.absence.reset();
  outcome.acceptance = Acceptance::kChanged;
  return outcome;
}

}  // namespace outrigger::compiler
