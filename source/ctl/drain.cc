#include "ctl/drain.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/str_split.h"
#include "base/absl_view.h"
#include "base/yaml.h"

namespace outrigger::ctl {

namespace {

constexpr std::chrono::milliseconds kPollInterval{500};
constexpr std::string_view kStatStart = "listener.";
constexpr std::string_view kStatEnd = ".downstream_cx_active";

// As in stats: "127.0.0.1_80".
std::string StatNameOf(const YamlNode& listener) {
  const YamlNode* address = listener.Find("address");
  const YamlNode* socket = address == nullptr ? nullptr : address->Find("socket_address");
  std::string name(listener.FindText("stat_prefix"));
  if (name.empty() && socket != nullptr) {
    name = fmt::format("{}_{}", socket->FindText("address"), socket->FindText("port_value"));
  }
  std::replace(name.begin(), name.end(), ':', '_');
  return name;
}

void NoteOutbound(const YamlNode* listener, std::set<std::string>& names) {
  if (listener == nullptr || listener->FindText("traffic_direction") != "OUTBOUND") return;
  names.insert(StatNameOf(*listener));
}

std::string PluralOf(uint64_t connections) {
  return fmt::format("{} connection{}", connections, connections == 1 ? "" : "s");
}

// Unset: the proxy has ended.
std::optional<uint64_t> ConnectionsLeft(const AdminClient& admin,
                                        const std::set<std::string>& left_out) {
  const auto stats = admin.Ask("GET", "/stats?filter=downstream_cx_active$");
  if (!stats.ok() || stats->status != 200) return std::nullopt;
  return CountConnections(stats->body, left_out);
}

int WaitUntilDrained(const AdminClient& admin, const DrainOptions& options,
                     const std::set<std::string>& left_out, const DrainHooks& hooks) {
  std::optional<uint64_t> said;
  for (std::chrono::milliseconds waited{0};; waited += kPollInterval) {
    const std::optional<uint64_t> left = ConnectionsLeft(admin, left_out);
    if (!left.has_value()) {
      hooks.say("the proxy has ended");
      return 0;
    }
    if (left != said) hooks.say(fmt::format("{} left", PluralOf(*left)));
    said = left;
    if (*left == 0) return 0;
    if (waited >= options.wait_max) {
      hooks.say(fmt::format("gave up after {} s", options.wait_max.count()));
      return 1;
    }
    hooks.sleep(kPollInterval);
  }
}

}  // namespace

std::string DrainTarget(const DrainOptions& options) {
  std::string target = "/drain_listeners";
  char separator = '?';
  const auto add = [&](bool is_set, std::string_view name) {
    if (!is_set) return;
    target += separator;
    target += name;
    separator = '&';
  };
  add(options.inbound_only, "inboundonly");
  add(options.graceful, "graceful");
  add(options.skip_exit, "skip_exit");
  return target;
}

uint64_t CountConnections(std::string_view stats, const std::set<std::string>& left_out) {
  uint64_t sum = 0;
  for (const auto& piece : absl::StrSplit(AbslView(stats), '\n')) {
    const std::string_view line(piece.data(), piece.size());
    const size_t colon = line.rfind(": ");
    if (!line.starts_with(kStatStart) || colon == line.npos) continue;
    std::string_view name = line.substr(kStatStart.size(), colon - kStatStart.size());
    if (!name.ends_with(kStatEnd)) continue;
    name.remove_suffix(kStatEnd.size());
    if (name == "admin" || left_out.contains(std::string(name))) continue;
    uint64_t value = 0;
    std::from_chars(line.data() + colon + 2, line.data() + line.size(), value);
    sum += value;
  }
  return sum;
}

std::set<std::string> OutboundListeners(std::string_view config_dump) {
  std::set<std::string> names;
  const absl::StatusOr<YamlNode> root = ParseYaml(config_dump);
  const YamlNode* configs = root.ok() ? root->Find("configs") : nullptr;
  if (configs == nullptr) return names;
  for (const YamlNode& config : configs->list) {
    if (const YamlNode* items = config.Find("static_listeners")) {
      for (const YamlNode& item : items->list) NoteOutbound(item.Find("listener"), names);
    }
    const YamlNode* items = config.Find("dynamic_listeners");
    if (items == nullptr) continue;
    for (const YamlNode& item : items->list) {
      const YamlNode* state = item.Find("active_state");
      if (state != nullptr) NoteOutbound(state->Find("listener"), names);
    }
  }
  return names;
}

int Drain(const AdminClient& admin, const DrainOptions& options, const DrainHooks& hooks) {
  std::set<std::string> left_out;
  if (options.inbound_only && options.waits) {
    const auto dump = admin.Ask("GET", "/config_dump");
    if (dump.ok()) left_out = OutboundListeners(dump->body);
  }
  const auto answer = admin.Ask("POST", DrainTarget(options));
  if (!answer.ok()) {
    hooks.say(std::string(answer.status().message()));
    return 2;
  }
  if (answer->status != 200) {
    hooks.say(fmt::format("refused with {}: {}", answer->status, answer->body));
    return 1;
  }
  hooks.say("draining");
  return options.waits ? WaitUntilDrained(admin, options, left_out, hooks) : 0;
}

}  // namespace outrigger::ctl
