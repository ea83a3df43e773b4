#include "server/service.h"

#include <utility>

#include "cluster/dns_stats.h"
#include "net/bind.h"

namespace outrigger {

namespace {
constexpr int kAdminBacklog = 128;
}

Service::Service(const Clock& clock, Sockets& sockets, EventLoop& control, stats::Registry& stats,
                 DnsWatches::Events dns_events)
    : sockets_(sockets),
      thread_(clock, "service"),
      read_scratch_(new char[NetContext::kReadScratchBytes]),
      net_{thread_.loop(), sockets, slabs_, read_scratch_.get()},
      relays_(net_),
      rest_calls_(net_, control),
      resolver_(thread_.loop()),
      names_(thread_.loop(), resolver_, stats.Find(kDnsResolverFamily, ""), std::move(dns_events)) {
}

Service::~Service() {
  admin_.reset();
  // What its connections deferred.
  thread_.loop().RunOnce(Duration::zero());
  if (admin_fd_ >= 0) sockets_.Close(admin_fd_);
}

void Service::Join() {
  thread_.Join();
  rest_calls_.Close();
}

absl::Status Service::StartAdmin(const AdminAddress& address, admin::AdminSources sources) {
  BindOptions options;
  options.reuses_port = false;
  options.file_mode = address.file_mode;
  absl::StatusOr<int> fd = BindListenSocket(sockets_, address.address, options);
  if (!fd.ok()) return fd.status();
  admin_fd_ = *fd;
  if (const int result = sockets_.Listen(admin_fd_, kAdminBacklog); result < 0) {
    return absl::ErrnoToStatus(-result, "admin: listen");
  }
  admin_ = std::make_unique<admin::AdminServer>(net_, std::move(sources), admin_fd_);
  return absl::OkStatus();
}

void Service::ShowRuntime(std::shared_ptr<const std::vector<compiler::RuntimeLayer>> layers) {
  thread_.loop().Post([this, layers = std::move(layers)] {
    if (admin_ != nullptr) admin_->SetRuntimeLayers(layers);
  });
}

Address Service::admin_address() const {
  return admin_fd_ < 0 ? Address() : sockets_.LocalAddress(admin_fd_);
}

}  // namespace outrigger
