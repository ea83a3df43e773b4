// The answer to a poll; what is read of it becomes a message that the client parses.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "compiler/discovery_json.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;
  envoy::service::discovery::v3::DiscoveryResponse response;
  std::vector<std::string> warnings;
  const absl::Status status = compiler::ParseDiscoveryText(
      {reinterpret_cast<const char*>(bytes), size}, response, warnings);
  OUTRIGGER_CHECK(status.ok() || !status.message().empty());
  if (status.ok()) OUTRIGGER_CHECK(outrigger::xds::ParseSotw(response.SerializeAsString()).ok());
  return 0;
}
