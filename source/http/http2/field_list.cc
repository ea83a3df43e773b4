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

void FieldList::AddStatic(std::string_view name, std::string_view value) {
  fields_.push_back(
      {Bytes(name), Bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NO_COPY_NAME});
}

void FieldList::AddAll(const HeaderMap& fields) {
  for (const HeaderField& field : fields) {
    if (field.id == HeaderId::kUnknown) {
      Add(field.name, field.value);
    } else if (!IsFraming(field.id)) {
      AddStatic(HeaderName(field.id), field.value);
    }
  }
}

void FieldList::AddContentLength(uint64_t length) {
  AddStatic("content-length", Decimal(length_, length));
}

void FieldList::AddRequest(const RequestHead& head) {
  const bool is_upgrade = !head.upgrade.empty();
  AddStatic(":method", is_upgrade ? "CONNECT" : head.method);
  if (is_upgrade) AddStatic(":protocol", head.upgrade);  // RFC 8441 4
  if (!head.is_connect()) AddStatic(":scheme", head.scheme);
  if (!head.authority.empty()) AddStatic(":authority", head.authority);
  if (!head.is_connect()) AddStatic(":path", head.path);
  AddAll(head.headers);
  if (head.body.kind == BodyLength::Kind::kKnown) AddContentLength(head.body.bytes);
}

void FieldList::AddResponse(const ResponseHead& head, std::optional<uint64_t> length) {
  const bool is_upgraded = head.opens_tunnel && head.status == 101;
  AddStatic(":status", Decimal(status_, is_upgraded ? 200 : head.status));  // RFC 8441 5
  AddAll(head.headers);
  if (length.has_value()) AddContentLength(*length);
}

}  // namespace outrigger::http::http2
