#include "ctl/config_report.h"

#include <fmt/format.h>

#include <optional>

#include "absl/strings/ascii.h"
#include "base/yaml.h"

namespace outrigger::ctl {

namespace {

constexpr int kUnanswered = 2;

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

// The page, which has been said; unset: there is none, and why has been said.
std::optional<std::string> AskFor(const AdminClient& admin, std::string_view target,
                                  const Say& say) {
  auto answer = admin.Ask("GET", target);
  if (!answer.ok()) {
    say(fmt::format("{}\n", std::string(answer.status().message())));
    return std::nullopt;
  }
  if (answer->status != 200) {
    say(fmt::format("refused with {}: {}\n", answer->status, answer->body));
    return std::nullopt;
  }
  say(answer->body);
  return std::move(answer->body);
}

bool IsAllWell(const std::string& page, bool is_json) {
  if (!is_json) return page.starts_with("all of ");
  const absl::StatusOr<YamlNode> root = ParseYaml(page);
  return root.ok() && root->FindText("in_trouble") == "0";
}

}  // namespace

std::string XdsTarget(const XdsQuestion& question) {
  std::string target = "/xds";
  char separator = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    target += fmt::format("{}{}={}", separator, name, Escaped(value));
    separator = '&';
  };
  add("format", question.wants_json ? "json" : "");
  add("state", question.shows_all ? "" : "trouble");
  add("type", question.type);
  add("name", question.name);
  return target;
}

int ReportXds(const AdminClient& admin, const XdsQuestion& question, const Say& say) {
  const std::optional<std::string> page = AskFor(admin, XdsTarget(question), say);
  if (!page.has_value()) return kUnanswered;
  return IsAllWell(*page, question.wants_json) ? 0 : 1;
}

int ReportUpdates(const AdminClient& admin, bool wants_json, const Say& say) {
  const auto page = AskFor(admin, wants_json ? "/updates?format=json" : "/updates", say);
  return page.has_value() ? 0 : kUnanswered;
}

}  // namespace outrigger::ctl
