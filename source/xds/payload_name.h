// The name inside a resource that is still bytes. Every type of the API has it in field 1, so that
// no type needs to be known, and a resource that has not changed need not be parsed for it (X14).
//
// Thread: any (pure).
#pragma once

#include <string_view>

namespace outrigger::xds {

// Empty: there is none, or the bytes are no message. Points into `payload`. Valid UTF-8.
std::string_view NameInside(std::string_view payload);

}  // namespace outrigger::xds
