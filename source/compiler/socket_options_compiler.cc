#include "compiler/socket_options_compiler.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <limits>
#include <string_view>

namespace outrigger::compiler {

namespace {

using OptionProto = envoy::config::core::v3::SocketOption;
using google::protobuf::UInt32Value;

// Each is a system call for each socket.
constexpr int kSocketOptionsMax = 64;
constexpr size_t kOptionBytesMax = 4096;  // no option of the kernel's has more
// What the kernel takes (net/tcp.h there).
constexpr uint32_t kKeepaliveProbesMax = 127;
constexpr uint32_t kKeepaliveSecondsMax = 32767;

int ToInt(int64_t number, std::string_view field, ValidationErrors& errors) {
  using Limits = std::numeric_limits<int>;
  if (number >= Limits::min() && number <= Limits::max()) return static_cast<int>(number);
  const ValidationErrors::ScopedField scope(errors, field);
  errors.Add(fmt::format("must be between {} and {}", Limits::min(), Limits::max()));
  return 0;
}

SocketOption::When WhenOf(const OptionProto& proto) {
  switch (proto.state()) {
    case OptionProto::STATE_BOUND:
      return SocketOption::When::kBound;
    case OptionProto::STATE_LISTENING:
      return SocketOption::When::kListening;
    default:  // the validation rules refuse those without a name
      return SocketOption::When::kBeforeBind;
  }
}

SocketOption CompileOption(const OptionProto& proto, ValidationErrors& errors) {
  const int level = ToInt(proto.level(), "level", errors);
  const int name = ToInt(proto.name(), "name", errors);
  SocketOption option = NumberOption(level, name, ToInt(proto.int_value(), "int_value", errors));
  if (proto.has_buf_value()) option.value = proto.buf_value();
  if (option.value.size() > kOptionBytesMax) {
    const ValidationErrors::ScopedField scope(errors, "buf_value");
    errors.Add(fmt::format("must have at most {} bytes", kOptionBytesMax));
  }
  option.when = WhenOf(proto);
  return option;
}

bool IsForTcp(const OptionProto& proto) {
  return proto.type().has_stream() || !proto.type().has_datagram();
}

// One number of the keepalive, where it is set. False: it is zero.
bool AddNumber(int name, bool is_set, const UInt32Value& number, SocketOptions& options) {
  if (!is_set) return true;
  options.push_back(NumberOption(IPPROTO_TCP, name, static_cast<int>(number.value())));
  return number.value() > 0;
}

void CheckNumber(const UInt32Value& number, uint32_t most, std::string_view field,
                 ValidationErrors& errors) {
  if (number.value() <= most) return;
  const ValidationErrors::ScopedField scope(errors, field);
  errors.Add(fmt::format("must be at most {}: the kernel takes no more", most));
}

}  // namespace

SocketOptions CompileSocketOptions(const SocketOptionProtos& protos, ValidationErrors& errors) {
  SocketOptions options;
  if (protos.size() > kSocketOptionsMax) {
    const ValidationErrors::ScopedField scope(errors, "socket_options");
    errors.Add(fmt::format("must have at most {} items", kSocketOptionsMax));
    return options;
  }
  for (int i = 0; i < protos.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "socket_options", static_cast<size_t>(i));
    if (IsForTcp(protos[i])) options.push_back(CompileOption(protos[i], errors));
  }
  return options;
}

SocketOptions CompileTcpKeepalive(const envoy::config::core::v3::TcpKeepalive& proto,
                                  ValidationErrors& errors) {
  CheckNumber(proto.keepalive_probes(), kKeepaliveProbesMax, "keepalive_probes", errors);
  CheckNumber(proto.keepalive_time(), kKeepaliveSecondsMax, "keepalive_time", errors);
  CheckNumber(proto.keepalive_interval(), kKeepaliveSecondsMax, "keepalive_interval", errors);
  SocketOptions options = {NumberOption(SOL_SOCKET, SO_KEEPALIVE, 1)};
  const bool is_on =
      AddNumber(TCP_KEEPCNT, proto.has_keepalive_probes(), proto.keepalive_probes(), options) &&
      AddNumber(TCP_KEEPIDLE, proto.has_keepalive_time(), proto.keepalive_time(), options) &&
      AddNumber(TCP_KEEPINTVL, proto.has_keepalive_interval(), proto.keepalive_interval(), options);
  return is_on ? options : SocketOptions();
}

}  // namespace outrigger::compiler
