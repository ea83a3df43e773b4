// The contract of HTTP codecs: bytes in, events out; heads and bodies in, bytes out. No socket
// inside.
//
// A server codec reads requests and writes responses, a client codec the other way round; HTTP/1
// and HTTP/2 each have both. Which event may follow which is checked in one table (message_rules).
// A codec owns the framing: callers never see or write a framing header. It holds the bytes of a
// tunnel until the answer has opened it (R53).
//
// Events are called from Decode, OnEof and OnTurnEnd only. A receiver may call the codec's Encode
// side, pause, or detach from within an event; it must not destroy the codec there.
//
// Thread: worker (service for the admin server).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "http/error.h"
#include "http/message.h"

namespace outrigger::http {

struct CodecLimits {
  size_t head_bytes_max = 60 * 1024;            // first line, header fields and trailers
  size_t fields_max = 100;                      // header fields and trailers
  size_t target_bytes_max = 60 * 1024;          // counts toward head_bytes_max too
  size_t chunk_line_bytes_max = 256;            // size and extensions (R5, R7)
  size_t chunk_extension_bytes_max = 4096;      // per body (R7)
  size_t chunk_overhead_bytes_max = 16 * 1024;  // per body, beyond what its content pays for (R7)
  size_t informational_max = 8;                 // 1xx responses per exchange (R13)

  bool operator==(const CodecLimits&) const = default;
};

// The rest of a message after its head, in order: (body)*, then trailers at most once, then exactly
// one of end or error. Bytes and fields passed in are valid during the call: receivers copy what
// they keep. A server's receiver may hear an error behind the end, too, while its response is not
// complete: the client has given the stream up (HTTP/2).
class MessageEvents {
 public:
  virtual ~MessageEvents() = default;
  virtual void OnBody(std::string_view bytes) = 0;
  virtual void OnTrailers(const HeaderMap& trailers) = 0;
  virtual void OnMessageEnd() = 0;
  // The stream cannot go on: malformed bytes, a limit, early end, reset. Last event.
  virtual void OnMessageError(const Error& error) = 0;
};

// The writing side of one stream: a response on the server side, a request on the client side.
// HTTP/1 has one per codec, HTTP/2 one per stream.
class StreamEncoder {
 public:
  virtual ~StreamEncoder() = default;
  // Body bytes of the message whose head was encoded. More than its Content-Length is a broken
  // invariant of the caller (the relay checks sums before, R40).
  virtual void EncodeBody(std::string_view bytes) = 0;
  // Ends the message; `trailers` may be null. Fewer body bytes than announced = the caller must
  // Reset.
  virtual void EncodeEnd(const HeaderMap* trailers) = 0;
  // Gives the stream up: HTTP/1 closes its connection (chunked without last chunk, R15), HTTP/2
  // resets the stream. No event of it follows. After a whole response: the rest of the request is
  // not wanted.
  virtual void ResetStream() = 0;
  // Backpressure toward the peer that sends to us: while paused, no OnBody of this stream. Counted.
  virtual void PauseBody() = 0;
  virtual void ResumeBody() = 0;
  // Bytes encoded and not yet taken by the socket (HTTP/2: by flow control or socket).
  virtual size_t queued_bytes() const = 0;
};

class ResponseEncoder : public StreamEncoder {
 public:
  virtual void EncodeInformational(const ResponseHead& head) = 0;
  // body.kind of `head` decides the framing; kNone ends the message at once. For a HEAD request the
  // codec writes the framing fields and no body. `closes_connection` asks for `connection: close`.
  virtual void EncodeResponseHead(const ResponseHead& head, bool closes_connection) = 0;
  // How long the whole response may wait for the peer (zero: for ever), where the codec holds it:
  // over HTTP/1 the connection does.
  virtual void SetFlushTimeout(Duration timeout) = 0;
};

class RequestEncoder : public StreamEncoder {
 public:
  virtual void EncodeRequestHead(const RequestHead& head) = 0;
};

// Where a server codec reports.
class ServerCodecEvents {
 public:
  virtual ~ServerCodecEvents() = default;
  // A valid request head has arrived. `head` is valid during the call. The returned receiver gets
  // the rest of the message and must stay valid until its last event or ResetStream.
  virtual MessageEvents& OnRequestHead(const RequestHead& head, ResponseEncoder& encoder) = 0;
  // Bytes that are no request: the connection is lost. The receiver answers with RowFor(error.kind)
  // through EncodeErrorReply when no response is under way, then closes.
  virtual void OnConnectionError(const Error& error) = 0;
  // A head that is no valid request, on a stream of its own (HTTP/2): answered by the codec, which
  // goes on.
  virtual void OnRequestRefused(const Error&) {}
};

// The reading side of a downstream connection.
class ServerCodec {
 public:
  virtual ~ServerCodec() = default;
  // Returns how many bytes were taken. Bytes left over mean: waiting for more, paused, or the
  // response to the current request is not finished; they must be offered again when that has
  // changed. Requires: not called from within an event.
  virtual size_t Decode(std::string_view bytes) = 0;
  // The peer closed its side: unfinished requests get OnMessageError.
  virtual void OnEof() = 0;
  // What was encoded is framed into the output, and paused bodies that may go on are delivered.
  // Called at the end of a turn in which either could be, and when the output has room again.
  // Returns whether more could be framed right now.
  virtual bool OnTurnEnd() = 0;
  // The bytes of a request head are arriving right now and not complete.
  virtual bool is_inside_head() const = 0;
  // Bytes cannot be taken while the body of the one request under way is paused.
  virtual bool is_blocked_by_pause() const = 0;
  // Nothing more can be served on this connection, and nothing is left to encode.
  virtual bool must_close() const = 0;
  // The peer is told to send no further request here (drain).
  virtual void StartDrain() = 0;
  // When ResetStalled is to be called: a response that was encoded whole will have waited too long,
  // unless the peer takes some of it. The end of time: none waits.
  virtual MonotonicTime flush_due() const = 0;
  // Gives those up of which the peer has taken nothing for their flush timeout (R28).
  virtual void ResetStalled() = 0;
  // Answers bytes that are no request, and ends the connection.
  virtual void EncodeErrorReply(const Error& error) = 0;
};

// Where a client codec reports the response to one request.
class ResponseEvents : public MessageEvents {
 public:
  virtual void OnInformational(const ResponseHead& head) = 0;
  virtual void OnResponseHead(const ResponseHead& head) = 0;
};

}  // namespace outrigger::http
