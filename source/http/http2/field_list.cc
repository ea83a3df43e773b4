#include "http/http2/field_list.h"

#include <charconv>

#include "http/field_rules.h"

namespace outrigger::http::http2 {

namespace {

// nghttp2 takes bytes it does not write to by pointers that could.
uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
}

template <size_t N>
std::string_view Decimal(std::array<char, N>& digits, uint64_t number) {
  const auto result = std::to_chars(digits.data(), digits.data() + N, number);
  return {digits.data(), static_cast<size_t>(result.ptr - digits.data())};
}

}  // namespace

void FieldList::Add(std::string_view name, std::string_view value) {
  fields_.push_back({Bytes(name), Bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
}

void FieldList::AddAll(const HeaderMap& fields) {
  for (const HeaderField& field : fields) {
    if (!IsFraming(field.id)) Add(field.name, field.value);
  }
}

void FieldList::AddContentLength(uint64_t length) {
  Add("content-length", Decimal(length_, length));
}

void FieldList::AddRequest(const RequestHead& head) {
  Add(":method", head.method);
  Add(":scheme", head.scheme);
  if (!head.authority.empty()) Add(":authority", head.authority);
  Add(":path", head.path);
  AddAll(head.headers);
  if (head.body.kind == BodyLength::Kind::kKnown) AddContentLength(head.body.bytes);
}

void FieldList::AddResponse(const ResponseHead& head, std::optional<uint64_t> length) {
  Add(":status", Decimal(status_, head.status));
  AddAll(head.headers);
  if (length.has_value()) AddContentLength(*length);
}

}  // namespace outrigger::http::http2
