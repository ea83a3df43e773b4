// Resources for tests, from YAML text, given to an ADS server.
//
// Thread: the test's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "test/support/ads_server.h"

namespace outrigger::test {

// Serialized resources.
std::string ClusterBytes(const std::string& yaml);
std::string EdsClusterBytes(const std::string& name, const std::string& service_name = "");
std::string EndpointsBytes(const std::string& cluster, const std::vector<uint16_t>& ports);
std::string AssignmentBytes(const std::string& yaml);
std::string RouteBytes(const std::string& yaml);
std::string ListenerBytes(const std::string& yaml);
std::string SecretBytes(const std::string& yaml);
std::string ExtensionBytes(const std::string& yaml);
std::string RuntimeBytes(const std::string& yaml);

// YAML of a route configuration that sends every host and path to one cluster.
std::string RouteYaml(const std::string& name, const std::string& cluster);
// YAML of a listener with routes from RDS. Port 0: one of the kernel's choice.
std::string ListenerYaml(const std::string& name, const std::string& route_name, uint16_t port = 0);

void SetEdsCluster(xds::AdsServer& ads, const std::string& name, const std::string& version = "1");
void SetEndpoints(xds::AdsServer& ads, const std::string& cluster, const std::string& version,
                  const std::vector<uint16_t>& ports);
// Every host and path to one cluster.
void SetRoute(xds::AdsServer& ads, const std::string& name, const std::string& version,
              const std::string& cluster);
void SetRouteYaml(xds::AdsServer& ads, const std::string& version, const std::string& yaml);
// On a port of the kernel's choice, with routes from RDS.
void SetListener(xds::AdsServer& ads, const std::string& name, const std::string& version,
                 const std::string& route_name);
void SetSecretYaml(xds::AdsServer& ads, const std::string& version, const std::string& yaml);
void SetListenerYaml(xds::AdsServer& ads, const std::string& version, const std::string& yaml);

}  // namespace outrigger::test
