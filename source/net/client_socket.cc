#include "net/client_socket.h"

#include <algorithm>

#include "base/check.h"

namespace outrigger {

const ClientSocket& SocketFor(const ClientSockets& sockets, const Address& destination) {
  OUTRIGGER_CHECK(!sockets.empty());
  const auto found =
      std::find_if(sockets.begin(), sockets.end(), [&destination](const ClientSocket& socket) {
        return socket.source.is_set() && socket.source.family() == destination.family();
      });
  return found == sockets.end() ? sockets.front() : *found;
}

}  // namespace outrigger
