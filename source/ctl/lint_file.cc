#include "ctl/lint_file.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "base/read_file.h"
#include "base/yaml.h"
#include "compiler/any_content.h"
#include "compiler/discovery_file.h"
#include "compiler/fragments.h"
#include "ctl/dump_sections.h"
#include "ctl/lint_bootstrap.h"
#include "ctl/lint_node.h"

namespace outrigger::ctl {

namespace {

namespace fs = std::filesystem;
using Keys = compiler::TlsCompiler::Keys;

constexpr int kDepthMax = 8;

bool EndsLike(std::string_view path, std::initializer_list<std::string_view> ends) {
  const std::string lower = compiler::LowerCase(path);
  return std::any_of(ends.begin(), ends.end(), [&](auto end) { return lower.ends_with(end); });
}

// The forms of protobuf, which hold responses only.
void LintResponse(const compiler::DiscoveryContent& content, LintedFile& file) {
  compiler::Examiner examiner(Keys::kAreThere);
  for (const auto& resource : content.resources) {
    LintedResource linted;
    linted.type = ShortTypeName(resource.type_url);
    linted.name = resource.name;
    const auto message = compiler::NewMessage(compiler::TypeName(resource.type_url));
    if (message == nullptr || !message->ParseFromString(resource.bytes)) {
      linted.examination.mistakes.emplace_back("cannot be parsed");
    } else {
      linted.examination = examiner.Examine(*message);
    }
    file.resources.push_back(std::move(linted));
  }
}

void LintYaml(const YamlNode& root, LintedFile& file) {
  if (const YamlNode* configs = root.Find("configs")) {
    file.kind = "config_dump";
    return LintDump(*configs, file.resources);
  }
  if (root.Find("resources") != nullptr || root.Find("version_info") != nullptr ||
      root.Find("versionInfo") != nullptr) {
    file.kind = "discovery_response";
    compiler::Examiner examiner(Keys::kAreThere);
    const YamlNode* resources = root.Find("resources");
    if (resources == nullptr) return;
    for (const YamlNode& node : resources->list) {
      file.resources.push_back(LintNode(node, examiner));
    }
    return;
  }
  file.kind = "bootstrap";
  LintBootstrap(root, file.resources);
}

}  // namespace

LintedFile LintText(const std::string& path, std::string_view text) {
  LintedFile file;
  file.path = path;
  if (EndsLike(path, {".pb", ".pb_text"})) {
    file.kind = "discovery_response";
    std::vector<std::string> unknown;
    const auto content = compiler::ParseDiscoveryFile(path, text, unknown);
    if (content.ok()) {
      LintResponse(*content, file);
    } else {
      file.error = std::string(content.status().message());
    }
    return file;
  }
  const absl::StatusOr<YamlNode> root = ParseYaml(text);
  if (!root.ok()) {
    file.error = std::string(root.status().message());
  } else if (!root->is_map()) {
    file.error = "is no bootstrap, no config_dump and no DiscoveryResponse";
  } else {
    LintYaml(*root, file);
  }
  return file;
}

LintedFile LintFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, kFileMebibytesMax);
  if (text.ok()) return LintText(path, *text);
  LintedFile file;
  file.path = path;
  file.error = std::string(text.status().message());
  return file;
}

absl::StatusOr<std::vector<std::string>> FindFiles(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  fs::recursive_directory_iterator it(path, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;  // an entry that is gone again is no folder
    if (it->is_directory(ignored) && (name.starts_with('.') || it.depth() >= kDepthMax)) {
      it.disable_recursion_pending();
    }
    if (name.starts_with('.') || it->is_directory(ignored)) continue;
    if (!EndsLike(name, {".yaml", ".yml", ".json", ".pb", ".pb_text"})) continue;
    if (files.size() == kFilesMax) {
      return absl::ResourceExhaustedError(
          fmt::format("{} holds more than {} files", path, kFilesMax));
    }
    files.push_back(it->path().string());
  }
  if (error)
    return absl::UnavailableError(fmt::format("cannot read {}: {}", path, error.message()));
  if (files.empty()) {
    return absl::NotFoundError(
        fmt::format("{} holds no .yaml, .yml, .json, .pb or .pb_text", path));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace outrigger::ctl
