// How connections of a filter chain or a cluster are secured: by one TLS context for good, or by
// the one that secrets make, which come later and change.
//
// One object for each distinct content: connections of one profile are alike, whatever its secrets
// hold by now. The context of one that takes secrets is in the snapshot, by its id.
//
// Thread: any (const after compile).
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/resource_source.h"
#include "net/tls_settings.h"

namespace outrigger {

class TlsContext;

// A secret that a profile takes, and from where.
struct SecretUse {
  enum class Role : uint8_t { kCertificate, kValidation };

  Role role = Role::kCertificate;
  std::string name;
  SourcePointer source;              // null: the aggregated stream
  std::optional<Duration> wait_max;  // initial_fetch_timeout; unset: for ever

  std::string key() const { return ResourceKey(name, source); }
};

struct TlsProfile {
  std::shared_ptr<const TlsContext> context;  // null: it takes secrets
  // Of one that takes secrets: everything else, and what they are.
  TlsSettings settings;
  std::vector<SecretUse> secrets;
  TlsProfileId id;  // unset: it takes none

  bool takes_secrets() const { return !secrets.empty(); }
  bool Takes(std::string_view key) const {
    return std::ranges::any_of(secrets, [&](const SecretUse& use) { return use.key() == key; });
  }
};

// Null: plaintext.
using TlsProfilePointer = std::shared_ptr<const TlsProfile>;

}  // namespace outrigger
