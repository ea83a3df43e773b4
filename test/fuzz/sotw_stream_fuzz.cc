// The ADS client and the protocol with the state of the world.
#include "test/fuzz/ads_world.h"

namespace outrigger::xds {
namespace {

constexpr char kWrapper[] = "type.googleapis.com/envoy.service.discovery.v3.Resource";

void CheckSotw(FakeAdsTransport& transport) {
  for (const auto& request : transport.TakeSotwRequests()) {
    OUTRIGGER_CHECK(request.type_url() == kWildcard || request.type_url() == kNamed);
    OUTRIGGER_CHECK(request.type_url() != kWildcard || request.resource_names_size() == 0);  // X23
    for (int i = 1; i < request.resource_names_size(); ++i) {
      OUTRIGGER_CHECK(request.resource_names(i - 1) < request.resource_names(i));
    }
    OUTRIGGER_CHECK(request.error_detail().message().size() <= kNackMessageBytesMax);
  }
}

// Three bytes per resource: name, version, what is odd about it.
std::string MessageFrom(std::string_view bytes, bool is_wildcard) {
  FakeAdsTransport::SotwResponse response;
  response.set_type_url(is_wildcard ? kWildcard : kNamed);
  response.set_version_info("v");
  response.set_nonce("x");
  for (size_t i = 0; i + 2 < bytes.size(); i += 3) {
    const std::string name(1, static_cast<char>('a' + bytes[i] % 4));
    const uint8_t oddity = static_cast<uint8_t>(bytes[i + 2]);
    if (oddity % 16 == 11) {
      response.add_resource_errors()->mutable_resource_name()->set_name(name);
      continue;
    }
    // A message whose field 1 is the name, and which ends in a number that makes it one of many.
    const std::string payload = "\x0a\x01" + name + std::string{'\x18', char(bytes[i + 1] & 0x7f)};
    auto* any = response.add_resources();
    any->set_type_url(oddity % 8 == 1 ? "other" : response.type_url());
    any->set_value(oddity % 8 == 2 ? std::string(bytes.substr(i, 3)) : payload);
    if (oddity % 8 < 4) continue;
    envoy::service::discovery::v3::Resource wrapper;
    if (oddity % 8 != 4) wrapper.set_name(name);
    wrapper.set_version(std::to_string(bytes[i + 1] % 4));
    if (oddity % 8 != 5) *wrapper.mutable_resource() = *any;
    if (oddity % 8 == 6) wrapper.add_aliases("b");
    if (oddity % 16 == 7) wrapper.mutable_ttl()->set_seconds(oddity / 16);
    any->set_type_url(kWrapper);
    any->set_value(wrapper.SerializeAsString());
  }
  return response.SerializeAsString();
}

}  // namespace
}  // namespace outrigger::xds

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger::xds;
  AdsWorld(Protocol::kStateOfTheWorld, MessageFrom, CheckSotw)
      .Run({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
