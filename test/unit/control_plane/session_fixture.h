// A session of either protocol and what there is to serve.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "control_plane/resource_view.h"

namespace outrigger::control_plane {

inline constexpr ResourceType kCluster = ResourceType::kCluster;
inline constexpr ResourceType kEndpoint = ResourceType::kEndpoint;
inline constexpr ResourceType kListener = ResourceType::kListener;
inline constexpr ResourceType kRoute = ResourceType::kRoute;

using Names = std::vector<std::string>;

template <typename Session>
class SessionTest : public ::testing::Test {
 protected:
  using Request = typename Session::Request;
  using Response = typename Session::Response;

  void Serve(ResourceType type, const std::string& name, const std::string& version,
             const std::string& bytes) {
    view_.Of(type)[name] = std::make_shared<const Resource>(Resource{version, bytes});
  }
  std::vector<Response> Tell(const Request& request) {
    EXPECT_TRUE(session_.OnRequest(request).ok());
    return Due();
  }
  std::vector<Response> Due() { return session_.TakeDue(view_); }
  // The only one that is due.
  Response Only(const std::vector<Response>& due) {
    EXPECT_THAT(due, ::testing::SizeIs(1));
    return due.empty() ? Response() : due[0];
  }

  ResourceView view_;
  Session session_;
};

}  // namespace outrigger::control_plane
