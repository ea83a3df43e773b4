#include "routing/scope_key.h"

#include "routing/header_matcher.h"

namespace outrigger::routing {

namespace {

constexpr std::string_view kSeparator(&kScopeKeySeparator, 1);

// Cuts the first element off what is left of a value.
std::string_view TakeElement(std::string_view separator, std::optional<std::string_view>& rest) {
  const size_t end = separator.empty() ? std::string_view::npos : rest->find(separator);
  const std::string_view element = rest->substr(0, end);
  if (end == std::string_view::npos) {
    rest.reset();
  } else {
    rest->remove_prefix(end + separator.size());
  }
  return element;
}

// What follows the key in an element with that key; of one that is the key alone: nothing.
std::optional<std::string_view> ValueIn(std::string_view element, const ScopeFragment& fragment) {
  const size_t end = element.find(fragment.key_separator);
  if (element.substr(0, end) != fragment.key) return std::nullopt;
  if (end == std::string_view::npos) return std::string_view();
  return element.substr(end + fragment.key_separator.size());
}

std::optional<std::string_view> FragmentOf(const ScopeFragment& fragment,
                                           const http::RequestHead& request) {
  std::optional<std::string_view> rest = RequestField(fragment.field, request);
  // What the codecs keep apart is empty where it is missing.
  if (rest.has_value() && rest->empty()) rest = request.headers.Get(fragment.field);
  for (uint32_t i = 0; rest.has_value(); ++i) {
    const std::string_view element = TakeElement(fragment.element_separator, rest);
    if (fragment.key.empty()) {
      if (i == fragment.index) return element;
    } else if (const auto value = ValueIn(element, fragment)) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string JoinScopeKey(std::span<const std::string> fragments) {
  std::string key;
  for (size_t i = 0; i < fragments.size(); ++i) {
    if (i > 0) key += kScopeKeySeparator;
    key += fragments[i];
  }
  return key;
}

std::optional<std::string_view> ScopeKeyOf(const ScopeFragments& fragments,
                                           const http::RequestHead& request, Arena& arena) {
  if (fragments.size() == 1) return FragmentOf(fragments.front(), request);
  const auto pieces = arena.NewArray<std::string_view>(fragments.size() * 2 - 1);
  for (size_t i = 0; i < fragments.size(); ++i) {
    const auto fragment = FragmentOf(fragments[i], request);
    if (!fragment.has_value()) return std::nullopt;
    if (i > 0) pieces[i * 2 - 1] = kSeparator;
    pieces[i * 2] = *fragment;
  }
  return arena.Join(pieces);
}

}  // namespace outrigger::routing
