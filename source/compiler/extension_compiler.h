// TypedExtensionConfig -> the configuration of a filter that comes apart from its listener, and
// what the chain of a connection manager makes of it (network_filters.h: filter chains).
//
// It stays a message: each chain that asks for it makes a filter of its own.
// Thread: control. Source: envoy/config/core/v3/extension.proto.
#pragma once

#include <google/protobuf/any.pb.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/validation_errors.h"
#include "compiler/filters/filter_types.h"
#include "http/filter_discovery.h"

namespace envoy::config::core::v3 {
class TypedExtensionConfig;
}

namespace outrigger::compiler {

inline constexpr std::string_view kRouterType = "envoy.extensions.filters.http.router.v3.Router";

struct ExtensionConfig {
  std::string type;  // of the message that is meant
  // Of a filter that is handled; null: it stands for one that changes nothing, or for the router.
  std::shared_ptr<const google::protobuf::Message> content;
};

// It only observes, or saves bytes: it may be left out.
bool IsHarmlessFilter(std::string_view type);

// Null after a mistake.
std::shared_ptr<const ExtensionConfig> CompileExtension(
    const envoy::config::core::v3::TypedExtensionConfig& proto, ValidationErrors& errors);
// The same of the message in a field `typed_config` or `default_config`: the current path.
std::shared_ptr<const ExtensionConfig> CompileExtensionContent(const google::protobuf::Any& proto,
                                                               ValidationErrors& errors);

// Null after a mistake: the filter may not be of that type, or not stand there.
std::shared_ptr<const DiscoveredFilter> MakeDiscoveredFilter(const ExtensionConfig& config,
                                                             const FilterDiscovery& discovery,
                                                             const HttpFilterContext& context,
                                                             ValidationErrors& errors);

}  // namespace outrigger::compiler
