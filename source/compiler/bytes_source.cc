#include "compiler/bytes_source.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/read_file.h"

namespace outrigger::compiler {

namespace {

std::string ReadNamedFile(const std::string& path, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "filename");
  absl::StatusOr<std::string> bytes = ReadFile(path, kDataSourceMebibytesMax);
  if (bytes.ok()) return *std::move(bytes);
  errors.AddPassing(std::string(bytes.status().message()));
  return {};
}

std::string ReadEnvironment(const std::string& name, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "environment_variable");
  const char* value = std::getenv(name.c_str());
  if (value != nullptr) return value;
  errors.Add(fmt::format("{} is not set", name));
  return {};
}

}  // namespace

std::string ReadDataSource(const envoy::config::core::v3::DataSource& proto,
                           ValidationErrors& errors) {
  using Proto = envoy::config::core::v3::DataSource;
  switch (proto.specifier_case()) {
    case Proto::kInlineBytes:
      return proto.inline_bytes();
    case Proto::kInlineString:
      return proto.inline_string();
    case Proto::kFilename:
      return ReadNamedFile(proto.filename(), errors);
    case Proto::kEnvironmentVariable:
      return ReadEnvironment(proto.environment_variable(), errors);
    case Proto::SPECIFIER_NOT_SET:
      break;  // the validation rules refuse it
  }
  return {};
}

}  // namespace outrigger::compiler
