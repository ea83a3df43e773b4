// What a loop calls when a descriptor has something to say: connections, listening sockets,
// wake-ups, signal descriptors.
//
// Thread: the loop it is registered with.
#pragma once

namespace outrigger {

struct IoEvents {
  bool readable = false;  // bytes, a connection to accept, or end of stream
  bool writable = false;
  bool error = false;   // EPOLLERR: ask the socket which
  bool hangup = false;  // EPOLLHUP or EPOLLRDHUP
};

class IoHandler {
 public:
  virtual ~IoHandler() = default;
  virtual void OnIo(IoEvents events) = 0;
};

}  // namespace outrigger
