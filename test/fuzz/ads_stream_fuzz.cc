// The ADS client and the delta protocol.
#include "test/fuzz/ads_world.h"

namespace outrigger::xds {
namespace {

void CheckDelta(FakeAdsTransport& transport) {
  for (const auto& request : transport.TakeRequests()) {
    OUTRIGGER_CHECK(request.type_url() == kWildcard || request.type_url() == kNamed);
    const bool is_answer = !request.response_nonce().empty();
    const bool changes_names = request.resource_names_subscribe_size() > 0 ||
                               request.resource_names_unsubscribe_size() > 0 ||
                               request.initial_resource_versions_size() > 0;
    OUTRIGGER_CHECK(!(is_answer && changes_names));  // X17
    OUTRIGGER_CHECK(request.type_url() != kWildcard ||
                    request.resource_names_subscribe_size() == 0);  // X23
    OUTRIGGER_CHECK(request.error_detail().message().size() <= kNackMessageBytesMax);
  }
}

// Three bytes per resource: name, version, what is odd about it.
std::string MessageFrom(std::string_view bytes, bool is_wildcard) {
  FakeAdsTransport::Response response;
  response.set_type_url(is_wildcard ? kWildcard : kNamed);
  response.set_nonce("x");
  for (size_t i = 0; i + 2 < bytes.size(); i += 3) {
    const std::string name(1, static_cast<char>('a' + bytes[i] % 4));
    const uint8_t oddity = static_cast<uint8_t>(bytes[i + 2]);
    if (oddity % 8 == 1) {
      response.add_removed_resources(name);
      continue;
    }
    if (oddity % 8 == 7) {
      response.add_resource_errors()->mutable_resource_name()->set_name(name);
      continue;
    }
    auto* resource = response.add_resources();
    if (oddity % 8 != 2) resource->set_name(name);
    if (oddity % 8 == 5) resource->add_aliases("b");
    if (oddity % 8 == 6) resource->mutable_ttl()->set_seconds(oddity / 8);
    resource->set_version(std::to_string(bytes[i + 1] % 4));
    if (oddity % 8 == 3) continue;  // no payload
    resource->mutable_resource()->set_type_url(oddity % 8 == 4 ? "other" : response.type_url());
    resource->mutable_resource()->set_value(std::string(bytes.substr(i, 3)));
  }
  return response.SerializeAsString();
}

}  // namespace
}  // namespace outrigger::xds

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger::xds;
  AdsWorld(Protocol::kDelta, MessageFrom, CheckDelta)
      .Run({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
