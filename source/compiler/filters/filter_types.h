// Every HTTP filter that is built in, listed by hand: its type, what routes may say to it, and how
// both are compiled.
//
// Thread: control.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "http/http_filter.h"
#include "stats/registry.h"

namespace google::protobuf {
class Message;
}

namespace outrigger::compiler {

// Of the connection manager that a filter stands in.
struct HttpFilterContext {
  std::string_view stat_prefix;
  stats::Registry& stats;
  std::string_view service_cluster = {};            // whose proxy this is: the node's
  const StreamClusters* stream_clusters = nullptr;  // null: any may be asked for resources
};

// `proto` is of the type beside which the function stands.
struct HttpFilterType {
  FilterKind kind;
  std::string_view type;
  std::shared_ptr<const HttpFilterConfig> (*compile)(const google::protobuf::Message& proto,
                                                     const HttpFilterContext& context,
                                                     ValidationErrors& errors);
  std::string_view route_type;
  // Null: routes have nothing to say to it.
  std::shared_ptr<const RouteFilterConfig> (*compile_route)(const google::protobuf::Message& proto,
                                                            const CompileEnvironment& environment,
                                                            ValidationErrors& errors);
};

std::span<const HttpFilterType> HttpFilterTypes();
// Null: there is none of that type.
const HttpFilterType* FindHttpFilterType(std::string_view type);
const HttpFilterType* FindRouteFilterType(std::string_view route_type);

}  // namespace outrigger::compiler
