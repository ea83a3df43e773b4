#include "routing/prefix_tree.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace outrigger::routing {

namespace {

// Keys that share their first `depth` bytes, as a range of the sorted order.
struct Family {
  size_t begin;
  size_t end;
  size_t depth;
};

size_t SharedPrefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                             a.begin());
}

}  // namespace

PrefixTree::PrefixTree(std::span<const std::string_view> keys) {
  std::vector<uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0u);
  // Many come in order, and thousands of them take long to sort.
  if (!std::is_sorted(keys.begin(), keys.end())) {
    std::sort(order.begin(), order.end(),
              [keys](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
  }

  // Breadth first, so that the children of a node become neighbours. families[i] belongs to
  // nodes_[i].
  nodes_.emplace_back();
  std::string first_bytes(1, '\0');
  std::string labels;
  std::vector<Family> families = {{0, keys.size(), 0}};
  for (size_t i = 0; i < families.size(); ++i) {
    auto [begin, end, depth] = families[i];
    if (begin < end && keys[order[begin]].size() == depth) nodes_[i].key = order[begin++];
    nodes_[i].first_child = begin < end ? static_cast<uint32_t>(nodes_.size()) : 0;
    while (begin < end) {
      const std::string_view first = keys[order[begin]];
      size_t last = begin;
      while (last + 1 < end && keys[order[last + 1]][depth] == first[depth]) ++last;
      // In sorted order the outermost two share the least.
      const size_t shared = SharedPrefix(first, keys[order[last]]);
      const Node child = {.label = static_cast<uint32_t>(labels.size()),
                          .label_size = static_cast<uint32_t>(shared - depth)};
      labels.append(first.substr(depth, shared - depth));
      nodes_.push_back(child);
      first_bytes.push_back(first[depth]);
      families.push_back({begin, last + 1, shared});
      ++nodes_[i].child_count;
      begin = last + 1;
    }
  }
  nodes_.shrink_to_fit();
  for (Node& node : nodes_) node.label += static_cast<uint32_t>(first_bytes.size());
  text_ = first_bytes + labels;
  text_.shrink_to_fit();
}

}  // namespace outrigger::routing
