// The canonical path and authority of a request: computed once when its head arrives, seen by
// routes, rewrites, redirects, logs and the upstream alike (R44, R45).
//
// Paths come out as a running Envoy 1.40 has them, but for what docs/differences.md names. The
// query is never touched. What is already canonical is returned as it is, uncopied.
//
// Thread: any (pure). Source: RFC 3986 6.2.2; hardening.md R44, R45.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"

namespace outrigger::http {

// What becomes of %2F and %5C.
enum class EscapedSlashes : uint8_t { kKeep, kReject, kRedirect, kForward };

struct PathRules {
  // Dot segments (also as %2e, and with parameters: "..;a"), backslashes, needless escapes, and
  // characters that need one.
  bool normalizes = false;
  bool merges_slashes = false;
  EscapedSlashes escaped_slashes = EscapedSlashes::kKeep;
  bool operator==(const PathRules&) const = default;
};

struct CanonicalPath {
  enum class Verdict : uint8_t { kServe, kReject, kRedirect };
  Verdict verdict = Verdict::kServe;
  std::string_view path;  // with the query; kRedirect: the place to send the client to
};

// `path` is in origin form; "*" is left alone. Rejects %00 whatever the rules say.
CanonicalPath CanonicalizePath(std::string_view path, const PathRules& rules, Arena& arena);

enum class HostPort : uint8_t { kKeep, kStripOwn, kStrip };

struct HostRules {
  HostPort port = HostPort::kKeep;
  bool strips_trailing_dot = false;
  bool operator==(const HostRules&) const = default;
};

// `own_port` is the one that the connection came to (kStripOwn).
std::string_view CanonicalizeAuthority(std::string_view authority, const HostRules& rules,
                                       uint16_t own_port, Arena& arena);

}  // namespace outrigger::http
