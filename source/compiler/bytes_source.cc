#include "compiler/bytes_source.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace outrigger::compiler {

namespace {

std::string ReadFile(const std::string& path, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "filename");
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kDataSourceBytesMax + 1, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) && !file.eof()) {
    errors.Add(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    return {};
  }
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (bytes.size() <= kDataSourceBytesMax) return bytes;
  errors.Add(fmt::format("{} is larger than 1 MiB", path));
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
      return ReadFile(proto.filename(), errors);
    case Proto::kEnvironmentVariable:
      return ReadEnvironment(proto.environment_variable(), errors);
    case Proto::SPECIFIER_NOT_SET:
      break;  // the validation rules refuse it
  }
  return {};
}

}  // namespace outrigger::compiler
