// What a control plane that is polled is asked next, and what its answers are. Pure: no I/O, no
// clock.
//
// A version is only sent for the names that it was answered for: servers that look at nothing else
// would say that nothing has changed.
//
// Owned by whoever polls. Thread: control. Source: xds_protocol.rst, "REST-JSON polling".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace outrigger::compiler {

class PollState {
 public:
  // `type_url`: of answers that say none.
  explicit PollState(std::string type_url);
  ~PollState();

  // A serialized DiscoveryRequest: everything that is to be asked for from now on.
  void Take(std::string_view request);
  // It is other names than those of the last poll, or there was none.
  bool asks_for_others() const { return asks_for_others_; }
  // The body of the next poll.
  absl::StatusOr<std::string> StartPoll();
  // The answer to it, as a serialized DiscoveryResponse. One that cannot be read is told of in the
  // next poll. `warnings`: as ParseDiscoveryText has them.
  absl::StatusOr<std::string> Read(std::string_view body, std::vector<std::string>& warnings);

 private:
  struct Requests;

  const std::string type_url_;
  const std::unique_ptr<Requests> requests_;
  bool asks_for_others_ = false;
};

}  // namespace outrigger::compiler
