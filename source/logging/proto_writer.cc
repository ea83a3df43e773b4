#include "logging/proto_writer.h"

#include <bit>

#include "logging/escape.h"

namespace outrigger::logging {

namespace {

constexpr uint32_t kVarintType = 0;
constexpr uint32_t kFixed64Type = 1;
constexpr uint32_t kLengthType = 2;

struct VarintBytes {
  explicit VarintBytes(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<char>(value | 0x80);
    bytes[size++] = static_cast<char>(value);
  }
  char bytes[kVarintBytesMax];
  size_t size = 0;
};

void AppendVarint(uint64_t value, std::string& to) {
  const VarintBytes varint(value);
  to.append(varint.bytes, varint.size);
}

}  // namespace

void ProtoWriter::Tag(uint32_t field, uint32_t wire_type) {
  AppendVarint(uint64_t{field} << 3 | wire_type, to_);
}

void ProtoWriter::Number(uint32_t field, uint64_t value) {
  if (value != 0) ChosenNumber(field, value);
}

void ProtoWriter::ChosenNumber(uint32_t field, uint64_t value) {
  Tag(field, kVarintType);
  AppendVarint(value, to_);
}

void ProtoWriter::Double(uint32_t field, double value) {
  Tag(field, kFixed64Type);
  auto bits = std::bit_cast<uint64_t>(value);
  for (size_t i = 0; i < sizeof bits; ++i, bits >>= 8) to_ += static_cast<char>(bits);
}

void ProtoWriter::Text(uint32_t field, std::string_view text) {
  if (!text.empty()) ChosenText(field, text);
}

void ProtoWriter::ChosenText(uint32_t field, std::string_view text) {
  // One byte stands for each that is wrong: the length does not change.
  Tag(field, kLengthType);
  AppendVarint(text.size(), to_);
  AppendUtf8(text, to_);
}

void ProtoWriter::Bytes(uint32_t field, std::string_view bytes) {
  Tag(field, kLengthType);
  AppendVarint(bytes.size(), to_);
  to_.append(bytes);
}

void ProtoWriter::Pair(uint32_t field, std::string_view key, std::string_view value) {
  Message(field, [&] {
    Text(1, key);
    Text(2, value);
  });
}

size_t ProtoWriter::Begin(uint32_t field) {
  Tag(field, kLengthType);
  return to_.size();
}

// The length is known now: what it stands before moves up, a few hundred bytes.
void ProtoWriter::End(size_t start) {
  const VarintBytes length(to_.size() - start);
  to_.insert(start, length.bytes, length.size);
}

Varint ReadVarint(std::string_view bytes) {
  Varint varint;
  for (size_t i = 0; i < bytes.size() && i < kVarintBytesMax; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    varint.value |= uint64_t{byte & 0x7fU} << (7 * i);
    if (byte < 0x80) {
      varint.size = i + 1;
      return varint;
    }
  }
  return {};
}

}  // namespace outrigger::logging
