// Whatever a call of the client status discovery service brings, however its bytes come: every call
// ends once, with as many answers as it had questions when it is not refused.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "admin/admin_server.h"
#include "admin/client_status_call.h"
#include "base/check.h"
#include "test/support/loopback.h"

namespace outrigger::admin {
namespace {

struct Encoder final : http::ResponseEncoder {
  void EncodeInformational(const http::ResponseHead&) override {}
  void EncodeResponseHead(const http::ResponseHead&, bool) override { ++heads; }
  void SetFlushTimeout(Duration) override {}
  void EncodeBody(std::string_view bytes) override { body += bytes.size(); }
  void EncodeEnd(const http::HeaderMap*) override { ++ends; }
  void ResetStream() override {}
  void PauseBody() override {}
  void ResumeBody() override {}
  size_t queued_bytes() const override { return 0; }

  int heads = 0;
  int ends = 0;
  size_t body = 0;
};

// A server whose configuration is empty.
struct World {
  LoopWorld loop;
  LoopbackListener listener;
  stats::Registry stats;
  std::atomic<ServerState> state = ServerState::kLive;
  std::atomic<bool> fails_health = false;
  std::atomic<int64_t> running_on_saved = 0;
  AdminServer server{loop.net, Sources(), listener.fd()};

  AdminSources Sources() {
    AdminSources sources{stats, state, fails_health, running_on_saved};
    sources.with_ledger = [](auto on_ledger) { on_ledger(std::make_shared<ConfigLedger>()); };
    return sources;
  }
};

}  // namespace
}  // namespace outrigger::admin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;  // NOLINT(google-build-using-namespace): one function
  static auto& world = *new admin::World;
  http::RequestHead head;
  head.path = "/envoy.service.status.v3.ClientStatusDiscoveryService/StreamClientStatus";
  head.headers.Add(http::HeaderId::kContentType, "application/grpc");
  admin::Encoder encoder;
  admin::ClientStatusCall call(world.server, head, encoder, [] {});
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  const size_t piece = size == 0 ? 1 : bytes[size - 1] % 7 + 1u;
  for (size_t at = 0; at < size && !call.is_over(); at += piece) {
    call.OnBody(body.substr(at, piece));
    while (call.Work()) continue;
  }
  if (!call.is_over()) call.OnMessageEnd();
  // Answers may stand behind one another; each takes a few steps.
  for (int i = 0; i < 1000 && !call.is_over(); ++i) static_cast<void>(call.Work());
  OUTRIGGER_CHECK(call.is_over() && encoder.heads == 1 && encoder.ends == 1);
  return 0;
}
