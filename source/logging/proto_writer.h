// Writes a protobuf message, field by field, onto the end of a string: what workers tell a service
// goes out as bytes, and is never a message in memory.
//
// Numbers that are zero and texts that are empty are left out, as proto3 has it, but for those of a
// oneof. Thread: any.
// Source: protobuf.dev/programming-guides/encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace outrigger::logging {

class ProtoWriter {
 public:
  explicit ProtoWriter(std::string& to) : to_(to) {}

  void Number(uint32_t field, uint64_t value);
  void Double(uint32_t field, double value);
  // What is not UTF-8 in it is made so (escape.h): receivers refuse the whole message otherwise.
  void Text(uint32_t field, std::string_view text);
  // Of a oneof: what is zero or empty says which one it is.
  void ChosenNumber(uint32_t field, uint64_t value);
  void ChosenText(uint32_t field, std::string_view text);
  // As it is, also when it is empty: bytes, or a message that is written already.
  void Bytes(uint32_t field, std::string_view bytes);
  // A message within this one: whatever `fill` writes, be it nothing.
  template <typename Fill>
  void Message(uint32_t field, Fill fill) {
    const size_t start = Begin(field);
    fill();
    End(start);
  }
  // An entry of a map<string, string>.
  void Pair(uint32_t field, std::string_view key, std::string_view value);

 private:
  size_t Begin(uint32_t field);
  void End(size_t start);
  void Tag(uint32_t field, uint32_t wire_type);

  std::string& to_;
};

// The number that `bytes` begin with, and how many of them it takes; 0 bytes: none is whole.
struct Varint {
  uint64_t value = 0;
  size_t size = 0;
};
inline constexpr size_t kVarintBytesMax = 10;
Varint ReadVarint(std::string_view bytes);

}  // namespace outrigger::logging
