#include "filters/header_to_metadata/header_to_metadata_filter.h"

#include <string_view>

#include "absl/strings/numbers.h"
#include "filters/filter_pipeline.h"
#include "http/syntax.h"

namespace outrigger {

namespace {

// Of all fields of that name, with commas; nothing: there is none.
std::optional<std::string_view> JoinedField(std::string_view name, const http::HeaderMap& headers,
                                            Arena& arena) {
  std::optional<std::string_view> joined;
  for (const http::HeaderField& field : headers) {
    if (field.name != name) continue;
    if (joined.has_value()) {
      const std::string_view pieces[] = {*joined, ",", field.value};
      joined = arena.Join(pieces);
    } else {
      joined = field.value;
    }
  }
  return joined;
}

// Nothing: there is no such cookie, or it says nothing (RFC 6265 4.2.1).
std::optional<std::string_view> Cookie(std::string_view name, const http::HeaderMap& headers) {
  for (const http::HeaderField& field : headers) {
    if (field.name != "cookie") continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::string_view pair = http::TrimBlanks(rest.substr(0, rest.find(';')));
      const size_t equals = pair.find('=');
      if (equals != pair.npos && pair.substr(0, equals) == name) {
        std::string_view value = pair.substr(equals + 1);
        if (value.size() > 1 && value.starts_with('"') && value.ends_with('"')) {
          value = value.substr(1, value.size() - 2);
        }
        if (value.empty()) return std::nullopt;
        return value;
      }
      const size_t end = rest.find(';');
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
  }
  return std::nullopt;
}

// A header of a request that the codecs keep apart, or one of its fields.
std::optional<std::string_view> FieldOf(std::string_view name, const http::RequestHead& head,
                                        Arena& arena) {
  const auto unless_empty = [](std::string_view value) {
    return value.empty() ? std::nullopt : std::optional(value);
  };
  if (name == ":method") return unless_empty(head.method);
  if (name == ":path") return unless_empty(head.path);
  if (name == ":authority" || name == "host") return unless_empty(head.authority);
  if (name == ":scheme") return unless_empty(head.scheme);
  return JoinedField(name, head.headers, arena);
}

std::optional<std::string_view> FieldOf(std::string_view name, const http::ResponseHead& head,
                                        Arena& arena) {
  if (name == ":status") return arena.Copy(std::to_string(head.status));
  return JoinedField(name, head.headers, arena);
}

void Note(const HeaderNote& note, std::string_view value, FilterPipeline& pipeline) {
  if (note.rewrite.has_value()) {
    value = routing::ReplaceAll(*note.rewrite, value, pipeline.arena());
  } else if (!note.value.empty()) {
    value = note.value;
  }
  if (value.empty() || value.size() > HeaderToMetadataRules::kValueBytesMax) return;
  if (!note.is_number) {
    pipeline.metadata().Set(note.space, note.key, http::MetadataValue::Of(value));
    return;
  }
  double number = 0;
  if (!absl::SimpleAtod(absl::string_view(value.data(), value.size()), &number)) return;
  pipeline.metadata().Set(note.space, note.key, http::MetadataValue::Of(number));
}

template <typename Head>
void Apply(const std::vector<HeaderNoteRule>& rules, Head& head, FilterPipeline& pipeline) {
  for (const HeaderNoteRule& rule : rules) {
    const bool is_cookie = rule.source == HeaderNoteRule::Source::kCookie;
    const std::optional<std::string_view> value =
        is_cookie ? Cookie(rule.name, head.headers) : FieldOf(rule.name, head, pipeline.arena());
    if (value.has_value() && rule.removes) head.headers.Remove(rule.name);
    const std::optional<HeaderNote>& note = value.has_value() ? rule.if_present : rule.if_missing;
    if (note.has_value()) Note(*note, value.value_or(""), pipeline);
  }
}

class HeaderToMetadataFilter final : public HttpFilter {
 public:
  explicit HeaderToMetadataFilter(const HeaderToMetadataRules& own) : rules_(&own) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    const auto* said = static_cast<const HeaderToMetadataRules*>(pipeline.route_configs()[0]);
    if (said != nullptr) rules_ = said;
    Apply(rules_->request, head, pipeline);
    return FilterVerdict::kContinue;
  }
  void OnResponseHead(FilterPipeline& pipeline, http::ResponseHead& head) override {
    Apply(rules_->response, head, pipeline);
  }

 private:
  const HeaderToMetadataRules* rules_;
};

}  // namespace

HttpFilter& HeaderToMetadataConfig::Make(Arena& arena) const {
  return arena.New<HeaderToMetadataFilter>(*own_);
}

}  // namespace outrigger
