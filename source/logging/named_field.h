// A field of a head by its name, pseudo headers among them.
//
// Thread: any (pure).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/header_map.h"
#include "http/message.h"

namespace outrigger::logging {

struct FieldName {
  std::string name;  // lower case; empty: none
  http::HeaderId id = http::HeaderId::kUnknown;

  // However it is written.
  static FieldName Of(std::string_view written);
  bool operator==(const FieldName&) const = default;
};

// Its first value. Nothing: there is none.
std::optional<std::string_view> FieldOf(const http::HeaderMap& fields, const FieldName& field);
std::optional<std::string_view> FieldOf(const http::RequestHead& request, const FieldName& field);
std::optional<std::string_view> FieldOf(const http::ResponseHead& response, const FieldName& field);

}  // namespace outrigger::logging
