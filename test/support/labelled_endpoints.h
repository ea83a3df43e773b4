// Endpoint sets for tests of subsets: endpoints by their labels.
//
// Thread: any (pure).
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/endpoint_set.h"

namespace outrigger::test {

using Label = std::pair<std::string, http::MetadataValue>;

inline http::MetadataValue Text(const std::string& text) { return http::MetadataValue::Of(text); }

inline http::MetadataValue List(std::vector<http::MetadataValue> items) {
  http::MetadataValue list;
  list.kind = http::MetadataValue::Kind::kList;
  list.items = std::move(items);
  return list;
}

inline http::MetadataValue Labels(std::initializer_list<Label> labels) {
  http::MetadataValue value = http::MetadataValue::Struct();
  for (const auto& [key, label] : labels) value.Set(key, label);
  return value;
}

inline Endpoint Labelled(std::initializer_list<Label> labels) {
  Endpoint endpoint;
  endpoint.labels = std::make_shared<const http::MetadataValue>(Labels(labels));
  return endpoint;
}

inline std::shared_ptr<const EndpointSet> SetOf(EndpointSet set) {
  set.BuildPicks();
  return std::make_shared<const EndpointSet>(std::move(set));
}
inline std::shared_ptr<const EndpointSet> SetOf(std::vector<Endpoint> endpoints) {
  EndpointSet set;
  set.endpoints = std::move(endpoints);
  return SetOf(std::move(set));
}

}  // namespace outrigger::test
