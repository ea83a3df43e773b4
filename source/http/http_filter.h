// The contract of HTTP filters: what stands between an exchange and its router.
//
// A filter is configured once, as a const value that all exchanges of a connection manager share
// (HttpFilterConfig), and takes part in each of them through a small object of its own
// (HttpFilter). Its roles are three: it may answer the request itself, change what passes, or only
// watch.
//
// Requests pass the filters in the order of the chain, answers in the opposite order, those that
// the proxy or a filter gives itself among them. After a filter has answered, after a reset and
// after the end nothing runs on the exchange any more (R60).
//
// Thread: worker. Source: xDS HttpFilter; the roles are h2o's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "http/message.h"

namespace outrigger {

class FilterPipeline;
struct FilterDiscovery;

// What a filter makes of a request.
enum class FilterVerdict : uint8_t {
  kContinue,
  kPause,    // nothing behind it runs before the time is over that it gave FilterPipeline::PauseFor
  kGather,   // nor before the body is complete, which is kept: FilterPipeline::GatherBody
  kReplied,  // it has answered, by FilterPipeline::Reply: nothing of the request goes on
  // After a pause: its route table may know its host by now. If so, the request has another route,
  // and all filters run anew; else it goes on.
  kFindRouteAnew,
};

// Lives in the exchange's arena and is never destroyed: it holds nothing that must be.
class HttpFilter {
 public:
  virtual FilterVerdict OnRequestHead(FilterPipeline&, http::RequestHead&) {
    return FilterVerdict::kContinue;
  }
  // The time of its pause is over.
  virtual FilterVerdict OnPauseOver(FilterPipeline&, http::RequestHead&) {
    return FilterVerdict::kContinue;
  }
  // Bytes of the body; what it returns goes on in their place. Nothing: it has answered.
  virtual std::optional<std::string_view> OnRequestBody(FilterPipeline&, std::string_view bytes) {
    return bytes;
  }
  // The body is complete. False: it has answered.
  virtual bool OnRequestEnd(FilterPipeline&) { return true; }
  virtual void OnResponseHead(FilterPipeline&, http::ResponseHead&) {}
  // As OnRequestBody. Not called for bytes of a tunnel.
  virtual std::string_view OnResponseBody(FilterPipeline&, std::string_view bytes) { return bytes; }
  // Returns what the body ends with. `trailers` (null: there are none) are what the client is sent.
  virtual std::string_view OnResponseEnd(FilterPipeline&, const http::HeaderMap*& trailers) {
    static_cast<void>(trailers);
    return {};
  }
  // The exchange ends, whatever has happened. Last event.
  virtual void OnEnd(FilterPipeline&) {}

 protected:
  ~HttpFilter() = default;
};

class HttpFilterConfig {
 public:
  virtual ~HttpFilterConfig() = default;
  virtual HttpFilter& Make(Arena& arena) const = 0;
  // It asks for clusters by their names (ConfigSnapshot::cluster_index).
  virtual bool names_clusters() const { return false; }
};

// What a route says to a filter.
class RouteFilterConfig {
 public:
  virtual ~RouteFilterConfig() = default;
};

// Which filter it is. Listeners and routes come apart from each other, so that a name alone does
// not tell whether a route speaks the language of the filter it names.
enum class FilterKind : uint8_t {
  kNone,
  kBuffer,
  kCors,
  kFault,
  kGrpcStats,
  kGrpcWeb,
  kHeaderMutation,
  kHeaderToMetadata,
  kHealthCheck,
  kOnDemand,
  kRbac,
  kSetMetadata,
};

namespace http {

// A filter of a chain.
struct ConfiguredFilter {
  std::string name;  // by which routes speak to it
  FilterKind kind = FilterKind::kNone;
  std::shared_ptr<const HttpFilterConfig> config;
  bool is_disabled = false;  // unless a route speaks to it
  // Null: it is as it stands here. Else what it is comes from elsewhere (http/filter_discovery.h).
  std::shared_ptr<const FilterDiscovery> discovery = nullptr;
};

// What a route, a virtual host, a route table or a weighted cluster says to the filter of that
// name.
struct RouteFilter {
  std::string name;
  FilterKind kind = FilterKind::kNone;              // of `config`
  std::shared_ptr<const RouteFilterConfig> config;  // null: nothing but that it is off
  bool is_disabled = false;
  bool operator==(const RouteFilter&) const = default;
};
using RouteFilters = std::vector<RouteFilter>;

}  // namespace http
}  // namespace outrigger
