#include "control_plane/discovery_stream.h"

#include <utility>

#include "control_plane/discovery_service.h"

namespace outrigger::control_plane {

DiscoveryStream::DiscoveryStream(DiscoveryService& service, Session session, std::string peer)
    : service_(service), session_(std::move(session)), peer_(std::move(peer)) {}

void DiscoveryStream::Send(std::string response) {
  if (is_ended_) return;
  queued_.push_back(std::move(response));
  if (!is_writing_) WriteNext();
}

void DiscoveryStream::WriteNext() {
  is_writing_ = true;
  const grpc::Slice slice(queued_.front());
  queued_.pop_front();
  sent_ = grpc::ByteBuffer(&slice, 1);
  StartWrite(&sent_);
}

void DiscoveryStream::End(const grpc::Status& status) {
  if (!is_ended_.exchange(true)) Finish(status);
}

// When the loop is over, a stream can only end.

void DiscoveryStream::OnReadDone(bool ok) {
  const bool is_posted = service_.loop().Post([this, ok] {
    if (ok) {
      TakeReceived();
    } else {
      End(grpc::Status::OK);
    }
  });
  if (!is_posted) End(grpc::Status::CANCELLED);
}

void DiscoveryStream::TakeReceived() {
  if (is_ended_) return;
  grpc::Slice slice;
  if (!received_.DumpToSingleSlice(&slice).ok()) return End(grpc::Status::CANCELLED);
  service_.OnMessage(*this, {reinterpret_cast<const char*>(slice.begin()), slice.size()});
  if (!is_ended_) StartRead(&received_);
}

void DiscoveryStream::OnWriteDone(bool ok) {
  const bool is_posted = service_.loop().Post([this, ok] {
    is_writing_ = false;
    if (ok && !is_ended_ && !queued_.empty()) WriteNext();
  });
  if (!is_posted) End(grpc::Status::CANCELLED);
}

void DiscoveryStream::OnCancel() {
  const bool is_posted = service_.loop().Post([this] { End(grpc::Status::CANCELLED); });
  if (!is_posted) End(grpc::Status::CANCELLED);
}

void DiscoveryStream::OnDone() {
  const bool is_posted = service_.loop().Post([this] {
    service_.Remove(*this);
    delete this;
  });
  if (!is_posted) delete this;
}

}  // namespace outrigger::control_plane
