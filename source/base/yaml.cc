#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace outrigger {

namespace {

absl::Status ErrorAt(int line, int column, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("line {}, column {}: {}", line, column, what));
}

// Builds the tree bottom up. The library has no way to stop early but an exception, so after the
// first error the remaining events are let pass.
class TreeBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Place(NewNode(mark, YamlNode::Kind::kNull), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = NewNode(mark, YamlNode::Kind::kScalar);
    node.was_quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    node.scalar = value;
    Place(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, YamlNode::Kind::kList, anchor);
  }
  void OnSequenceEnd() override { CloseTop(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, YamlNode::Kind::kMap, anchor);
  }
  void OnMapEnd() override { CloseTop(); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (!status_.ok()) return;
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) {
      Fail(mark, "an alias inside what it stands for");
      return;
    }
    if (depth() + found->second.depth > YamlLimits::kDepthMax) {
      Fail(mark, fmt::format("nested deeper than {}", YamlLimits::kDepthMax));
      return;
    }
    if (!Count(mark, found->second.node_count)) return;
    Place(YamlNode(found->second.node), 0);
  }

  const absl::Status& status() const { return status_; }
  YamlNode TakeRoot() { return std::move(root_); }

 private:
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    size_t nodes_before = 0;
    size_t deepest = 0;                // depth below this frame that its children reached
    std::optional<YamlEntry> pending;  // a key that waits for its value
    absl::flat_hash_set<std::string> keys;
  };
  struct Anchored {
    YamlNode node;
    size_t node_count;
    size_t depth;
  };

  size_t depth() const { return frames_.size(); }

  void Fail(const YAML::Mark& mark, std::string_view what) {
    if (status_.ok()) status_ = ErrorAt(mark.line + 1, mark.column + 1, what);
  }
  void FailAt(const YamlNode& node, std::string_view what) {
    if (status_.ok()) status_ = ErrorAt(node.line, node.column, what);
  }

  bool Count(const YAML::Mark& mark, size_t more) {
    nodes_ += more;
    if (nodes_ <= YamlLimits::kNodesMax) return status_.ok();
    Fail(mark, fmt::format("more than {} values", YamlLimits::kNodesMax));
    return false;
  }

  YamlNode NewNode(const YAML::Mark& mark, YamlNode::Kind kind) {
    Count(mark, 1);
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void Open(const YAML::Mark& mark, YamlNode::Kind kind, YAML::anchor_t anchor) {
    if (!status_.ok()) return;
    if (depth() >= YamlLimits::kDepthMax) {
      Fail(mark, fmt::format("nested deeper than {}", YamlLimits::kDepthMax));
      return;
    }
    Frame frame;
    frame.nodes_before = nodes_;
    frame.node = NewNode(mark, kind);
    frame.anchor = anchor;
    frames_.push_back(std::move(frame));
  }

  void CloseTop() {
    if (!status_.ok()) return;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    const size_t height = frame.deepest + 1;
    if (!frames_.empty()) frames_.back().deepest = std::max(frames_.back().deepest, height);
    if (frame.anchor != 0) {
      anchored_[frame.anchor] = {frame.node, nodes_ - frame.nodes_before, height};
      // The kept copy is memory too.
      nodes_ += nodes_ - frame.nodes_before;
    }
    Attach(std::move(frame.node));
  }

  // A finished scalar or copy.
  void Place(YamlNode node, YAML::anchor_t anchor) {
    if (!status_.ok()) return;
    if (anchor != 0) anchored_[anchor] = {node, 1, 0};
    Attach(std::move(node));
  }

  void Attach(YamlNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& top = frames_.back();
    if (top.node.is_list()) {
      top.node.list.push_back(std::move(node));
    } else if (top.pending.has_value()) {
      top.pending->value = std::move(node);
      top.node.map.push_back(*std::move(top.pending));
      top.pending.reset();
    } else {
      AttachKey(top, node);
    }
  }

  void AttachKey(Frame& top, YamlNode& node) {
    if (!node.is_scalar()) {
      FailAt(node, "a key must be text");
    } else if (!top.keys.insert(node.scalar).second) {
      FailAt(node, fmt::format("key \"{}\" is there twice", node.scalar));
    } else {
      top.pending = YamlEntry{std::move(node.scalar), node.line, {}};
    }
  }

  absl::Status status_;
  YamlNode root_;
  std::vector<Frame> frames_;
  absl::flat_hash_map<YAML::anchor_t, Anchored> anchored_;
  size_t nodes_ = 0;
};

// Other bytes would go into protobuf strings that nobody could read back.
bool IsUtf8(std::string_view text) {
  size_t left = 0;           // continuation bytes due
  unsigned char low = 0x80;  // bounds of the next one: no overlong forms, no surrogates
  unsigned char high = 0xBF;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (left > 0) {
      if (byte < low || byte > high) return false;
      low = 0x80;
      high = 0xBF;
      --left;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return false;
      left = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      if (byte == 0xE0) low = 0xA0;
      if (byte == 0xED) high = 0x9F;
      if (byte == 0xF0) low = 0x90;
      if (byte == 0xF4) high = 0x8F;
    }
  }
  return left == 0;
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const YamlEntry& entry : map) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::string_view YamlNode::FindText(std::string_view key) const {
  const YamlNode* value = Find(key);
  return value != nullptr && value->is_scalar() ? value->scalar : std::string_view();
}

absl::StatusOr<YamlNode> ParseYaml(std::string_view text) {
  if (!IsUtf8(text)) return absl::InvalidArgumentError("the text is not UTF-8");
  TreeBuilder builder;
  // The library throws on malformed text; this is the only file that sees it.
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return YamlNode();
    if (!builder.status().ok()) return builder.status();
    TreeBuilder rest;
    if (parser.HandleNextDocument(rest)) {
      return absl::InvalidArgumentError("more than one YAML document");
    }
  } catch (const YAML::Exception& error) {
    if (!builder.status().ok()) return builder.status();
    return ErrorAt(error.mark.line + 1, error.mark.column + 1, error.msg);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(fmt::format("unreadable YAML: {}", error.what()));
  }
  return builder.TakeRoot();
}

}  // namespace outrigger
