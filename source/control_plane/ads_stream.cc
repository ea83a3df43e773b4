#include "control_plane/ads_stream.h"

#include <utility>

#include "control_plane/ads_service.h"

namespace outrigger::control_plane {

AdsStream::AdsStream(AdsService& service, Session session, std::string peer)
    : service_(service), session_(std::move(session)), peer_(std::move(peer)) {}

void AdsStream::Send(std::string response) {
  if (is_ended_) return;
  queued_.push_back(std::move(response));
  if (!is_writing_) WriteNext();
}

void AdsStream::WriteNext() {
  is_writing_ = true;
  const grpc::Slice slice(queued_.front());
  queued_.pop_front();
  sent_ = grpc::ByteBuffer(&slice, 1);
  StartWrite(&sent_);
}

void AdsStream::End(const grpc::Status& status) {
  if (!is_ended_.exchange(true)) Finish(status);
}

// When the loop is over, a stream can only end.

void AdsStream::OnReadDone(bool ok) {
  const bool is_posted = service_.loop().Post([this, ok] {
    if (ok) {
      TakeReceived();
    } else {
      End(grpc::Status::OK);
    }
  });
  if (!is_posted) End(grpc::Status::CANCELLED);
}

void AdsStream::TakeReceived() {
  if (is_ended_) return;
  grpc::Slice slice;
  if (!received_.DumpToSingleSlice(&slice).ok()) return End(grpc::Status::CANCELLED);
  service_.OnMessage(*this, {reinterpret_cast<const char*>(slice.begin()), slice.size()});
  if (!is_ended_) StartRead(&received_);
}

void AdsStream::OnWriteDone(bool ok) {
  const bool is_posted = service_.loop().Post([this, ok] {
    is_writing_ = false;
    if (ok && !is_ended_ && !queued_.empty()) WriteNext();
  });
  if (!is_posted) End(grpc::Status::CANCELLED);
}

void AdsStream::OnCancel() {
  const bool is_posted = service_.loop().Post([this] { End(grpc::Status::CANCELLED); });
  if (!is_posted) End(grpc::Status::CANCELLED);
}

void AdsStream::OnDone() {
  const bool is_posted = service_.loop().Post([this] {
    service_.Remove(*this);
    delete this;
  });
  if (!is_posted) delete this;
}

}  // namespace outrigger::control_plane
