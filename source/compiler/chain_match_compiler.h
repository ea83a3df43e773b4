// envoy.config.listener.v3.FilterChainMatch -> ChainCriteria, and the criteria of all filter chains
// of a listener -> ChainMatch.
//
// Two chains that ask for the same, in whole or in one combination of their values, are refused: as
// in Envoy, nobody could say which of them a connection belongs to. Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "snapshot/chain_match.h"

namespace outrigger::compiler {

// The chains are known by their positions; the default one comes last.
ChainMatch CompileChainMatch(const envoy::config::listener::v3::Listener& proto,
                             ValidationErrors& errors);

}  // namespace outrigger::compiler
