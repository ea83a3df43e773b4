// What became of each request at one end, a line each: its id, the length and the hash of its body,
// and a word. Two ledgers side by side tell what was lost, doubled or cut short on the way.
//
// Owned by the run of the load client, or by the service. Thread: main.
#pragma once

#define XXH_STATIC_LINKING_ONLY  // the state is a member
#include <xxhash.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace outrigger::load {

// Length and hash of a body, however it is cut into pieces.
class BodyDigest {
 public:
  BodyDigest();
  void Add(std::string_view bytes);
  uint64_t length() const { return length_; }
  uint64_t hash() const;

 private:
  XXH64_state_t state_;
  uint64_t length_ = 0;
};

class Ledger {
 public:
  // An empty path: nothing is noted.
  explicit Ledger(const std::string& path);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  bool is_usable() const { return path_.empty() || file_ != nullptr; }
  void Note(std::string_view id, const BodyDigest& body, std::string_view word);

 private:
  const std::string path_;
  std::FILE* const file_;
};

}  // namespace outrigger::load
