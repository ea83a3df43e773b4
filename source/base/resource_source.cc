#include "base/resource_source.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace outrigger {

namespace {

constexpr char kFileMark = '\x02';
constexpr char kStreamMark = '\x03';

// How many marks stand before the name.
int MarksIn(std::string_view key) {
  if (key.starts_with(kFileMark)) return 3;
  return key.starts_with(kStreamMark) ? 2 : 0;
}

size_t NameStart(std::string_view key) {
  size_t start = 0;
  for (int marks = MarksIn(key); marks > 0; --marks) start = key.find(key[0], start) + 1;
  return start;
}

}  // namespace

const FileSource* FileOf(const SourcePointer& source) {
  return source == nullptr ? nullptr : std::get_if<FileSource>(source.get());
}

const StreamSource* StreamOf(const SourcePointer& source) {
  return source == nullptr ? nullptr : std::get_if<StreamSource>(source.get());
}

std::string ResourceKey(std::string_view name, const SourcePointer& source) {
  if (const FileSource* file = FileOf(source)) {
    return fmt::format("{0}{1}{0}{2}{0}{3}", kFileMark, file->path, file->watched_folder, name);
  }
  if (const StreamSource* stream = StreamOf(source)) {
    // Short, and readable by everybody who keeps it: the service is neither.
    const XXH128_hash_t hash = XXH3_128bits(stream->service.data(), stream->service.size());
    return fmt::format("{0}{1:016x}{2:016x}{0}{3}", kStreamMark, hash.high64, hash.low64, name);
  }
  return std::string(name);
}

bool IsFileKey(std::string_view key) { return key.starts_with(kFileMark); }

std::string_view NameInKey(std::string_view key) { return key.substr(NameStart(key)); }

std::string_view SourceInKey(std::string_view key) { return key.substr(0, NameStart(key)); }

std::string_view PathInKey(std::string_view key) {
  if (!IsFileKey(key)) return {};
  key.remove_prefix(1);
  return key.substr(0, key.find(kFileMark));
}

std::string DescribeResource(std::string_view name, const SourcePointer& source) {
  if (const FileSource* file = FileOf(source)) return fmt::format("{} in {}", name, file->path);
  if (const StreamSource* stream = StreamOf(source)) {
    return fmt::format("{} from cluster {}", name, stream->cluster);
  }
  return std::string(name);
}

}  // namespace outrigger
