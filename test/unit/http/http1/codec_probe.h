// HTTP/1 codecs with nothing around them: bytes are offered as a connection would, and every event
// is written down as one line of text. Adjoining pieces of a body become one line, so that
// transcripts of the same bytes are equal however they were cut.
//
// Thread: the test's.
#pragma once

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_buffer.h"
#include "base/check.h"
#include "base/slab.h"
#include "http/http1/client_codec.h"
#include "http/http1/server_codec.h"

namespace outrigger::http::http1 {

class Transcript {
 public:
  void Add(std::string line) { lines_.push_back(std::move(line)); }
  void AddBody(std::string_view bytes) {
    if (lines_.empty() || !lines_.back().starts_with("body ")) Add("body ");
    lines_.back().append(bytes);
  }
  const std::vector<std::string>& lines() const { return lines_; }
  bool empty() const { return lines_.empty(); }
  bool Contains(std::string_view part) const { return ToString().find(part) != std::string::npos; }
  std::string ToString() const {
    std::string all;
    for (const std::string& line : lines_) all.append(line).append("\n");
    return all;
  }

 private:
  std::vector<std::string> lines_;
};

inline std::string Describe(const HeaderMap& fields) {
  std::string text = "{";
  for (const HeaderField& field : fields) {
    OUTRIGGER_CHECK(field.id == FindHeaderId(field.name));
    if (text.size() > 1) text += "; ";
    text.append(field.name).append(": ").append(field.value);
  }
  return text + "}";
}

inline std::string Describe(const BodyLength& body) {
  if (body.kind == BodyLength::Kind::kNone) return "none";
  return body.kind == BodyLength::Kind::kKnown ? std::to_string(body.bytes) : "unknown";
}

inline std::string Describe(const Error& error) {
  return std::to_string(RowFor(error.kind).status) + " " + std::string(RowFor(error.kind).details) +
         ": " + std::string(error.cause);
}

// Offers what has come so far from memory of just that size, so that a view kept too long is found.
template <typename Codec>
void OfferExactly(Codec& codec, std::string& pending) {
  while (!pending.empty()) {
    const auto copy = std::make_unique<char[]>(pending.size());
    std::memcpy(copy.get(), pending.data(), pending.size());
    const size_t taken = codec.Decode({copy.get(), pending.size()});
    OUTRIGGER_CHECK(taken <= pending.size());
    pending.erase(0, taken);
    if (taken == 0) return;
  }
}

// The answer that opens the tunnel which was asked for.
inline ResponseHead TunnelHead(std::string_view upgrade) {
  ResponseHead head;
  head.status = upgrade.empty() ? 200 : 101;
  head.upgrade = upgrade;
  head.opens_tunnel = true;
  head.body.kind = BodyLength::Kind::kUnknown;
  return head;
}

class ServerProbe final : public ServerCodecEvents, public MessageEvents {
 public:
  explicit ServerProbe(const CodecLimits& limits = {})
      : output(slabs), codec(output, *this, limits, "http") {}

  void Offer(std::string_view bytes) {
    pending.append(bytes);
    OfferExactly(codec, pending);
  }
  std::string TakeOutput() {
    std::string text = output.ToString();
    output.Clear();
    return text;
  }
  void Respond(uint16_t status, std::string_view body = {}) {
    ResponseHead head;
    head.status = status;
    if (!body.empty()) head.body = {BodyLength::Kind::kKnown, body.size()};
    codec.EncodeResponseHead(head, false);
    if (!body.empty()) codec.EncodeBody(body);
    codec.EncodeEnd(nullptr);
  }

  MessageEvents& OnRequestHead(const RequestHead& head, ResponseEncoder&) override {
    std::string line = "request ";
    line.append(head.method).append(" ").append(head.path).append(" at ").append(head.authority);
    line.append(head.version == Version::kHttp10 ? " 1.0" : "");
    line.append(" body ").append(Describe(head.body)).append(" ").append(Describe(head.headers));
    if (!head.upgrade.empty()) line.append(" upgrade ").append(head.upgrade);
    transcript.Add(line + (head.expects_continue ? " expects continue" : ""));
    if (answers && head.asks_for_tunnel()) {
      codec.EncodeResponseHead(TunnelHead(head.upgrade), false);
    }
    if (on_head) on_head();
    return *this;
  }
  void OnConnectionError(const Error& error) override {
    transcript.Add("connection error " + Describe(error));
    if (answers) codec.EncodeErrorReply(error);
  }
  void OnBody(std::string_view bytes) override {
    transcript.AddBody(bytes);
    if (on_body) on_body();
  }
  void OnTrailers(const HeaderMap& trailers) override {
    transcript.Add("trailers " + Describe(trailers));
    if (on_trailers) on_trailers();
  }
  void OnMessageEnd() override {
    transcript.Add("end");
    if (on_end) {
      on_end();
    } else if (answers && !codec.is_response_started()) {
      Respond(200);
    }
  }
  void OnMessageError(const Error& error) override {
    transcript.Add("error " + Describe(error));
    if (answers) codec.ResetStream();
  }

  SlabPool slabs;
  ByteBuffer output;
  ServerCodec codec;
  Transcript transcript;
  std::string pending;   // offered and not taken
  bool answers = false;  // every request by 200, every error by its reply
  std::function<void()> on_head, on_body, on_trailers, on_end;
};

class ClientProbe final : public ResponseEvents {
 public:
  explicit ClientProbe(const CodecLimits& limits = {}) : output(slabs), codec(output, limits) {}

  // A whole request without a body, or one for a tunnel.
  void Request(std::string_view method = "GET", std::string_view upgrade = {}) {
    RequestHead head;
    head.method = method;
    head.path = "/";
    head.authority = "a";
    head.upgrade = upgrade;
    if (head.asks_for_tunnel()) head.body.kind = BodyLength::Kind::kUnknown;
    codec.StartExchange(*this);
    codec.EncodeRequestHead(head);
  }
  void Offer(std::string_view bytes) {
    pending.append(bytes);
    OfferExactly(codec, pending);
  }
  std::string TakeOutput() {
    std::string text = output.ToString();
    output.Clear();
    return text;
  }

  void OnInformational(const ResponseHead& head) override {
    transcript.Add("informational " + std::to_string(head.status) + " " + Describe(head.headers));
  }
  void OnResponseHead(const ResponseHead& head) override {
    std::string line = "response " + std::to_string(head.status) + " body " + Describe(head.body);
    if (head.opens_tunnel) line.append(" tunnel ").append(head.upgrade);
    if (head.announced_length) line += " announced " + std::to_string(*head.announced_length);
    transcript.Add(line + " " + Describe(head.headers));
    if (on_head) on_head();
  }
  void OnBody(std::string_view bytes) override {
    transcript.AddBody(bytes);
    if (on_body) on_body();
  }
  void OnTrailers(const HeaderMap& trailers) override {
    transcript.Add("trailers " + Describe(trailers));
  }
  void OnMessageEnd() override { transcript.Add("end"); }
  void OnMessageError(const Error& error) override { transcript.Add("error " + Describe(error)); }

  SlabPool slabs;
  ByteBuffer output;
  ClientCodec codec;
  Transcript transcript;
  std::string pending;
  std::function<void()> on_head, on_body;
};

// The events of a client whose peer sent `bytes` in answer to `method`, and then perhaps closed.
inline Transcript ResponseTranscript(std::string_view bytes, std::string_view method = "GET",
                                     bool closes = false) {
  ClientProbe client;
  client.Request(method);
  client.Offer(bytes);
  if (closes) client.codec.OnEof();
  return client.transcript;
}

inline Transcript RequestTranscript(std::string_view bytes) {
  ServerProbe server;
  server.answers = true;
  server.Offer(bytes);
  return server.transcript;
}

}  // namespace outrigger::http::http1
