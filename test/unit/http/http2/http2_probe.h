// Both HTTP/2 codecs in a test's hand, with receivers that note what they hear and refuse what may
// not come.
//
// Thread: the test's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "http/http2/client_codec.h"
#include "http/http2/server_codec.h"
#include "net/connection.h"
#include "test/support/fake_clock.h"

namespace outrigger::http::http2 {

// What a receiver of one message has heard; a second end, or anything behind it, is a defect.
class Heard {
 public:
  void AddBody(std::string_view bytes) {
    OUTRIGGER_CHECK(!is_over() && trailers_.empty());
    body_ += bytes;
  }
  void AddTrailers(const HeaderMap& trailers) {
    OUTRIGGER_CHECK(!is_over() && trailers_.empty());
    for (const HeaderField& field : trailers) {
      trailers_.append(field.name).append("=").append(field.value).append(";");
    }
  }
  void End() {
    OUTRIGGER_CHECK(!is_over());
    has_ended_ = true;
  }
  void Fail(const Error& error) {
    OUTRIGGER_CHECK(!has_failed_);
    has_failed_ = true;
    error_ = error;
  }

  bool has_ended() const { return has_ended_; }
  bool has_failed() const { return has_failed_; }
  bool is_over() const { return has_ended_ || has_failed_; }
  const std::string& body() const { return body_; }
  const std::string& trailers() const { return trailers_; }
  const Error& error() const { return error_; }

 private:
  std::string body_;
  std::string trailers_;
  Error error_;
  bool has_ended_ = false;
  bool has_failed_ = false;
};

// One request as a server has it. Lives as long as the probe.
struct ServedRequest final : public MessageEvents {
  void OnBody(std::string_view bytes) override {
    OUTRIGGER_CHECK(!is_let_go);
    heard.AddBody(bytes);
    if (on_event) on_event(*this);
  }
  void OnTrailers(const HeaderMap& trailers) override {
    OUTRIGGER_CHECK(!is_let_go);
    heard.AddTrailers(trailers);
  }
  void OnMessageEnd() override {
    OUTRIGGER_CHECK(!is_let_go);
    heard.End();
    if (on_event) on_event(*this);
  }
  void OnMessageError(const Error& error) override {
    OUTRIGGER_CHECK(!is_let_go);
    heard.Fail(error);
    encoder->ResetStream();
    is_let_go = true;
  }

  void Respond(uint16_t status, std::string_view body) {
    ResponseHead head;
    head.status = status;
    if (!body.empty()) head.body.kind = BodyLength::Kind::kUnknown;
    encoder->EncodeResponseHead(head, false);
    if (!body.empty()) encoder->EncodeBody(body);
    encoder->EncodeEnd(nullptr);
    LetGo();
  }
  // As an exchange does at its end.
  void LetGo() {
    if (!heard.is_over()) encoder->ResetStream();
    is_let_go = true;
  }

  std::string method;
  std::string path;
  Heard heard;
  ResponseEncoder* encoder = nullptr;
  std::function<void(ServedRequest&)> on_event;
  bool is_let_go = false;
};

// What a session finds around it.
class Surroundings final : public SessionOwner {
 public:
  void OnOutputDue() override { ++outputs_due; }
  void OnPeerSilent() override { is_peer_silent = true; }

  FakeClock clock;
  EventLoop loop{clock};
  SlabPool slabs;
  SlabPool cells{NetContext::kCellBytes, NetContext::kCellsKept};
  stats::Block stats{kHttp2Family.offsets, true};
  SessionContext context{loop, slabs, cells, stats, *this};
  int outputs_due = 0;
  bool is_peer_silent = false;
};

class ServerProbe final : public ServerCodecEvents {
 public:
  explicit ServerProbe(const Options& options = {})
      : codec(output, surroundings.context, *this, options, "http") {}
  ~ServerProbe() override {
    codec.OnEof();  // everyone hears of the end
  }

  MessageEvents& OnRequestHead(const RequestHead& head, ResponseEncoder& encoder) override {
    requests.push_back(std::make_unique<ServedRequest>());
    ServedRequest& request = *requests.back();
    request.method = head.method;
    request.path = head.path;
    request.encoder = &encoder;
    request.on_event = on_event;
    if (on_head) on_head(request);
    return request;
  }
  void OnConnectionError(const Error& error) override { failures.emplace_back(error.cause); }
  void OnRequestRefused(const Error& error) override { refusals.emplace_back(error.cause); }

  std::string TakeOutput() {
    std::string bytes = output.ToString();
    output.Clear();
    return bytes;
  }

  Surroundings surroundings;
  ByteBuffer output{surroundings.slabs};
  std::function<void(ServedRequest&)> on_head, on_event;
  std::vector<std::unique_ptr<ServedRequest>> requests;
  std::vector<std::string> failures, refusals;
  ServerCodec codec;
};

// One request as a client has it.
struct SentRequest final : public ResponseEvents {
  void OnInformational(const ResponseHead&) override { ++informational; }
  void OnResponseHead(const ResponseHead& head) override {
    OUTRIGGER_CHECK(status == 0 && !heard.is_over());
    status = head.status;
  }
  void OnBody(std::string_view bytes) override { heard.AddBody(bytes); }
  void OnTrailers(const HeaderMap& trailers) override { heard.AddTrailers(trailers); }
  void OnMessageEnd() override { heard.End(); }
  void OnMessageError(const Error& error) override {
    OUTRIGGER_CHECK(!heard.has_ended());
    heard.Fail(error);
  }

  Heard heard;
  ClientStream* stream = nullptr;
  uint16_t status = 0;
  int informational = 0;
};

class ClientProbe {
 public:
  explicit ClientProbe(const Options& options = {})
      : codec(output, surroundings.context, options) {}
  ~ClientProbe() { codec.OnEof(); }

  // Starts a request; with `has_body`, the test encodes that and the end.
  SentRequest& Send(std::string_view method, std::string_view path, bool has_body = false) {
    requests.push_back(std::make_unique<SentRequest>());
    SentRequest& request = *requests.back();
    request.stream = &codec.StartExchange(request);
    RequestHead head;
    head.method = method;
    head.path = path;
    head.authority = "a";
    head.scheme = "http";
    if (has_body) head.body.kind = BodyLength::Kind::kUnknown;
    request.stream->EncodeRequestHead(head);
    return request;
  }
  std::string TakeOutput() {
    std::string bytes = output.ToString();
    output.Clear();
    return bytes;
  }

  Surroundings surroundings;
  ByteBuffer output{surroundings.slabs};
  std::vector<std::unique_ptr<SentRequest>> requests;
  ClientCodec codec;
};

// Lets both speak until neither has anything to say.
inline void Converse(ClientProbe& client, ServerProbe& server) {
  for (bool is_silent = false; !is_silent;) {
    client.codec.OnTurnEnd();
    server.codec.OnTurnEnd();
    const std::string request_bytes = client.TakeOutput();
    const std::string response_bytes = server.TakeOutput();
    server.codec.Decode(request_bytes);
    client.codec.Decode(response_bytes);
    is_silent = request_bytes.empty() && response_bytes.empty();
  }
}

}  // namespace outrigger::http::http2
