// HTTP/1 client side of one upstream connection: one request out, its response in, then the next.
//
// Owned by a pooled upstream connection. Thread: worker.
#pragma once

#include <optional>
#include <string>

#include "http/codec.h"
#include "http/http1/encode.h"
#include "http/http1/options.h"
#include "http/http1/parser.h"
#include "http/message_rules.h"

namespace outrigger::http::http1 {

class ClientCodec final : public RequestEncoder {
 public:
  ClientCodec(ByteBuffer& output, const CodecLimits& limits, const Options& options = {});
  ClientCodec(const ClientCodec&) = delete;
  ClientCodec& operator=(const ClientCodec&) = delete;

  // Begins an exchange: events of the response go to `events` until its last event or ResetStream.
  // Requires: is_idle() && !must_close(), and not from within an event: what the peer has sent by
  // then can be no answer to a request that it has not seen.
  RequestEncoder& StartExchange(ResponseEvents& events);
  // As ServerCodec::Decode. Bytes while idle are not taken.
  size_t Decode(std::string_view bytes);
  // The peer closed its side: ends a body that is delimited by close, else OnMessageError (R15).
  void OnEof();

  // Both directions complete.
  bool is_idle() const { return events_ == nullptr && request_.is_over(); }
  // The connection cannot carry another request: close asked for, an error, or a response that came
  // before its request was fully written (R11).
  bool must_close() const { return must_close_; }
  // How the response of the last exchange failed, if it did.
  std::optional<ErrorKind> failure() const { return failure_; }
  // Of the current or last exchange: the peer has answered with at least one byte.
  bool has_response_bytes() const { return has_response_bytes_; }
  // The client's side of a tunnel has ended: nothing more will be encoded.
  bool has_finished_sending() const { return is_tunnel_request_ && request_.is_ended(); }

  void EncodeRequestHead(const RequestHead& head) override;
  void EncodeBody(std::string_view bytes) override;
  void EncodeEnd(const HeaderMap* trailers) override;
  void ResetStream() override;
  void PauseBody() override { ++pause_count_; }
  void ResumeBody() override;
  size_t queued_bytes() const override { return output_.size(); }

 private:
  size_t DecodeHead(std::string_view bytes);
  size_t StartResponse(std::string_view head_bytes);
  bool OpensTunnel(const Framing& framing) const;
  void OpenTunnel(const Framing& framing);
  bool TakeInformational(const Framing& framing);
  void StartBody(const Framing& framing, size_t head_bytes);
  size_t DecodeBody(std::string_view bytes);
  void FinishResponse();
  void Fail(ErrorKind kind, std::string_view cause);

  ByteBuffer& output_;
  const CodecLimits limits_;
  const Options options_;
  HeadScanner scanner_;
  FieldParser fields_;
  BodyParser body_;
  ResponseHead head_;
  HeaderMap trailers_;
  MessageRules request_;
  MessageRules response_;
  ResponseEvents* events_ = nullptr;  // while a response is expected
  size_t informational_count_ = 0;
  size_t pause_count_ = 0;
  std::string upgrade_;  // what the request asks for
  bool is_tunnel_request_ = false;
  bool is_request_chunked_ = false;
  bool is_head_request_ = false;
  bool has_response_bytes_ = false;
  bool is_decoding_ = false;
  bool must_close_ = false;
  std::optional<ErrorKind> failure_;
};

}  // namespace outrigger::http::http1
