#include <fmt/format.h>

#include "admin/json_builder.h"
#include "admin/pages.h"
#include "admin/time_text.h"

namespace outrigger::admin {

namespace {

double MillisecondsOf(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::string WhatCame(const UpdateEntry& entry) {
  const compiler::Update& update = entry.update;
  std::string text =
      fmt::format("#{} {} {}", entry.number, TimestampText(update.at), NameOf(update.source));
  if (!update.file.empty()) text += fmt::format(" {}", update.file);
  if (!update.type.empty()) text += fmt::format(", {}", update.type);
  if (!update.version.empty()) text += fmt::format(" version {}", update.version);
  return text;
}

// "2 added, 1 rejected"; what is none is not told.
std::string Counted(std::initializer_list<std::pair<uint64_t, std::string_view>> counts) {
  std::string text;
  for (const auto& [count, what] : counts) {
    if (count == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  }
  return text.empty() ? "nothing" : text;
}

void AppendCauses(std::string_view what, const Adoption::ByCause& counts, std::string& text) {
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += fmt::format("  {} {} drained: {}\n", counts[i], what,
                        DescribeCause(static_cast<DrainCause>(i)));
  }
}

std::string TextOf(const UpdateEntry& entry, uint32_t workers) {
  const compiler::Update& update = entry.update;
  std::string text =
      fmt::format("{}: {}; compiled in {:.2f} ms, linked in {:.2f} ms\n", WhatCame(entry),
                  Counted({{update.added, "added"},
                           {update.changed, "changed"},
                           {update.removed, "removed"},
                           {update.rejected, "rejected"},
                           {update.unchanged, "unchanged"}}),
                  MillisecondsOf(update.compile_time), MillisecondsOf(update.link_time));
  if (entry.sockets_bound + entry.sockets_closed > 0) {
    text +=
        fmt::format("  listening sockets: {}\n",
                    Counted({{entry.sockets_bound, "bound"}, {entry.sockets_closed, "closed"}}));
  }
  if (update.snapshot == 0) return text + "  nothing changes for connections\n";
  text += fmt::format("  {} of {} workers have it",
                      entry.workers_adopted + entry.workers_passed_over, workers);
  if (entry.workers_passed_over > 0) {
    text += fmt::format(" ({} with a later one)", entry.workers_passed_over);
  }
  const Adoption& moved = entry.moved;
  text += fmt::format("; connections of clients: {} kept, {} adopted\n", moved.kept, moved.adopted);
  AppendCauses("connections of clients", moved.drained, text);
  AppendCauses("pools", moved.drained_pools, text);
  AppendCauses("connections to services", moved.drained_upstream, text);
  return text;
}

void NumberField(std::string_view key, uint64_t number, JsonBuilder& json) {
  json.LiteralField(key, std::to_string(number));
}

void WriteCauses(std::string_view key, const Adoption::ByCause& counts, JsonBuilder& json) {
  json.Key(key);
  json.BeginObject();
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) NumberField(DescribeCause(static_cast<DrainCause>(i)), counts[i], json);
  }
  json.EndObject();
}

void WriteMoved(const UpdateEntry& entry, JsonBuilder& json) {
  NumberField("sockets_bound", entry.sockets_bound, json);
  NumberField("sockets_closed", entry.sockets_closed, json);
  NumberField("workers_adopted", entry.workers_adopted, json);
  NumberField("workers_passed_over", entry.workers_passed_over, json);
  NumberField("downstream_kept", entry.moved.kept, json);
  NumberField("downstream_adopted", entry.moved.adopted, json);
  WriteCauses("downstream_drained", entry.moved.drained, json);
  WriteCauses("pools_drained", entry.moved.drained_pools, json);
  WriteCauses("upstream_drained", entry.moved.drained_upstream, json);
}

void WriteUpdate(const UpdateEntry& entry, JsonBuilder& json) {
  const compiler::Update& update = entry.update;
  json.BeginObject();
  NumberField("number", entry.number, json);
  json.StringField("at", TimestampText(update.at));
  json.StringField("source", NameOf(update.source));
  if (!update.file.empty()) json.StringField("file", update.file);
  if (!update.type.empty()) json.StringField("type", update.type);
  if (!update.version.empty()) json.StringField("version", update.version);
  NumberField("added", update.added, json);
  NumberField("changed", update.changed, json);
  NumberField("removed", update.removed, json);
  NumberField("rejected", update.rejected, json);
  NumberField("unchanged", update.unchanged, json);
  json.LiteralField("compile_ms", fmt::format("{:.3f}", MillisecondsOf(update.compile_time)));
  json.LiteralField("link_ms", fmt::format("{:.3f}", MillisecondsOf(update.link_time)));
  NumberField("snapshot", update.snapshot, json);
  WriteMoved(entry, json);
  json.EndObject();
}

}  // namespace

// The newest first: that is what one looks for.
void ServeUpdates(const AdminRequest& request, AdminResponse& response) {
  const std::vector<UpdateEntry>& updates = request.ledger->updates;
  if (request.query.Get("format") != "json") {
    for (auto entry = updates.rbegin(); entry != updates.rend(); ++entry) {
      response.body += TextOf(*entry, request.sources.concurrency);
    }
    return;
  }
  JsonBuilder json;
  json.BeginObject();
  NumberField("workers", request.sources.concurrency, json);
  json.Key("updates");
  json.BeginArray();
  for (auto entry = updates.rbegin(); entry != updates.rend(); ++entry) WriteUpdate(*entry, json);
  json.EndArray();
  json.EndObject();
  response.content_type = kJsonType;
  response.body = json.Take();
}

}  // namespace outrigger::admin
