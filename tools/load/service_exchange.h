// One request at the example service: answered with 200, the id it came with and a hash; by gRPC,
// with one message and a status.
// `?bytes=N` makes the answer at least that long, `?delay_ms=N` lets it wait.
//
// Owned by a ServiceConnection. Thread: main.
#pragma once

#include <string>

#include "event/timer.h"
#include "http/codec.h"
#include "tools/load/demo_service.h"
#include "tools/load/ledger.h"

namespace outrigger::load {

class ServiceExchange final : public http::MessageEvents {
 public:
  static constexpr Duration kDelayMax = std::chrono::minutes(10);
  static constexpr size_t kMessageBytesMax = 64 * 1024;  // of gRPC

  ServiceExchange(ServiceConnection& connection, DemoService& service,
                  const http::RequestHead& head, http::ResponseEncoder& encoder);

  void OnBody(std::string_view bytes) override;
  void OnTrailers(const http::HeaderMap&) override {}
  void OnMessageEnd() override;
  void OnMessageError(const http::Error&) override;

  // The connection's own: where it stands among its exchanges.
  size_t index = 0;

 private:
  void Answer();
  void AnswerText(http::ResponseHead& head, const std::string& text);
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
  std::string id_;
  std::string message_;  // by gRPC: the request's
  BodyDigest body_;
  bool is_answerable_ = true;
};

}  // namespace outrigger::load
