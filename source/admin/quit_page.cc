#include "admin/pages.h"

namespace outrigger::admin {

void ServeQuit(const AdminRequest& request, AdminResponse& response) {
  request.sources.quit();
  response.body = "OK\n";
}

}  // namespace outrigger::admin
