// Gauges of when the certificates that a listener or a cluster shows, and trusts, expire. They are
// there as long as whoever uses them holds their scopes.
//
// Thread: control.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "net/tls_context.h"
#include "stats/registry.h"

namespace outrigger::compiler {

using CertificateScopes = std::vector<std::shared_ptr<stats::Scope>>;

// `family`: of such gauges; `owner`: the name of the scope of which they tell. Null `tls`: none.
void AddCertificateScopes(const stats::Family& family, std::string_view owner,
                          const TlsContext* tls, stats::Registry& registry,
                          CertificateScopes& scopes);

}  // namespace outrigger::compiler
