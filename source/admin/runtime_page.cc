#include <set>
#include <string_view>

#include "admin/json_builder.h"
#include "admin/pages.h"

namespace outrigger::admin {

namespace {

using Layers = std::vector<compiler::RuntimeLayer>;

void WriteEntry(const Layers& layers, std::string_view key, JsonBuilder& json) {
  std::string_view final_value;
  json.Key(key);
  json.BeginObject();
  json.Key("layer_values");
  json.BeginArray();
  for (const compiler::RuntimeLayer& layer : layers) {
    const auto found = layer.content.texts.find(key);
    if (found != layer.content.texts.end()) final_value = found->second;
    json.String(found == layer.content.texts.end() ? "" : found->second);
  }
  json.EndArray();
  json.StringField("final_value", final_value);
  json.EndObject();
}

}  // namespace

// Envoy's fields, entries by key.
void ServeRuntime(const AdminRequest& request, AdminResponse& response) {
  const Layers& layers = *request.sources.runtime_layers;
  std::set<std::string_view> keys;
  for (const compiler::RuntimeLayer& layer : layers) {
    for (const auto& [key, text] : layer.content.texts) keys.insert(key);
  }
  JsonBuilder json;
  json.BeginObject();
  json.Key("entries");
  json.BeginObject();
  for (std::string_view key : keys) WriteEntry(layers, key, json);
  json.EndObject();
  json.Key("layers");
  json.BeginArray();
  for (const compiler::RuntimeLayer& layer : layers) json.String(layer.name);
  json.EndArray();
  json.EndObject();
  response.content_type = kJsonType;
  response.body = json.Take();
}

void ServeRuntimeModify(const AdminRequest&, AdminResponse& response) {
  response.status = 400;
  response.body =
      "the runtime is that of the bootstrap and of the control plane, and cannot be modified "
      "here\n";
}

}  // namespace outrigger::admin
