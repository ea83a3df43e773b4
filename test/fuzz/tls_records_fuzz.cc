// TLS records from a peer that sends what it likes: the first byte chooses whether we are the
// service or the client.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string_view>

#include "base/check.h"
#include "base/slab.h"
#include "net/socket.h"
#include "net/tls_context.h"
#include "test/support/certificates.h"

namespace outrigger {
namespace {

constexpr size_t kInputBytesMax = 64 * 1024;  // what a socket pair holds

std::shared_ptr<const TlsContext> MakeContext(TlsSettings::Side side) {
  static const test::Authority authority;
  const test::Identity identity = authority.Issue("DNS:a.test");
  TlsSettings settings;
  settings.side = side;
  settings.certificates = {{identity.chain_pem, identity.key_pem}};
  settings.validation.trusted_ca_pem = authority.pem();
  settings.requires_peer_certificate = true;
  settings.application_protocols = {"h2", "http/1.1"};
  auto context = TlsContext::Make(settings);
  OUTRIGGER_CHECK(context.ok());
  return *context;
}

// Nothing that passes may come from a peer that never agreed on a key.
void Receive(const TlsContext& context, std::string_view records) {
  int ends[2];
  OUTRIGGER_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
  SystemSockets sockets;
  SlabPool slabs;
  {
    const auto transport = context.NewTransport(sockets, slabs, ends[0]);
    OUTRIGGER_CHECK(write(ends[1], records.data(), records.size()) >= 0 || records.empty());
    shutdown(ends[1], SHUT_WR);
    OUTRIGGER_CHECK(transport->Handshake() != 0);
    std::array<char, 4096> into;
    OUTRIGGER_CHECK(transport->Read(into.data(), into.size()) <= 0);
    static_cast<void>(transport->SayEnd());
  }
  OUTRIGGER_CHECK(slabs.slabs_out() == 0);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using outrigger::TlsSettings;
  static const auto service = outrigger::MakeContext(TlsSettings::Side::kServer);
  static const auto client = outrigger::MakeContext(TlsSettings::Side::kClient);
  if (size == 0 || size > outrigger::kInputBytesMax) return 0;
  const std::string_view records(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  outrigger::Receive(bytes[0] % 2 == 0 ? *service : *client, records);
  return 0;
}
