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
  std::string_view type_url;  // of the Any
  std::string_view bytes;     // the Any's value
};

struct Response {
  std::string_view type_url;
  std::string_view system_version;
  std::vector<ReceivedResource> resources;
  std::vector<std::string_view> removed;
};

struct ResourceError {
  std::string name;
  std::string message;  // with field paths
};

// What became of a response: the names actually accepted and every error. No error = ACK; any error
// = NACK, while the accepted ones are used (X5). Names are valid UTF-8, as every protobuf string
// that parses.
struct Verdict {
  std::vector<std::string> accepted;  // names now running at the version just received
  std::vector<ResourceError> errors;
};

// The taker of resources: compiles, stores, links, publishes.
class ResourceSink {
 public:
  virtual ~ResourceSink() = default;
  virtual Verdict OnResponse(const Response& response) = 0;
  // A stream ended without any answer, and this type had been asked for. What runs goes on (X42).
  virtual void OnFailure(std::string_view type_url) = 0;
};

}  // namespace outrigger::xds
