#include "logging/named_field.h"

#include <algorithm>

namespace outrigger::logging {

FieldName FieldName::Of(std::string_view written) {
  FieldName field;
  field.name.resize(written.size());
  std::transform(written.begin(), written.end(), field.name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  field.id = http::FindHeaderId(field.name);
  return field;
}

std::optional<std::string_view> FieldOf(const http::HeaderMap& fields, const FieldName& field) {
  return field.id != http::HeaderId::kUnknown ? fields.Get(field.id) : fields.Get(field.name);
}

std::optional<std::string_view> FieldOf(const http::RequestHead& request, const FieldName& field) {
  if (!field.name.starts_with(':')) {
    if (field.id == http::HeaderId::kHost) return request.authority;
    return FieldOf(request.headers, field);
  }
  if (field.name == ":method") return request.method;
  if (field.name == ":path") return request.path;
  if (field.name == ":authority") return request.authority;
  if (field.name == ":scheme") return request.scheme;
  return std::nullopt;
}

std::optional<std::string_view> FieldOf(const http::ResponseHead& response,
                                        const FieldName& field) {
  return FieldOf(response.headers, field);
}

}  // namespace outrigger::logging
