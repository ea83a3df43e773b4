// One request at the example service: answered with 200, the id it came with and a hash; by gRPC,
// with one message and a status.
// `?bytes=N` makes the answer at least that long, `?delay_ms=N` lets it wait; with `?held=1` all of
// it but its first half waits until somebody asks for /release.
//
// Owned by a ServiceConnection. Thread: main.
#pragma once

#include <string>

#include "base/intrusive_list.h"
#include "event/timer.h"
#include "http/codec.h"
#include "tools/load/demo_service.h"
#include "tools/load/ledger.h"

namespace outrigger::load {

class ServiceExchange final : public http::MessageEvents, public IntrusiveHook<ServiceExchange> {
 public:
  static constexpr Duration kDelayMax = std::chrono::minutes(10);
  static constexpr size_t kMessageBytesMax = 64 * 1024;  // of gRPC

  ServiceExchange(ServiceConnection& connection, DemoService& service,
                  const http::RequestHead& head, http::ResponseEncoder& encoder);

  void OnBody(std::string_view bytes) override;
  void OnTrailers(const http::HeaderMap&) override {}
  void OnMessageEnd() override;
  void OnMessageError(const http::Error&) override;

  // Held no longer: sends the other half of its answer.
  void Release();

  // The connection's own: where it stands among its exchanges.
  size_t index = 0;

 private:
  void Answer();
  void AnswerText(http::ResponseHead& head, std::string_view text);
  void AnswerByGrpc(http::ResponseHead& head, const std::string& text);
  bool TakeMessage();

  ServiceConnection& connection_;
  DemoService& service_;
  const ServiceOptions& options_;
  http::ResponseEncoder& encoder_;
  Timer delay_timer_;
  const bool is_grpc_;
  const size_t bytes_min_;
  const Duration delay_;
  const bool is_held_;
  const bool releases_;  // those that are held
  std::string held_;     // the other half
  std::string id_;
  std::string message_;  // by gRPC: the request's
  BodyDigest body_;
  bool is_answerable_ = true;
};

}  // namespace outrigger::load
