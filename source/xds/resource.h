// What the xDS client hands over: one response's worth of changes of one type, still as bytes, and
// the verdict that comes back. xds/ knows no resource type.
//
// Thread: control.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace outrigger::xds {

struct ReceivedResource {
  std::string_view name;  // never empty
  std::string_view version;
  std::string_view type_url;                   // of the Any
  std::string_view bytes;                      // the Any's value
  bool expires = false;                        // it has a time to live (X43)
  std::vector<std::string_view> aliases = {};  // what else it may have been asked for by (X37)
};

// Why a resource that was asked for is not there. What was accepted of it before stays.
struct Absence {
  enum class Kind { kDoesNotExist, kTimedOut, kError };
  std::string name;
  Kind kind{};
  std::string why;
};

struct Response {
  std::string_view type_url;
  std::string_view system_version;
  std::vector<ReceivedResource> resources;
  std::vector<std::string_view> removed;
  std::string_view file;    // that it was read from; empty: it came on a stream
  std::string_view source;  // as it stands in keys; empty: the aggregated stream

  // That of all of it or, where there is none, of its last resource.
  std::string_view version() const {
    return system_version.empty() && !resources.empty() ? resources.back().version : system_version;
  }
};

struct ResourceError {
  std::string name;
  std::string message;    // with field paths
  bool is_noted = false;  // whoever took it tells of it, and keeps it for those who ask
};

// What became of a response: the names actually accepted and every error. No error = ACK; any error
// = NACK, while the accepted ones are used (X5). Names are valid UTF-8, as every protobuf string
// that parses.
struct Verdict {
  // Names now running at the version just received, in the order of the response.
  std::vector<std::string> accepted;
  std::vector<ResourceError> errors;
};

// The taker of resources: compiles, stores, links, publishes.
class ResourceSink {
 public:
  virtual ~ResourceSink() = default;
  virtual Verdict OnResponse(const Response& response) = 0;
  // A stream ended without any answer, and this type had been asked for. What runs goes on (X42).
  virtual void OnFailure(std::string_view type_url) = 0;
  // The server has not got them, says so, or cannot give them (X24, X46).
  virtual void OnAbsent(std::string_view type_url, const std::vector<Absence>& absences) = 0;
  // Their time to live is over: what they said holds no more (X43).
  virtual void OnExpired(std::string_view type_url, const std::vector<std::string>& names) = 0;
};

}  // namespace outrigger::xds
