// Pages that tools of Envoy ask for and that have nothing to show here: each says why.
#include "admin/pages.h"

namespace outrigger::admin {

void ServeHotRestartVersion(const AdminRequest&, AdminResponse& response) {
  response.body = "disabled";
}

void ServeContention(const AdminRequest&, AdminResponse& response) {
  response.body = "Waits for mutexes are not traced: workers take none.\n";
}

void ServeNoProfile(const AdminRequest&, AdminResponse& response) {
  response.status = 400;
  response.body = "profiles are taken from outside of the process (perf, heaptrack)\n";
}

}  // namespace outrigger::admin
