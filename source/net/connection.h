// One TCP or Unix stream connection of one loop: reads, writes, water marks, closing.
//
// Holds no buffer while idle: bytes are read into the loop's scratch slab and attached to the
// connection only when its filter leaves some. Writes are gathered and flushed once, at the end of
// the loop turn. A read budget per turn keeps one bulk stream from starving its neighbours.
//
// Owned by a listener (downstream) or a pool (upstream), destroyed through EventLoop::DeferDelete
// after NetworkFilter::OnClosed. The descriptor is closed exactly once.
//
// Thread: the loop's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/byte_buffer.h"
#include "event/event_loop.h"
#include "event/io_handler.h"
#include "event/timer.h"
#include "net/address.h"
#include "net/client_socket.h"
#include "net/network_filter.h"
#include "net/socket.h"
#include "net/tls_context.h"
#include "net/transport.h"

namespace outrigger {

// What every connection of one loop shares. Outlives them.
struct NetContext {
  EventLoop& loop;
  Sockets& sockets;
  SlabPool& slabs;
  char* read_scratch;  // kReadScratchBytes; valid during one OnIo only
  static constexpr size_t kReadScratchBytes = 64 * 1024;
  static constexpr size_t kCellBytes = 512;
  static constexpr size_t kCellsKept = 2048;
  SlabPool cells{kCellBytes, kCellsKept};  // for what connections carry by the thousand
};

// How the bytes are secured.
struct ConnectionSecurity {
  std::shared_ptr<const TlsContext> tls;  // null: not at all
  // Of an accepted connection: until it is agreed on. Zero: for ever.
  Duration handshake_timeout{};
  // What a client offers by ALPN when its context names none, each name behind its length.
  std::string_view application_protocols{};
};

struct ConnectOptions {
  Duration timeout;  // for everything until OnConnected
  // What the kernel refuses of its options stays as it is. Null: as the kernel makes them.
  const ClientSocket* socket = nullptr;
};

class Connection final : public IoHandler, public EventLoop::TurnEndHandler {
 public:
  static constexpr size_t kReadBudgetBytes = 256 * 1024;  // per turn
  static constexpr size_t kHighWaterDefault = 32 * 1024;
  // Bytes that the filter has not taken; beyond this nothing is read until it takes some (unless
  // the filter asks for more).
  static constexpr size_t kKeptBytesMax = 128 * 1024;
  // Ends of turns in a row that nothing but ends of turns asked for, and in which no byte moved: a
  // loop that goes nowhere. The connection is closed for it (R36).
  static constexpr uint32_t kSpinsMax = 1000;

  enum class Flush {
    kNo,
    kYes,
    // As kYes, then half-close and drop what the peer still sends, until it ends too or the
    // timeout: a peer in the midst of a request body gets our answer instead of a reset.
    kThenLinger,
  };

  // Takes an accepted descriptor (already non-blocking).
  static std::unique_ptr<Connection> FromAccepted(NetContext& net, int fd, const Address& peer,
                                                  const ConnectionSecurity& security = {});
  // Starts connecting. Never fails here: an error (EMFILE included) comes as OnClosed with
  // kConnectFailed, kBindFailed or kConnectOverflow, in a later turn. OnConnected tells success.
  static std::unique_ptr<Connection> StartConnect(NetContext& net, const Address& peer,
                                                  const ConnectOptions& options,
                                                  const ConnectionSecurity& security = {});
  ~Connection() override;

  // Begins delivering events, never before the next turn step. Requires: called once, right after
  // creation.
  void Start(NetworkFilter& filter);
  // Whoever understands the bytes from now on. Requires: from inside OnConnected.
  void ContinueWith(NetworkFilter& filter) { filter_ = &filter; }

  // Queues bytes; they leave at the end of the turn, at once above the high-water mark, or when the
  // socket takes them. Dropped after ShutdownWrite, Close or a write error.
  void Write(std::string_view bytes);
  // For codecs that serialise in place; call WriteQueued() after appending.
  ByteBuffer& write_buffer() { return write_buffer_; }
  void WriteQueued();

  // While paused nothing is read or delivered. Counted: every Pause needs its Resume. Resume offers
  // the kept bytes again at the end of the turn, never re-entrantly.
  void PauseReading() { ++read_pauses_; }
  void ResumeReading();
  // Offers kept bytes again at the end of the turn: the filter has become able to take them.
  void OfferKeptBytes();

  // Half-close once all queued bytes are written. When the peer has finished too, the connection
  // closes by itself with kRemoteEof.
  void ShutdownWrite();
  // kYes: after the queued bytes are out (bounded by `flush_timeout`); kNo: now. OnClosed follows
  // at the end of a turn, never inside this call. Further bytes from the peer are dropped.
  void Close(Flush flush, Duration flush_timeout = std::chrono::seconds(1));
  // RST instead of FIN.
  void Reset();

  void SetWaterMarks(size_t high_bytes) { high_water_ = high_bytes; }  // low = high / 2
  // For a filter that takes nothing before it has seen that much. Never below kKeptBytesMax.
  void SetKeptBytesMax(size_t bytes) { kept_bytes_max_ = std::max(bytes, kKeptBytesMax); }
  void SetIdleTimeout(Duration timeout);  // no byte either way for that long; zero = none
  // Instead of that: for that long from now, whatever passes. For a filter that calls again when
  // the connection is of use, and knows bytes that are none (PING).
  void SetUnusedTimeout(Duration timeout);

  // Bytes may pass.
  bool is_ready() const { return state_ >= State::kOpen; }
  bool is_closing() const { return state_ > State::kOpen; }
  bool is_above_high_water() const { return is_above_high_water_; }
  // The peer already sent FIN, RST or bytes that nobody took, or may have: not fit for reuse. Bytes
  // that are being offered right now are the filter's to judge.
  bool has_pending_input() const { return saw_eof_ || may_have_bytes_ || has_kept_bytes(); }
  bool has_kept_bytes() const { return !kept_.empty() && !is_offering_kept_; }
  // The peer had ended its side before anything that we wrote behind the first `count` bytes on the
  // wire could reach it: it sent FIN and has acknowledged none of that. (A reset alone proves
  // nothing: the peer may have read before it. The kernel tells a reset that follows a FIN as
  // EPIPE.)
  bool PeerEndedBefore(uint64_t count) const;
  const Address& peer_address() const { return peer_; }
  // Asked of the kernel once; unset when first asked after the end.
  const Address& local_address() const;
  bool is_encrypted() const { return tls_ != nullptr; }
  // As those of Transport. Requires: is_ready().
  TransportAgreement agreement() const { return transport_->agreement(); }
  const PeerCertificate* peer_certificate() const { return transport_->peer_certificate(); }
  const TransportFailure& transport_failure() const { return transport_->failure(); }
  uint64_t wire_bytes_written() const { return transport_->wire_bytes_written(); }
  // Of what passes over the connection, not of what the wire carries for it.
  uint64_t bytes_read() const { return bytes_read_; }
  uint64_t bytes_written() const { return bytes_written_; }
  MonotonicTime created_at() const { return created_at_; }
  EventLoop& loop() const { return net_.loop; }
  int fd() const { return fd_; }

  void OnIo(IoEvents events) override;
  void OnTurnEnd() override;

 private:
  // In the order they are passed through; all but kClosed may be skipped.
  enum class State { kConnecting, kHandshaking, kOpen, kFlushing, kLingering, kClosed };

  Connection(NetContext& net, int fd, const Address& peer, State state,
             const ConnectionSecurity& security);

  bool FinishConnect(IoEvents events);
  bool ContinueHandshake();
  void OnTimer();
  void ArmIdle();

  bool wants_to_read() const;
  bool ReadSome();
  void ReadOnce(size_t& budget);
  void Deliver(std::string_view fresh);
  void DeliverKept();
  void DeliverEof();

  void FlushWrites();
  void OnWriteError(int error);
  void FinishWriting();
  bool SayEnd();
  void SayEndIfItCan();
  void TellWaterMarks();

  void WakeAtTurnEnd();
  void CloseNow(CloseReason reason, int system_error);
  void ReportClosed();
  void CloseDescriptor();

  NetContext& net_;
  const Address peer_;
  mutable std::unique_ptr<const Address> local_;  // null: nobody has asked, as most never do
  int fd_;
  State state_;
  const std::shared_ptr<const TlsContext> tls_;  // outlives the transport; null: plain
  const std::unique_ptr<Transport> transport_;
  NetworkFilter* filter_ = nullptr;
  ByteBuffer kept_;
  ByteBuffer write_buffer_;
  Timer timer_;  // connect and handshake, idle or flush, by state
  Duration idle_timeout_{};
  MonotonicTime last_activity_;
  size_t high_water_ = kHighWaterDefault;
  size_t kept_bytes_max_ = kKeptBytesMax;
  uint64_t bytes_read_ = 0;
  uint64_t bytes_written_ = 0;
  const MonotonicTime created_at_;
  int read_pauses_ = 0;
  uint32_t spins_ = 0;
  int write_error_ = 0;
  CloseReason close_reason_ = CloseReason::kLocal;
  int close_error_ = 0;
  bool may_have_bytes_ = false;  // the socket had more than we read
  bool reads_to_end_ = false;    // an end was announced: a short read does not mean empty any more
  bool is_budget_spent_ = false;
  bool offers_kept_ = false;
  bool is_offering_kept_ = false;
  bool bytes_are_use_ = true;  // they put off the idle timeout
  bool saw_eof_ = false;
  bool eof_delivered_ = false;
  bool is_write_blocked_ = false;
  bool wants_shutdown_ = false;
  bool is_write_shut_ = false;
  bool wants_linger_ = false;
  bool is_above_high_water_ = false;
  bool told_high_water_ = false;
};

}  // namespace outrigger
