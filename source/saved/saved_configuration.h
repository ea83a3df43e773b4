// What is kept of the control plane's resources for a start without it, and its form as bytes
// (proto/outrigger/saved/v1).
//
// Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"

namespace outrigger::saved {

struct SavedResource {
  std::string_view type_url;
  std::string name;
  std::string version;
  std::shared_ptr<const std::string> bytes;  // the serialized resource, as received
  uint64_t bytes_hash = 0;                   // XXH3, 64 bits
};

struct SavedConfiguration {
  std::string node_id;
  WallTime saved_at{};
  std::vector<SavedResource> resources;
  std::vector<std::string> left_out;  // "<type URL> <name>" of those that hold a private key
};

// Of the form below; a reader refuses later ones.
inline constexpr uint32_t kFormat = 1;
inline constexpr size_t kMebibytesMax = 512;

std::string Encode(const SavedConfiguration& configuration);

// Whole or not at all: an error says what is wrong with the bytes ("is damaged: ...", "is that of
// node \"a\"", "has format 2, ..."). Views of type URLs are those of `types`; a resource of another
// type is an error.
absl::StatusOr<SavedConfiguration> Decode(std::string_view bytes, std::string_view node_id,
                                          const std::vector<std::string_view>& types);

}  // namespace outrigger::saved
