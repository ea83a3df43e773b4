// Fields whose value is a list, to which proxies append (x-forwarded-for, via).
//
// Thread: worker (pure). Source: RFC 9110 5.6.1.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/header_map.h"

namespace outrigger::http {

// Joins all fields of that name and `value` into one field.
void AppendToList(HeaderId id, std::string_view separator, std::string_view value,
                  HeaderMap& headers, Arena& arena);

}  // namespace outrigger::http
