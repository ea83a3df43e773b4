// What a route changes in paths and hosts, as values.
//
// Each adds an error at the current field path and returns something harmless when the proto is
// wrong. Thread: control.
#pragma once

#include <string>

#include "base/validation_errors.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "routing/route_action.h"

namespace outrigger::compiler {

// Longer ones would make much of little: a substitution may stand in for every character.
inline constexpr size_t kSubstitutionBytesMax = 1024;

routing::PathRewrite CompilePathRewrite(const envoy::config::route::v3::RouteAction& proto,
                                        ValidationErrors& errors);
routing::PathRewrite CompilePathRewrite(const envoy::config::route::v3::RedirectAction& proto,
                                        ValidationErrors& errors);
routing::HostRewrite CompileHostRewrite(const envoy::config::route::v3::RouteAction& proto,
                                        ValidationErrors& errors);
routing::RegexRewrite CompileRegexRewrite(
    const envoy::type::matcher::v3::RegexMatchAndSubstitute& proto, ValidationErrors& errors);
// host_rewrite_literal; empty: none.
std::string CompileHostLiteral(const std::string& host, ValidationErrors& errors);

}  // namespace outrigger::compiler
