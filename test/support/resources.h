// Resources for tests, from YAML text, given to an ADS server.
//
// Thread: the test's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "test/support/ads_server.h"

namespace outrigger::test {

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
void SetListenerYaml(xds::AdsServer& ads, const std::string& version, const std::string& yaml);

}  // namespace outrigger::test
