// STYLE: `info` is in the page's name, /server_info.
#include <fmt/format.h>

#include "admin/json_builder.h"
#include "admin/pages.h"
#include "admin/proto_json.h"
#include "admin/time_text.h"
#include "envoy/config/core/v3/base.pb.h"

namespace outrigger::admin {

namespace {

// In Envoy's order; flags that we only accept are left out.
void WriteOptions(const AdminSources& sources, JsonBuilder& json) {
  const CommandLineFacts& line = sources.command_line;
  json.LiteralField("concurrency", fmt::to_string(sources.concurrency));
  json.StringField("config_path", line.config_path);
  json.StringField("config_yaml", line.has_config_yaml ? "[redacted]" : "");
  json.LiteralField("allow_unknown_static_fields",
                    line.allows_unknown_static_fields ? "true" : "false");
  json.StringField("log_level", line.log_level);
  json.StringField("service_cluster", line.service_cluster);
  json.StringField("service_node", line.service_node);
  json.StringField("drain_time", SecondsText(line.drain_time));
  json.StringField("mode", line.mode);
  json.LiteralField("disable_hot_restart", "true");
  json.LiteralField("restart_epoch", "0");
}

}  // namespace

// The fields of envoy.admin.v3.ServerInfo, defaults included, as Envoy has them on this page.
void ServeServerInfo(const AdminRequest& request, AdminResponse& response) {
  const AdminSources& sources = request.sources;
  const std::string uptime = SecondsText(request.now - sources.started_at);
  JsonBuilder json;
  json.BeginObject();
  json.StringField("version", sources.version);
  json.StringField("state", StateName(ShownState(sources.state, sources.fails_health)));
  json.StringField("uptime_current_epoch", uptime);
  json.StringField("uptime_all_epochs", uptime);
  json.StringField("hot_restart_version", "disabled");
  json.Key("command_line_options");
  json.BeginObject();
  WriteOptions(sources, json);
  json.EndObject();
  envoy::config::core::v3::Node node;
  if (node.ParseFromString(sources.serialized_node)) {
    json.Key("node");
    WriteProto(node, json);
  }
  json.EndObject();
  response.content_type = kJsonType;
  response.body = json.Take();
}

}  // namespace outrigger::admin
