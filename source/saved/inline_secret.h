// Whether a resource holds a private key, a password or the like in its own bytes: what must not
// lie on disk unless its owner says so. A file's name is none.
//
// Thread: any.
#pragma once

#include <string_view>

namespace outrigger::saved {

// Also when it cannot be told: of a type that is not known, or packed more than 16 times.
bool HoldsSecret(std::string_view type_url, std::string_view bytes);

}  // namespace outrigger::saved
