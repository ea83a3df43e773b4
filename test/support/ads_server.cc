#include "test/support/ads_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "base/check.h"

namespace outrigger::xds {

namespace {

constexpr char kMissing[] = "(none)";
// "/envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters": of all types, or of one.
bool IsDiscovery(std::string_view method) {
  return method.starts_with("/envoy.service.") &&
         (method.find("DiscoveryService/Delta") != std::string_view::npos ||
          method.find("DiscoveryService/Stream") != std::string_view::npos);
}
bool IsDelta(std::string_view method) { return method.find("/Delta") != std::string_view::npos; }

std::string Dump(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  OUTRIGGER_CHECK(buffer.DumpToSingleSlice(&slice).ok());
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

void Wrap(const std::string& name, const std::string& version, google::protobuf::Any& any) {
  envoy::service::discovery::v3::Resource wrapper;
  wrapper.set_name(name);
  wrapper.set_version(version);
  *wrapper.mutable_resource() = any;
  any.PackFrom(wrapper);
}

}  // namespace

// One call. Everything happens under the server's mutex; nothing is touched after Finish, which may
// delete it.
class AdsServer::Stream final : public grpc::ServerGenericBidiReactor {
 public:
  Stream(AdsServer& server, const grpc::GenericCallbackServerContext& context)
      : server_(server), is_delta_(IsDelta(context.method())) {
    server_.Add(this, context);
    StartRead(&received_);
  }

  void Send(const std::string& message) {
    if (is_finished_) return;
    queued_.push_back(message);
    if (!is_writing_) WriteNext();
  }
  void End(const grpc::Status& status) {
    if (std::exchange(is_finished_, true)) return;
    Finish(status);
  }
  std::map<std::string, Interest>& interests() { return interests_; }
  bool is_delta() const { return is_delta_; }

  void OnReadDone(bool ok) override {
    std::lock_guard lock(server_.mutex_);
    if (is_finished_) return;
    if (!ok) return End(grpc::Status::OK);
    const std::string message = Dump(received_);
    StartRead(&received_);
    is_delta_ ? Take<Request>(message) : Take<SotwRequest>(message);
  }
  void OnWriteDone(bool ok) override {
    std::lock_guard lock(server_.mutex_);
    is_writing_ = false;
    if (ok && !is_finished_ && !queued_.empty()) WriteNext();
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
  template <typename Proto>
  void Take(const std::string& message) {
    Proto request;
    OUTRIGGER_CHECK(request.ParseFromString(message));
    server_.OnRequest(*this, std::move(request));
  }
  void WriteNext() {
    is_writing_ = true;
    const grpc::Slice slice(queued_.front());
    sent_ = grpc::ByteBuffer(&slice, 1);
    queued_.pop_front();
    StartWrite(&sent_);
  }

  AdsServer& server_;
  const bool is_delta_;
  std::map<std::string, Interest> interests_;  // by type
  std::deque<std::string> queued_;
  grpc::ByteBuffer received_;
  grpc::ByteBuffer sent_;
  bool is_writing_ = false;
  bool is_finished_ = false;
};

class AdsServer::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(AdsServer& server) : server_(server) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    if (!IsDiscovery(context->method())) {
      return grpc::CallbackGenericService::CreateReactor(context);
    }
    return new Stream(server_, *context);
  }

 private:
  AdsServer& server_;
};

AdsServer::AdsServer(std::string socket_path) : socket_path_(std::move(socket_path)) { Start(); }
AdsServer::~AdsServer() { Stop(); }

void AdsServer::Start() {
  service_ = std::make_unique<Service>(*this);
  grpc::ServerBuilder builder;
  int bound_port = 0;
  const std::string address =
      socket_path_.empty() ? "127.0.0.1:" + std::to_string(port_) : "unix:" + socket_path_;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &bound_port);
  builder.SetMaxReceiveMessageSize(-1).SetMaxSendMessageSize(-1);
  builder.RegisterCallbackGenericService(service_.get());
  server_ = builder.BuildAndStart();
  OUTRIGGER_CHECK(server_ != nullptr && bound_port > 0);
  port_ = static_cast<uint16_t>(bound_port);
}

void AdsServer::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_.reset();
  service_.reset();
}

void AdsServer::Set(const std::string& type_url, const std::string& name,
                    const std::string& version, const std::string& bytes) {
  std::lock_guard lock(mutex_);
  resources_[type_url][name] = {version, bytes};
  ++versions_[type_url];
  AnswerAll();
}

void AdsServer::Remove(const std::string& type_url, const std::string& name) {
  std::lock_guard lock(mutex_);
  resources_[type_url].erase(name);
  ++versions_[type_url];
  AnswerAll();
}

void AdsServer::HoldAnswers(bool is_held) {
  std::lock_guard lock(mutex_);
  is_held_ = is_held;
  AnswerAll();
}

void AdsServer::ForgetToResend() {
  std::lock_guard lock(mutex_);
  resends_ = false;
}

void AdsServer::WaitForAllNames() {
  std::lock_guard lock(mutex_);
  waits_for_all_names_ = true;
}

void AdsServer::WrapResources() {
  std::lock_guard lock(mutex_);
  wraps_ = true;
}

template <typename Proto>
void AdsServer::SendProto(Proto& response) {
  std::lock_guard lock(mutex_);
  if (response.nonce().empty()) response.set_nonce(std::to_string(++nonce_));
  SendBytes(response.SerializeAsString());
}
template void AdsServer::SendProto(Response& response);
template void AdsServer::SendProto(SotwResponse& response);

void AdsServer::SendBytes(const std::string& message) {
  std::lock_guard lock(mutex_);
  for (Stream* stream : OpenStreams()) stream->Send(message);
}

void AdsServer::EndStreams(const grpc::Status& status) {
  std::lock_guard lock(mutex_);
  for (Stream* stream : OpenStreams()) stream->End(status);
}

std::vector<AdsServer::Stream*> AdsServer::OpenStreams() const {
  return {streams_.begin(), streams_.end()};
}

void AdsServer::Add(Stream* stream, const grpc::GenericCallbackServerContext& context) {
  std::lock_guard lock(mutex_);
  streams_.insert(stream);
  ++streams_seen_;
  authority_ = context.host();
  methods_.push_back(context.method());
  metadata_.clear();
  for (const auto& [name, value] : context.client_metadata()) {
    metadata_[std::string(name.data(), name.size())] = std::string(value.data(), value.size());
  }
  changed_.notify_all();
}

void AdsServer::Forget(Stream* stream) {
  std::lock_guard lock(mutex_);
  streams_.erase(stream);
  changed_.notify_all();
}

void AdsServer::OnRequest(Stream& stream, Request request) {
  const std::string type_url = request.type_url();
  const bool is_first = !stream.interests().contains(type_url);
  Interest& interest = stream.interests()[type_url];
  if (is_first) {
    interest.is_wildcard = request.resource_names_subscribe().empty();
    for (const auto& [name, version] : request.initial_resource_versions()) {
      interest.known[name] = version;
    }
  }
  for (const std::string& name : request.resource_names_subscribe()) {
    if (name == "*") interest.is_wildcard = true;
    interest.names.insert(name);
    if (!is_first && resends_) interest.known.erase(name);  // asked for again: sent again
  }
  for (const std::string& name : request.resource_names_unsubscribe()) {
    interest.names.erase(name);
    if (resends_) interest.known.erase(name);
  }
  if (is_first && interest.is_wildcard) interest.must_answer = true;
  requests_.push_back(std::move(request));
  changed_.notify_all();
  Answer(stream, type_url);
}

// The whole list of names each time; an empty first one is a wildcard (X23).
void AdsServer::OnRequest(Stream& stream, SotwRequest request) {
  const std::string type_url = request.type_url();
  const bool is_first = !stream.interests().contains(type_url);
  Interest& interest = stream.interests()[type_url];
  std::set<std::string> names(request.resource_names().begin(), request.resource_names().end());
  if (is_first) interest.is_wildcard = names.empty() || names.contains("*");
  const bool has_more =
      !std::includes(interest.names.begin(), interest.names.end(), names.begin(), names.end());
  interest.names = std::move(names);
  // Names that are new are answered even if the version is not.
  interest.must_answer = interest.must_answer || is_first || has_more;
  sotw_requests_.push_back(std::move(request));
  changed_.notify_all();
  AnswerSotw(stream, type_url);
}

void AdsServer::AnswerSotw(Stream& stream, const std::string& type_url) {
  if (is_held_) return;
  Interest& interest = stream.interests()[type_url];
  const std::string version = std::to_string(versions_[type_url]);
  const auto& served = resources_[type_url];
  if (waits_for_all_names_ && !interest.is_wildcard) {
    for (const auto& [name, resource] : served) {
      if (!interest.names.contains(name)) return;
    }
  }
  if (interest.told == version && !interest.must_answer) return;
  interest.told = version;
  interest.must_answer = false;
  SotwResponse response;
  response.set_type_url(type_url);
  response.set_version_info(version);
  response.set_nonce(std::to_string(++nonce_));
  response.mutable_control_plane()->set_identifier("test-control-plane");
  for (const auto& [name, resource] : served) {
    if (!interest.is_wildcard && !interest.names.contains(name)) continue;
    auto* any = response.add_resources();
    any->set_type_url(type_url);
    any->set_value(resource.bytes);
    if (wraps_) Wrap(name, resource.version, *any);
  }
  stream.Send(response.SerializeAsString());
}

void AdsServer::Answer(Stream& stream, const std::string& type_url) {
  if (is_held_) return;
  if (!stream.is_delta()) return AnswerSotw(stream, type_url);
  Interest& interest = stream.interests()[type_url];
  const auto& served = resources_[type_url];
  Response response;
  response.set_type_url(type_url);
  for (const auto& [name, resource] : served) {
    if (!interest.is_wildcard && !interest.names.contains(name)) continue;
    if (std::exchange(interest.known[name], resource.version) == resource.version) continue;
    auto* added = response.add_resources();
    added->set_name(name);
    added->set_version(resource.version);
    added->mutable_resource()->set_type_url(type_url);
    added->mutable_resource()->set_value(resource.bytes);
  }
  for (const std::string& name : interest.names) interest.known.try_emplace(name, "");
  for (auto& [name, version] : interest.known) {
    if (served.contains(name) || version == kMissing || name == "*") continue;
    response.add_removed_resources(name);
    version = kMissing;
  }
  const bool has_news = response.resources_size() > 0 || response.removed_resources_size() > 0;
  if (!has_news && !std::exchange(interest.must_answer, false)) return;
  interest.must_answer = false;
  response.set_nonce(std::to_string(++nonce_));
  response.mutable_control_plane()->set_identifier("test-control-plane");
  stream.Send(response.SerializeAsString());
}

void AdsServer::AnswerAll() {
  for (Stream* stream : OpenStreams()) {
    std::vector<std::string> types;
    for (const auto& [type_url, interest] : stream->interests()) types.push_back(type_url);
    for (const std::string& type_url : types) Answer(*stream, type_url);
  }
}

bool AdsServer::Wait(const std::function<bool()>& is_true) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kWaitMax, is_true);
}

template <typename Proto>
std::optional<Proto> AdsServer::WaitIn(const std::vector<Proto>& requests,
                                       const std::function<bool(const Proto&)>& is_wanted,
                                       size_t from) {
  std::optional<Proto> found;
  size_t next = from;
  static_cast<void>(Wait([&] {
    for (; next < requests.size(); ++next) {
      if (!is_wanted(requests[next])) continue;
      found = requests[next];
      return true;
    }
    return false;
  }));
  return found;
}

std::optional<AdsServer::Request> AdsServer::WaitForRequest(
    const std::function<bool(const Request&)>& is_wanted, size_t from) {
  return WaitIn(requests_, is_wanted, from);
}

std::optional<AdsServer::SotwRequest> AdsServer::WaitForSotwRequest(
    const std::function<bool(const SotwRequest&)>& is_wanted, size_t from) {
  return WaitIn(sotw_requests_, is_wanted, from);
}

std::optional<AdsServer::Request> AdsServer::WaitForAck(const std::string& type_url, size_t from) {
  return WaitForRequest(
      [&](const Request& request) {
        return request.type_url() == type_url && !request.response_nonce().empty();
      },
      from);
}

bool AdsServer::WaitForStreams(size_t open_count) {
  return Wait([&] { return streams_.size() == open_count; });
}

std::vector<AdsServer::Request> AdsServer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<AdsServer::SotwRequest> AdsServer::sotw_requests() const {
  std::lock_guard lock(mutex_);
  return sotw_requests_;
}

size_t AdsServer::request_count() const {
  std::lock_guard lock(mutex_);
  return requests_.size() + sotw_requests_.size();  // a server of one test speaks one protocol
}

size_t AdsServer::streams_seen() const {
  std::lock_guard lock(mutex_);
  return streams_seen_;
}

std::string AdsServer::authority() const {
  std::lock_guard lock(mutex_);
  return authority_;
}

size_t AdsServer::open_streams() const {
  std::lock_guard lock(mutex_);
  return OpenStreams().size();
}

std::vector<std::string> AdsServer::methods() const {
  std::lock_guard lock(mutex_);
  return methods_;
}

std::string AdsServer::metadata(const std::string& name) const {
  std::lock_guard lock(mutex_);
  auto it = metadata_.find(name);
  return it == metadata_.end() ? std::string() : it->second;
}

}  // namespace outrigger::xds
