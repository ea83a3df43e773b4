// The response of one HTTP/2 stream.
//
// Owned by its server codec. Thread: worker.
#pragma once

#include "http/http2/stream.h"

namespace outrigger::http::http2 {

class ServerStream : public ResponseEncoder, public Stream {
 public:
  ServerStream(Session& session, SlabPool& slabs)
      : Stream(session, slabs, Hears::kUntilBothEnd), session_(session) {}

  void SetIsHead(bool is_head) { is_head_ = is_head; }

  void EncodeInformational(const ResponseHead& head) override;
  void EncodeResponseHead(const ResponseHead& head, bool closes_connection) override;
  void SetFlushTimeout(Duration timeout) override { Stream::SetFlushTimeout(timeout); }
  void EncodeBody(std::string_view bytes) override;
  void EncodeEnd(const HeaderMap* trailers) override;
  void ResetStream() override { Reset(); }
  void PauseBody() override { Pause(); }
  void ResumeBody() override { Resume(); }
  size_t queued_bytes() const override { return Stream::queued_bytes(); }

 private:
  Session& session_;
  bool is_head_ = false;
  bool has_body_ = false;
};

}  // namespace outrigger::http::http2
