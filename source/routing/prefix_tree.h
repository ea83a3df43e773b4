// A radix tree of byte strings that finds the longest of them that a text begins with.
//
// A key is known by its position in the list given. The text is read through a function, so that
// one tree serves paths (as they are), host names (case folded) and suffixes (read backwards)
// without a copy. Cost: the length of the text, whatever the number of keys.
//
// Thread: any (const after construction).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::routing {

class PrefixTree {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  PrefixTree() : PrefixTree(std::span<const std::string_view>()) {}
  // Requires: the keys are distinct. They are copied.
  explicit PrefixTree(std::span<const std::string_view> keys);

  bool empty() const { return nodes_.size() == 1 && nodes_.front().key == kNone; }

  // The position of the longest key that the first `size` bytes of the text begin with, or kNone.
  // `byte_at(i)` is the text's byte i < size, as char.
  template <typename ByteAt>
  uint32_t FindLongest(size_t size, ByteAt byte_at) const {
    uint32_t longest = kNone;
    uint32_t at = 0;
    size_t depth = 0;
    for (;;) {
      const Node& node = nodes_[at];
      if (node.key != kNone) longest = node.key;
      if (depth == size) return longest;
      const void* hit = std::memchr(&text_[node.first_child],
                                    static_cast<unsigned char>(byte_at(depth)), node.child_count);
      if (hit == nullptr) return longest;
      at = static_cast<uint32_t>(static_cast<const char*>(hit) - text_.data());
      const Node& child = nodes_[at];
      if (child.label_size > size - depth) return longest;
      const char* label = &text_[child.label];
      for (uint32_t i = 1; i < child.label_size; ++i) {
        if (label[i] != byte_at(depth + i)) return longest;
      }
      depth += child.label_size;
    }
  }

 private:
  // The children of a node are neighbours, in order of their first bytes.
  struct Node {
    uint32_t label = 0;  // into text_: the bytes between the parent and this node
    uint32_t label_size = 0;
    uint32_t key = kNone;
    uint32_t first_child = 0;
    uint32_t child_count = 0;
  };

  std::vector<Node> nodes_;  // [0] is the root: the empty string
  std::string text_;         // the first byte of the label of each node, then all labels
};

}  // namespace outrigger::routing
