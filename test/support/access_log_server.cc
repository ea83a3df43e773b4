#include "test/support/access_log_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include <utility>

#include "base/check.h"

namespace outrigger::test {

// One call. Everything happens under the server's mutex; nothing is touched after Finish, which may
// delete it.
class AccessLogServer::Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(AccessLogServer& server, const grpc::GenericCallbackServerContext& context)
      : server_(server), index_(server.Add(this, context)) {
    Read();
  }

  void End(const grpc::Status& status) {
    if (!std::exchange(is_finished_, true)) Finish(status);
  }
  void Read() {
    if (server_.is_held_ || is_finished_ || std::exchange(is_reading_, true)) return;
    StartRead(&received_);
  }

  void OnReadDone(bool ok) override {
    std::lock_guard lock(server_.mutex_);
    is_reading_ = false;
    if (is_finished_) return;
    if (!ok) {
      server_.streams_[index_].is_ended_by_client = true;
      return End(grpc::Status::OK);
    }
    grpc::Slice slice;
    OUTRIGGER_CHECK(received_.DumpToSingleSlice(&slice).ok());
    Message message;
    OUTRIGGER_CHECK(message.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
    server_.streams_[index_].messages.push_back(std::move(message));
    server_.changed_.notify_all();
    Read();
  }
  void OnCancel() override {
    std::lock_guard lock(server_.mutex_);
    End(grpc::Status::CANCELLED);
  }
  void OnDone() override {
    server_.Forget(this);
    delete this;
  }

 private:
  AccessLogServer& server_;
  const size_t index_;
  grpc::ByteBuffer received_;
  bool is_reading_ = false;
  bool is_finished_ = false;
};

class AccessLogServer::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(AccessLogServer& server) : server_(server) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(server_, *context);
  }

 private:
  AccessLogServer& server_;
};

AccessLogServer::AccessLogServer() { Start(); }
AccessLogServer::~AccessLogServer() {
  HoldReading(false);
  Stop();
}

void AccessLogServer::Start() {
  service_ = std::make_unique<Service>(*this);
  grpc::ServerBuilder builder;
  int bound_port = 0;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port_), grpc::InsecureServerCredentials(),
                           &bound_port);
  builder.RegisterCallbackGenericService(service_.get());
  server_ = builder.BuildAndStart();
  OUTRIGGER_CHECK(server_ != nullptr && bound_port > 0);
  port_ = static_cast<uint16_t>(bound_port);
}

void AccessLogServer::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_.reset();
  service_.reset();
}

void AccessLogServer::HoldReading(bool is_held) {
  std::lock_guard lock(mutex_);
  is_held_ = is_held;
  for (Reactor* reactor : reactors_) reactor->Read();
}

void AccessLogServer::EndStreams(const grpc::Status& status) {
  std::lock_guard lock(mutex_);
  const std::set<Reactor*> open = reactors_;
  for (Reactor* reactor : open) reactor->End(status);
}

size_t AccessLogServer::Add(Reactor* reactor, const grpc::GenericCallbackServerContext& context) {
  std::lock_guard lock(mutex_);
  reactors_.insert(reactor);
  method_ = context.method();
  metadata_.clear();
  for (const auto& [name, value] : context.client_metadata()) {
    metadata_[std::string(name.data(), name.size())] = std::string(value.data(), value.size());
  }
  streams_.emplace_back();
  changed_.notify_all();
  return streams_.size() - 1;
}

void AccessLogServer::Forget(Reactor* reactor) {
  std::lock_guard lock(mutex_);
  reactors_.erase(reactor);
  changed_.notify_all();
}

bool AccessLogServer::Wait(const std::function<bool()>& is_true) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kWaitMax, is_true);
}

std::vector<AccessLogServer::HttpEntry> AccessLogServer::AllHttp() const {
  std::vector<HttpEntry> all;
  for (const Stream& stream : streams_) {
    for (const Message& message : stream.messages) {
      all.insert(all.end(), message.http_logs().log_entry().begin(),
                 message.http_logs().log_entry().end());
    }
  }
  return all;
}

std::vector<AccessLogServer::TcpEntry> AccessLogServer::AllTcp() const {
  std::vector<TcpEntry> all;
  for (const Stream& stream : streams_) {
    for (const Message& message : stream.messages) {
      all.insert(all.end(), message.tcp_logs().log_entry().begin(),
                 message.tcp_logs().log_entry().end());
    }
  }
  return all;
}

std::vector<AccessLogServer::HttpEntry> AccessLogServer::HttpEntries(size_t at_least) {
  std::vector<HttpEntry> all;
  Wait([&] { return (all = AllHttp()).size() >= at_least; });
  return all;
}

std::vector<AccessLogServer::TcpEntry> AccessLogServer::TcpEntries(size_t at_least) {
  std::vector<TcpEntry> all;
  Wait([&] { return (all = AllTcp()).size() >= at_least; });
  return all;
}

bool AccessLogServer::WaitForStreams(size_t open_count) {
  return Wait([&] { return reactors_.size() == open_count; });
}

std::vector<AccessLogServer::Stream> AccessLogServer::streams() const {
  std::lock_guard lock(mutex_);
  return streams_;
}

std::string AccessLogServer::method() const {
  std::lock_guard lock(mutex_);
  return method_;
}

std::string AccessLogServer::metadata(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = metadata_.find(name);
  return found == metadata_.end() ? std::string() : found->second;
}

}  // namespace outrigger::test
