#include "grpc_link/link.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <utility>

namespace outrigger {

namespace {

constexpr Duration kKeepAliveTimeout = std::chrono::seconds(20);
constexpr int kWindowBytes = 4 * 1024 * 1024;  // of a stream: a large push in few round trips

int Milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

std::shared_ptr<grpc::Channel> MakeChannel(OwnedDescriptor descriptor, const std::string& authority,
                                           Duration keep_alive) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, -1);  // X39
  // A channel made from a descriptor has no name of its own and would say "test.authority".
  arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, authority);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(keep_alive));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(kKeepAliveTimeout));
  // By default gRPC stops pinging a silent server after two, and a dead link would never be
  // noticed.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Else it pings with the data, too, to learn how much may be under way (P16).
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kWindowBytes);
  return grpc::CreateCustomInsecureChannelFromFd("outrigger", descriptor.Release(), arguments);
}

}  // namespace

Link::Link(EventLoop& control, EventLoop& service, LinkRelays& relays, LinkOptions options)
    : control_(control), service_(service), relays_(relays), options_(std::move(options)) {}

void Link::Open(OnOpen on_open) {
  if (options_.endpoints.empty()) {
    control_.Post([on_open = std::move(on_open)]() mutable {
      on_open(absl::UnavailableError("the cluster has no endpoints"));
    });
    return;
  }
  RelayTarget target;
  target.endpoint = options_.endpoints[attempts_++ % options_.endpoints.size()];
  target.connect_timeout = options_.connect_timeout;
  target.stats = options_.stats;
  target.tls = options_.tls;
  // gRPC doubles the interval of a channel by itself, but each of ours lives for one connection.
  target.on_enhance_your_calm = [&control = control_, keep_alive = keep_alive_] {
    control.Post([keep_alive] { *keep_alive = std::min(*keep_alive * 2, kKeepAliveMax); });
  };
  OnRelayOpen on_relay =
      [&control = control_, authority = options_.authority, keep_alive = *keep_alive_,
       on_open = std::move(on_open)](absl::StatusOr<OwnedDescriptor> descriptor) mutable {
        control.Post([authority = std::move(authority), keep_alive, on_open = std::move(on_open),
                      descriptor = std::move(descriptor)]() mutable {
          if (!descriptor.ok()) {
            on_open(descriptor.status());
          } else {
            on_open(MakeChannel(*std::move(descriptor), authority, keep_alive));
          }
        });
      };
  service_.Post(
      [&relays = relays_, target = std::move(target), on_relay = std::move(on_relay)]() mutable {
        relays.Open(std::move(target), std::move(on_relay));
      });
}

}  // namespace outrigger
