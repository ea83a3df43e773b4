// One short name for the whole content of TLS settings: equal settings have equal ones, and nobody
// can make two different ones that do.
//
// Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "net/tls_settings.h"

namespace outrigger {

std::string TlsFingerprint(const TlsSettings& settings);  // 32 bytes, SHA-256
std::string Sha256Of(std::string_view bytes);

}  // namespace outrigger
