#include "tools/load/ledger.h"

#include <fmt/format.h>

namespace outrigger::load {

BodyDigest::BodyDigest() { XXH64_reset(&state_, 0); }

void BodyDigest::Add(std::string_view bytes) {
  XXH64_update(&state_, bytes.data(), bytes.size());
  length_ += bytes.size();
}

uint64_t BodyDigest::hash() const { return XXH64_digest(&state_); }

Ledger::Ledger(const std::string& path)
    : path_(path), file_(path.empty() ? nullptr : std::fopen(path.c_str(), "a")) {}

Ledger::~Ledger() {
  if (file_ != nullptr) std::fclose(file_);
}

// Lines are buffered: they count once the program has ended.
void Ledger::Note(std::string_view id, const BodyDigest& body, std::string_view word) {
  if (file_ == nullptr) return;
  const std::string line = fmt::format("{} {} {:016x} {}\n", id, body.length(), body.hash(), word);
  std::fwrite(line.data(), 1, line.size(), file_);
}

}  // namespace outrigger::load
