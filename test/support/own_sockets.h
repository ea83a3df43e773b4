// The sockets of this process as the kernel knows them: what the proxy has opened can be asked for
// its options, since it runs in the test's own process.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <vector>

namespace outrigger::test {

// Descriptors, of IP sockets only.
std::vector<int> SocketsConnectedTo(uint16_t port);
std::vector<int> SocketsListeningOn(uint16_t port);

// -1: the kernel does not tell.
int SocketOptionOf(int fd, int level, int name);

}  // namespace outrigger::test
