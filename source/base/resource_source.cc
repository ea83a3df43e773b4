#include "base/file_source.h"

#include <fmt/format.h>

namespace outrigger {

namespace {
constexpr char kMark = '\x02';
}

std::string ResourceKey(std::string_view name, const FilePointer& file) {
  if (file == nullptr) return std::string(name);
  return fmt::format("{}{}{}{}{}{}", kMark, file->path, kMark, file->watched_folder, kMark, name);
}

bool IsFileKey(std::string_view key) { return key.starts_with(kMark); }

std::string_view NameInKey(std::string_view key) {
  if (!IsFileKey(key)) return key;
  for (int mark = 0; mark < 3; ++mark) key.remove_prefix(key.find(kMark) + 1);
  return key;
}

std::string DescribeResource(std::string_view name, const FilePointer& file) {
  return file == nullptr ? std::string(name) : fmt::format("{} in {}", name, file->path);
}

}  // namespace outrigger
