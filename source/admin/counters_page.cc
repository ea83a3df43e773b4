#include "admin/pages.h"

namespace outrigger::admin {

void ServeResetCounters(const AdminRequest& request, AdminResponse& response) {
  request.sources.stats.ResetCounters();
  response.body = "OK\n";
}

}  // namespace outrigger::admin
