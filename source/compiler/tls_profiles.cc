#include "compiler/tls_profiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/tls_fingerprint.h"

namespace outrigger::compiler {

namespace {

// Names and paths hold no control character that could make two of them alike: each has its length.
std::string FingerprintOf(const TlsSettings& settings, const std::vector<SecretUse>& secrets) {
  std::string fingerprint = TlsFingerprint(settings);
  for (const SecretUse& use : secrets) {
    const std::string key = use.key();
    const Duration wait_max = use.wait_max.value_or(Duration(-1));
    fingerprint += fmt::format("{}:{}:{}:{}", use.role == SecretUse::Role::kCertificate ? 'c' : 'v',
                               wait_max.count(), key.size(), key);
  }
  return fingerprint;
}

absl::Status AddSecret(const Secret& secret, SecretUse::Role role, TlsSettings& settings) {
  if (role == SecretUse::Role::kCertificate) {
    const auto* certificate = std::get_if<TlsCertificate>(&secret);
    if (certificate == nullptr) return absl::InvalidArgumentError("must be a tls_certificate");
    settings.certificates.push_back(*certificate);
    return absl::OkStatus();
  }
  const auto* validation = std::get_if<TlsValidation>(&secret);
  if (validation == nullptr) return absl::InvalidArgumentError("must be a validation_context");
  MergeValidation(*validation, settings.validation);
  return absl::OkStatus();
}

// Whether the secret is good by itself, whoever takes it.
absl::Status CheckSecret(const Secret& secret) {
  TlsSettings settings;
  if (const auto* certificate = std::get_if<TlsCertificate>(&secret)) {
    settings.certificates.push_back(*certificate);
  } else if (const auto* validation = std::get_if<TlsValidation>(&secret)) {
    settings.validation = *validation;
  }
  const absl::Status status = TlsContext::Make(settings).status();
  if (status.ok()) return status;
  constexpr std::string_view kFirst = "tls_certificates[0]";
  std::string_view what(status.message().data(), status.message().size());
  if (!what.starts_with(kFirst)) return status;
  what.remove_prefix(kFirst.size());
  return absl::InvalidArgumentError(fmt::format("tls_certificate{}", what));
}

}  // namespace

absl::StatusOr<TlsProfilePointer> TlsProfiles::Find(TlsSettings settings,
                                                    std::vector<SecretUse> secrets) {
  std::string fingerprint = FingerprintOf(settings, secrets);
  const auto known = entries_.find(fingerprint);
  if (known != entries_.end()) {
    if (auto profile = known->second.profile.lock()) return profile;
  }
  auto profile = std::make_shared<TlsProfile>();
  profile->secrets = std::move(secrets);
  profile->settings = std::move(settings);
  absl::StatusOr<ContextPointer> context = MakeContext(*profile, {});
  if (!context.ok()) return context.status();
  if (entries_.size() >= sweep_at_) {
    Sweep();
    sweep_at_ = 2 * entries_.size() + 64;
  }
  Entry& entry = entries_[std::move(fingerprint)];
  if (profile->takes_secrets()) {
    if (!entry.id.is_set()) entry.id = TakeId();
    profile->id = entry.id;
    SetContext(entry, *std::move(context));
  } else {
    profile->context = *std::move(context);
    profile->settings = {};
  }
  entry.profile = profile;
  return profile;
}

absl::Status TlsProfiles::Take(std::string_view key, const Secret& secret) {
  if (absl::Status status = CheckSecret(secret); !status.ok()) return status;
  std::vector<std::pair<Entry*, ContextPointer>> made;
  for (auto& [fingerprint, entry] : entries_) {
    const TlsProfilePointer profile = entry.profile.lock();
    if (profile == nullptr || !profile->Takes(key)) continue;
    absl::StatusOr<ContextPointer> context = MakeContext(*profile, {key, &secret});
    if (!context.ok()) return context.status();
    made.emplace_back(&entry, *std::move(context));
  }
  for (auto& [entry, context] : made) SetContext(*entry, std::move(context));
  return absl::OkStatus();
}

void TlsProfiles::SetContext(Entry& entry, ContextPointer context) {
  entry.context = std::move(context);
  changes_.emplace_back(entry.id, entry.context);
}

TlsProfileId TlsProfiles::TakeId() {
  if (free_ids_.empty()) return TlsProfileId{ids_end_++};
  const TlsProfileId id = free_ids_.back();
  free_ids_.pop_back();
  return id;
}

// Whoever takes a freed id says its context after this.
void TlsProfiles::Sweep() {
  for (auto it = entries_.begin(); it != entries_.end();) {
    Entry& entry = it->second;
    if (!entry.profile.expired()) {
      ++it;
      continue;
    }
    if (entry.id.is_set()) {
      SetContext(entry, nullptr);
      free_ids_.push_back(entry.id);
    }
    it = entries_.erase(it);
  }
}

std::vector<TlsProfiles::ContextPointer> TlsProfiles::Contexts() const {
  std::vector<ContextPointer> used;
  for (const auto& [fingerprint, entry] : entries_) {
    const TlsProfilePointer profile = entry.profile.lock();
    if (profile == nullptr) continue;
    const ContextPointer& context = profile->takes_secrets() ? entry.context : profile->context;
    if (context != nullptr) used.push_back(context);
  }
  return used;
}

const Secret* TlsProfiles::FindSecret(const std::string& key, const Incoming& incoming) const {
  if (incoming.secret != nullptr && incoming.key == key) return incoming.secret;
  const auto* entry = secrets_.Find(key);
  return entry == nullptr ? nullptr : entry->value.get();
}

absl::StatusOr<TlsProfiles::ContextPointer> TlsProfiles::MakeContext(
    const TlsProfile& profile, const Incoming& incoming) const {
  TlsSettings settings = profile.settings;
  for (const SecretUse& use : profile.secrets) {
    const Secret* secret = FindSecret(use.key(), incoming);
    if (secret == nullptr) return nullptr;
    if (absl::Status status = AddSecret(*secret, use.role, settings); !status.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("secret {}: {}", use.name, std::string(status.message())));
    }
  }
  if (absl::Status status = CheckTrust(settings.validation); !status.ok()) return status;
  return TlsContext::Make(settings);
}

}  // namespace outrigger::compiler
