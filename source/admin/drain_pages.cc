#include "admin/pages.h"

namespace outrigger::admin {

void ServeDrainListeners(const AdminRequest& request, AdminResponse& response) {
  const Query& query = request.query;
  ListenerDrain drain;
  drain.inbound_only = query.Has("inboundonly");
  drain.keeps_accepting = query.Has("skip_exit");
  drain.is_graceful = query.Has("graceful") || drain.keeps_accepting;
  request.sources.drain_listeners(drain);
  response.body = "OK\n";
}

void ServeHealthcheckFail(const AdminRequest& request, AdminResponse& response) {
  request.sources.set_fails_health(true);
  response.body = "OK\n";
}

void ServeHealthcheckOk(const AdminRequest& request, AdminResponse& response) {
  request.sources.set_fails_health(false);
  response.body = "OK\n";
}

}  // namespace outrigger::admin
