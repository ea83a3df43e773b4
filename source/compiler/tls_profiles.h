// Every TLS profile in use, one for each distinct content, and the contexts that secrets make of
// those that take some.
//
// A secret is taken by all of its profiles or by none: then they go on with the one before it. A
// profile without all of its secrets has no context, and nothing is served with it.
//
// Owned by TlsCompiler. Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "compiler/secret_compiler.h"
#include "net/tls_context.h"
#include "net/tls_profile.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

class TlsProfiles {
 public:
  // By key. It outlives this.
  explicit TlsProfiles(const xds::ResourceStore<Secret>& secrets) : secrets_(secrets) {}

  // The profile of that content; errors as those of TlsContext::Make, or about a secret that is
  // there.
  absl::StatusOr<TlsProfilePointer> Find(TlsSettings settings, std::vector<SecretUse> secrets);
  // A version of a secret that is about to be accepted: what is wrong with it, by field path.
  absl::Status Take(std::string_view key, const Secret& secret);

  // Whose context is another now, in order; null: it has none any more.
  using ContextPointer = std::shared_ptr<const TlsContext>;
  using Changes = std::vector<std::pair<TlsProfileId, ContextPointer>>;
  Changes TakeChanges() { return std::exchange(changes_, {}); }
  // Forgets those that nobody uses any more, with their keys.
  void Sweep();
  // The contexts that somebody uses.
  std::vector<ContextPointer> Contexts() const;

 private:
  struct Entry {
    std::weak_ptr<const TlsProfile> profile;
    TlsProfileId id;         // of one that takes secrets
    ContextPointer context;  // of the same; null: not yet
  };
  // A secret in place of the one that is kept under its key.
  struct Incoming {
    std::string_view key;
    const Secret* secret = nullptr;
  };

  void SetContext(Entry& entry, ContextPointer context);
  TlsProfileId TakeId();
  const Secret* FindSecret(const std::string& key, const Incoming& incoming) const;
  // Null: one of its secrets has not come.
  absl::StatusOr<ContextPointer> MakeContext(const TlsProfile& profile,
                                             const Incoming& incoming) const;

  const xds::ResourceStore<Secret>& secrets_;
  // By fingerprint. Swept when it has doubled.
  std::map<std::string, Entry> entries_;
  size_t sweep_at_ = 64;
  std::vector<TlsProfileId> free_ids_;
  uint32_t ids_end_ = 0;
  Changes changes_;
};

}  // namespace outrigger::compiler
