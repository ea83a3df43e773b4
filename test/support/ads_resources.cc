// Resources given to an ADS server. Apart from resources.cc, so that tests without gRPC can use
// that.
#include "compiler/configuration.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"
#include "test/support/resources.h"

namespace outrigger::test {

void SetEdsCluster(xds::AdsServer& ads, const std::string& name, const std::string& version) {
  ads.Set(std::string(compiler::kClusterType), name, version, EdsClusterBytes(name));
}

void SetEndpoints(xds::AdsServer& ads, const std::string& cluster, const std::string& version,
                  const std::vector<uint16_t>& ports) {
  ads.Set(std::string(compiler::kEndpointType), cluster, version, EndpointsBytes(cluster, ports));
}

void SetRoute(xds::AdsServer& ads, const std::string& name, const std::string& version,
              const std::string& cluster) {
  SetRouteYaml(ads, version, RouteYaml(name, cluster));
}

void SetRouteYaml(xds::AdsServer& ads, const std::string& version, const std::string& yaml) {
  const std::string bytes = RouteBytes(yaml);
  envoy::config::route::v3::RouteConfiguration route;
  route.ParseFromString(bytes);
  ads.Set(std::string(compiler::kRouteType), route.name(), version, bytes);
}

void SetListener(xds::AdsServer& ads, const std::string& name, const std::string& version,
                 const std::string& route_name) {
  SetListenerYaml(ads, version, ListenerYaml(name, route_name));
}

void SetListenerYaml(xds::AdsServer& ads, const std::string& version, const std::string& yaml) {
  const std::string bytes = ListenerBytes(yaml);
  envoy::config::listener::v3::Listener listener;
  listener.ParseFromString(bytes);
  ads.Set(std::string(compiler::kListenerType), listener.name(), version, bytes);
}

void SetSecretYaml(xds::AdsServer& ads, const std::string& version, const std::string& yaml) {
  const std::string bytes = SecretBytes(yaml);
  envoy::extensions::transport_sockets::tls::v3::Secret secret;
  secret.ParseFromString(bytes);
  ads.Set(std::string(compiler::kSecretType), secret.name(), version, bytes);
}

}  // namespace outrigger::test
