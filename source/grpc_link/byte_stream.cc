#include "grpc_link/byte_stream.h"

#include <grpc/grpc.h>
#include <grpc/slice.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <deque>
#include <optional>

#include "absl/strings/str_cat.h"

namespace outrigger {

namespace {

absl::Status ToStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

grpc_slice Borrowed(const std::string& text) {
  return grpc_slice_from_static_buffer(text.data(), text.size());
}

// gRPC aborts the process over a header it finds illegal, and these come from configuration.
bool IsLegal(const std::pair<std::string, std::string>& header) {
  const auto& [name, value] = header;
  if (!grpc_header_key_is_legal(Borrowed(name))) return false;
  return grpc_is_binary_header(Borrowed(name)) ||
         grpc_header_nonbin_value_is_legal(Borrowed(value));
}

// Calls `use` with the bytes as one piece, copied only if they are in several.
template <typename Use>
void WithBytes(const grpc::ByteBuffer& buffer, Use use) {
  grpc::Slice slice;
  if (!buffer.TrySingleSlice(&slice).ok()) {
    if (!buffer.DumpToSingleSlice(&slice).ok()) return use(std::string_view());
  }
  use(std::string_view(reinterpret_cast<const char*>(slice.begin()), slice.size()));
}

}  // namespace

// The call proper. Shared by the stream and by each operation in flight, so that it goes when the
// last of them does. `events_` is null once nobody is to be told of anything.
class ByteStream::Call : public std::enable_shared_from_this<Call> {
 public:
  Call(EventLoop& control, CompletionThread& completions, ByteStreamEvents& events)
      : control_(control), completions_(completions), events_(&events) {}

  void Open(Link& link, ByteStreamCall call);
  void Send(std::string message);
  void EndSending();
  void Abandon();

 private:
  enum class Step { kStart, kRead, kWrite, kEndOfWrites, kFinish };

  class Operation final : public GrpcOperation {
   public:
    Operation(std::shared_ptr<Call> call, Step step) : call_(std::move(call)), step_(step) {}
    void OnComplete(bool ok) override { call_->OnStep(step_, ok); }

   private:
    const std::shared_ptr<Call> call_;
    const Step step_;
  };

  // Owned by the completion queue until it comes back.
  void* Tag(Step step) { return new Operation(shared_from_this(), step); }
  void Begin(const ByteStreamCall& call, std::shared_ptr<grpc::Channel> channel);
  void OnStep(Step step, bool ok);
  void OnStarted(bool ok);
  void OnRead(bool ok);
  void OnWritten(bool ok);
  void WriteNext();
  void Close(const absl::Status& status);
  void CloseLater(absl::Status status);

  EventLoop& control_;
  CompletionThread& completions_;
  ByteStreamEvents* events_;
  std::deque<std::string> queued_;
  size_t queued_bytes_ = 0;
  bool can_write_ = false;  // started, and no write in flight
  bool ends_sending_ = false;
  // In the order in which gRPC needs them: what is declared later is destroyed first.
  std::shared_ptr<grpc::Channel> channel_;
  std::optional<grpc::ClientContext> context_;
  grpc::ByteBuffer received_;
  grpc::Status status_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

void ByteStream::Call::Open(Link& link, ByteStreamCall call) {
  for (const auto& header : call.metadata) {
    if (IsLegal(header)) continue;
    CloseLater(absl::InvalidArgumentError(
        absl::StrCat("metadata \"", header.first, "\" is not a legal header")));
    return;
  }
  link.Open([self = shared_from_this(), call = std::move(call)](
                absl::StatusOr<std::shared_ptr<grpc::Channel>> channel) mutable {
    if (self->events_ == nullptr) return;
    if (!channel.ok()) {
      self->Close(channel.status());
    } else {
      self->Begin(call, *std::move(channel));
    }
  });
}

void ByteStream::Call::Begin(const ByteStreamCall& call, std::shared_ptr<grpc::Channel> channel) {
  channel_ = std::move(channel);
  context_.emplace();
  for (const auto& [name, value] : call.metadata) context_->AddMetadata(name, value);
  grpc::GenericStub stub(channel_);
  stream_ = stub.PrepareCall(&*context_, call.method, &completions_.queue());
  stream_->StartCall(Tag(Step::kStart));
}

void ByteStream::Call::Send(std::string message) {
  if (events_ == nullptr || ends_sending_) return;
  if (queued_bytes_ + message.size() > kQueuedBytesMax) {
    CloseLater(absl::ResourceExhaustedError("the server does not read what it is sent"));
    return;
  }
  queued_bytes_ += message.size();
  queued_.push_back(std::move(message));
  if (can_write_) WriteNext();
}

void ByteStream::Call::EndSending() {
  if (events_ == nullptr || std::exchange(ends_sending_, true)) return;
  if (can_write_) WriteNext();
}

void ByteStream::Call::Abandon() {
  events_ = nullptr;
  if (context_.has_value()) context_->TryCancel();
}

void ByteStream::Call::OnStep(Step step, bool ok) {
  if (events_ == nullptr) return;
  switch (step) {
    case Step::kStart:
      return OnStarted(ok);
    case Step::kRead:
      return OnRead(ok);
    case Step::kWrite:
      return OnWritten(ok);
    case Step::kEndOfWrites:
      return;
    case Step::kFinish:
      return Close(ToStatus(status_));
  }
}

void ByteStream::Call::OnStarted(bool ok) {
  if (!ok) return stream_->Finish(&status_, Tag(Step::kFinish));
  can_write_ = true;
  stream_->Read(&received_, Tag(Step::kRead));
  WriteNext();
  events_->OnReady();
}

void ByteStream::Call::OnRead(bool ok) {
  if (!ok) return stream_->Finish(&status_, Tag(Step::kFinish));
  grpc::ByteBuffer message;
  message.Swap(&received_);
  WithBytes(message, [this](std::string_view bytes) { events_->OnMessage(bytes); });
  if (events_ != nullptr) stream_->Read(&received_, Tag(Step::kRead));
}

void ByteStream::Call::OnWritten(bool ok) {
  // A failed write means the call has ended; the read in flight says how.
  if (!ok) return;
  can_write_ = true;
  const bool is_all_sent = queued_.empty();
  WriteNext();
  if (is_all_sent) events_->OnSent();
}

void ByteStream::Call::WriteNext() {
  if (queued_.empty()) {
    if (!ends_sending_) return;
    can_write_ = false;
    stream_->WritesDone(Tag(Step::kEndOfWrites));
    return;
  }
  can_write_ = false;
  const grpc::Slice slice(queued_.front());
  queued_bytes_ -= queued_.front().size();
  queued_.pop_front();
  stream_->Write(grpc::ByteBuffer(&slice, 1), Tag(Step::kWrite));
}

void ByteStream::Call::Close(const absl::Status& status) {
  queued_.clear();
  if (context_.has_value()) context_->TryCancel();
  std::exchange(events_, nullptr)->OnClosed(status);
}

void ByteStream::Call::CloseLater(absl::Status status) {
  control_.Post([self = shared_from_this(), status = std::move(status)] {
    if (self->events_ != nullptr) self->Close(status);
  });
}

ByteStream::ByteStream(EventLoop& control, Link& link, CompletionThread& completions,
                       ByteStreamCall call, ByteStreamEvents& events)
    : call_(std::make_shared<Call>(control, completions, events)) {
  call_->Open(link, std::move(call));
}

ByteStream::~ByteStream() { call_->Abandon(); }

void ByteStream::Send(std::string message) { call_->Send(std::move(message)); }

void ByteStream::EndSending() { call_->EndSending(); }

}  // namespace outrigger
