// Which virtual host an authority selects: exact domain, then the longest `*suffix`, then the
// longest `prefix*`, then `*`. Case never matters; a wildcard stands for at least one character.
//
// As in Envoy (R45): a port takes part in the comparison unless ports are ignored, in which case
// everything after the last colon outside brackets is cut off first (domains with a port then never
// match); a trailing dot is part of the name (removing it is an option of the connection manager).
//
// Borrows the virtual hosts: they must outlive it and not move. Thread: any (const after
// construction).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/shared.h"
#include "routing/prefix_tree.h"

namespace outrigger::routing {

struct VirtualHost;

class HostMatcher {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Of equal domains the first counts (the compiler rejects the second).
  HostMatcher(const std::vector<Shared<VirtualHost>>& hosts, bool ignores_port);

  // The position of the virtual host, or kNone. Allocates nothing.
  uint32_t Find(std::string_view authority) const;

 private:
  struct HashIgnoringCase {
    using is_transparent = void;
    size_t operator()(std::string_view text) const;
  };
  struct EqualIgnoringCase {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
  };
  // Wildcard domains of one direction: the tree finds the key, `hosts` tells whose it is.
  struct Wildcards {
    PrefixTree tree;
    std::vector<uint32_t> hosts;

    // Of the longest key that the first `size` bytes of the text begin with, or kNone.
    template <typename ByteAt>
    uint32_t Find(size_t size, ByteAt byte_at) const {
      const uint32_t key = tree.FindLongest(size, byte_at);
      return key == PrefixTree::kNone ? kNone : hosts[key];
    }
  };

  absl::flat_hash_map<std::string_view, uint32_t, HashIgnoringCase, EqualIgnoringCase> exact_;
  std::unique_ptr<const Wildcards> suffixes_;  // keys in reverse; null: there are none
  std::unique_ptr<const Wildcards> prefixes_;
  uint32_t any_ = kNone;
  bool ignores_port_;
};

}  // namespace outrigger::routing
