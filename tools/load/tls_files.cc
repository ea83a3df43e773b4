#include "tools/load/tls_files.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace outrigger::load {

namespace {

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  return text.str();
}

absl::Status ReadInto(const std::string& path, std::string& text) {
  absl::StatusOr<std::string> read = ReadAll(path);
  if (read.ok()) text = *std::move(read);
  return read.status();
}

TlsSettings SettingsOf(TlsSettings::Side side) {
  TlsSettings settings;
  settings.side = side;
  settings.version_min = settings.version_max = TlsSettings::Version::kTls13;
  settings.groups = {"X25519"};
  return settings;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TlsContext>> MakeClientTls(const TlsFiles& files) {
  if (files.ca.empty()) return nullptr;
  TlsSettings settings = SettingsOf(TlsSettings::Side::kClient);
  if (auto read = ReadInto(files.ca, settings.validation.trusted_ca_pem); !read.ok()) return read;
  settings.server_name = files.name;
  settings.validation.names = {
      {SubjectAltNameMatch::Type::kDns, {StringMatch::Kind::kExact, files.name}}};
  return TlsContext::Make(settings);
}

absl::StatusOr<std::shared_ptr<const TlsContext>> MakeServiceTls(const TlsFiles& files) {
  if (files.certificate.empty()) return nullptr;
  TlsSettings settings = SettingsOf(TlsSettings::Side::kServer);
  TlsCertificate& own = settings.certificates.emplace_back();
  if (auto read = ReadInto(files.certificate, own.chain_pem); !read.ok()) return read;
  if (auto read = ReadInto(files.key, own.key_pem); !read.ok()) return read;
  settings.application_protocols = {"h2", "http/1.1"};
  if (files.ca.empty()) return TlsContext::Make(settings);
  if (auto read = ReadInto(files.ca, settings.validation.trusted_ca_pem); !read.ok()) return read;
  settings.requires_peer_certificate = true;
  return TlsContext::Make(settings);
}

}  // namespace outrigger::load
