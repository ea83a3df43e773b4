// HTTP/1 server side of one connection: requests in, responses out, one exchange at a time.
//
// The next request is not decoded before the response to the previous one is encoded to its end
// (R10): its bytes stay with the connection. Every response is framed anew from parsed state (R9).
// A response that ends before its request closes the connection: what is left of the request is not
// read (R11). So does one that opens no tunnel to a request for one: what the client sent for the
// tunnel is no next request (R53).
//
// Owned by an http_connection. Thread: worker (service for the admin server).
#pragma once

#include "http/codec.h"
#include "http/http1/encode.h"
#include "http/http1/options.h"
#include "http/http1/parser.h"
#include "http/message_rules.h"

namespace outrigger::http::http1 {

class ServerCodec final : public http::ServerCodec, public ResponseEncoder {
 public:
  // `output` receives encoded bytes; `events` outlives the codec. `scheme` is "http" or "https".
  ServerCodec(ByteBuffer& output, ServerCodecEvents& events, const CodecLimits& limits,
              std::string_view scheme, const Options& options = {});
  ServerCodec(const ServerCodec&) = delete;
  ServerCodec& operator=(const ServerCodec&) = delete;

  size_t Decode(std::string_view bytes) override;
  void OnEof() override;
  bool OnTurnEnd() override { return false; }  // what was encoded is framed
  MonotonicTime flush_due() const override { return MonotonicTime::max(); }
  void ResetStalled() override {}
  bool is_inside_head() const override { return is_inside_head_; }
  bool is_blocked_by_pause() const override { return pause_count_ > 0; }
  // Close asked for by either side, or an error.
  bool must_close() const override { return must_close_ && response_.is_over(); }
  // The next response head will carry `connection: close`. A response whose head is encoded already
  // does not close: its client was not told.
  void StartDrain() override { closes_next_ = true; }
  // Requires: no response head encoded for it yet.
  void EncodeErrorReply(const Error& error) override;

  // Between a request head and the end of both request and response.
  bool has_active_exchange() const { return !request_.is_over() || !response_.is_over(); }
  // Of the current or last exchange: its final head is encoded.
  bool is_response_started() const { return response_.has_head(); }

  void EncodeInformational(const ResponseHead& head) override;
  void EncodeResponseHead(const ResponseHead& head, bool closes_connection) override;
  void SetFlushTimeout(Duration) override {}
  void EncodeBody(std::string_view bytes) override;
  void EncodeEnd(const HeaderMap* trailers) override;
  void ResetStream() override;
  void PauseBody() override { ++pause_count_; }
  void ResumeBody() override;
  size_t queued_bytes() const override { return output_.size(); }

 private:
  // How the body of the response under way is delimited.
  enum class BodyFraming { kNoBody, kKnown, kChunked, kUntilClose };

  bool may_decode() const;
  size_t DecodeHead(std::string_view bytes);
  size_t StartRequest(std::string_view head_bytes);
  void StartBody(size_t head_bytes);
  size_t DecodeBody(std::string_view bytes);
  void FinishRequest();
  void FailRequest(ErrorKind kind, std::string_view cause);
  void FailConnection(const ParseFailure& failure);
  BodyFraming ChooseFraming(const ResponseHead& head) const;
  void OpenTunnel(const ResponseHead& head);
  void FinishResponse();
  HeaderNames NamesOf(const ResponseHead& head) const;

  ByteBuffer& output_;
  ServerCodecEvents& events_;
  const CodecLimits limits_;
  const std::string_view scheme_;
  const Options options_;
  HeadScanner scanner_;
  FieldParser fields_;
  BodyParser body_;
  RequestHead head_;
  HeaderMap trailers_;
  MessageRules request_;
  MessageRules response_;
  MessageEvents* receiver_ = nullptr;  // of the request being read
  Version request_version_ = Version::kHttp11;
  BodyFraming response_framing_ = BodyFraming::kNoBody;
  size_t pause_count_ = 0;               // by the current exchange
  bool is_tunnel_pending_ = false;       // asked for, and not answered by one
  bool is_holding_early_bytes_ = false;  // of it
  bool is_head_request_ = false;
  bool client_wants_close_ = false;
  bool has_skipped_line_ = false;
  bool is_inside_head_ = false;
  bool is_decoding_ = false;
  bool has_announced_close_ = false;
  bool closes_next_ = false;
  bool must_close_ = false;
};

}  // namespace outrigger::http::http1
