// The copies of one exchange's request that want more of it.
//
// Where no policy of its route asks for copies it costs a look at an empty list. Owned by its
// exchange. Thread: worker.
#pragma once

#include <span>
#include <string_view>

#include "downstream/worker_context.h"
#include "routing/route_action.h"
#include "snapshot/config_snapshot.h"

namespace outrigger {

class Mirroring {
 public:
  // Of a request that is on its way, as it is sent to its own cluster.
  struct Order {
    const routing::ForwardAction& action;
    const LinkedRoutes& routes;
    const http::RequestHead& request;
    Duration timeout{};
    EndpointCriteria criteria = {};  // that the route has for its own cluster
  };
  void Start(const Order& order, Arena& arena, WorkerContext& context);
  void OnBody(std::string_view bytes) const;
  void OnEnd(const http::HeaderMap* trailers) const;
  // The exchange is over: those that have the whole request go on without it.
  void LetGo();

 private:
  std::span<Mirror*> mirrors_;  // null: wants no more
};

}  // namespace outrigger
