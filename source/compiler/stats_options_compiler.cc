#include "compiler/stats_options_compiler.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <set>
#include <string>

#include "compiler/fragments.h"
#include "envoy/config/metrics/v3/stats.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::config::metrics::v3::StatsConfig;
using envoy::config::metrics::v3::StatsMatcher;
using envoy::config::metrics::v3::TagSpecifier;

// As Envoy makes a label of a tag's name.
std::string LabelOf(std::string_view tag_name) {
  std::string label(tag_name);
  for (char& c : label) {
    const bool is_kept =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!is_kept) c = '_';
  }
  return label;
}

class TagsCompiler {
 public:
  TagsCompiler(stats::TagRules& tags, ValidationErrors& errors) : tags_(tags), errors_(errors) {}

  void Add(const TagSpecifier& proto) {
    if (proto.tag_name().empty() || !names_.insert(proto.tag_name()).second) {
      AddAt("tag_name", fmt::format("\"{}\" is empty or there twice", proto.tag_name()));
      return;
    }
    if (proto.tag_value_case() == TagSpecifier::kFixedValue) {
      tags_.rules.push_back({LabelOf(proto.tag_name()), nullptr, proto.fixed_value()});
    } else if (!proto.regex().empty()) {
      AddRegex(proto);
    } else if (!tags_.uses_defaults || !proto.tag_name().starts_with("envoy.")) {
      AddAt("regex", "is required: single default tags cannot be chosen");
    }
  }

 private:
  void AddRegex(const TagSpecifier& proto) {
    envoy::type::matcher::v3::RegexMatcher matcher;
    matcher.set_regex(proto.regex());
    const ValidationErrors::ScopedField scope(errors_, "regex");
    auto regex = CompileRegex(matcher, errors_);
    if (!regex->ok()) return;
    if (regex->NumberOfCapturingGroups() == 0) {
      errors_.Add("must have a group: what is taken out of the name");
      return;
    }
    tags_.rules.push_back({LabelOf(proto.tag_name()), std::move(regex), ""});
  }
  void AddAt(std::string_view field, std::string_view what) {
    const ValidationErrors::ScopedField scope(errors_, field);
    errors_.Add(what);
  }

  stats::TagRules& tags_;
  ValidationErrors& errors_;
  std::set<std::string> names_;
};

void CompileTags(const StatsConfig& proto, stats::TagRules& tags, ValidationErrors& errors) {
  tags.uses_defaults = !proto.has_use_all_default_tags() || proto.use_all_default_tags().value();
  if (proto.stats_tags_size() > kTagRulesMax) {
    const ValidationErrors::ScopedField scope(errors, "stats_tags");
    errors.Add(fmt::format("has more than {} elements", kTagRulesMax));
    return;
  }
  TagsCompiler compiler(tags, errors);
  for (int i = 0; i < proto.stats_tags_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "stats_tags", static_cast<size_t>(i));
    compiler.Add(proto.stats_tags(i));
  }
}

void CompilePatterns(const envoy::type::matcher::v3::ListStringMatcher& proto,
                     stats::NameRules& names, ValidationErrors& errors) {
  if (proto.patterns_size() > kNamePatternsMax) {
    errors.Add(fmt::format("has more than {} patterns", kNamePatternsMax));
    return;
  }
  for (int i = 0; i < proto.patterns_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "patterns", static_cast<size_t>(i));
    names.patterns.push_back(CompileStringMatch(proto.patterns(i), errors));
  }
}

void CompileMatcher(const StatsMatcher& proto, stats::NameRules& names, ValidationErrors& errors) {
  switch (proto.stats_matcher_case()) {
    case StatsMatcher::kRejectAll:
      // No pattern: nothing matches.
      names.takes_matching = proto.reject_all();
      break;
    case StatsMatcher::kExclusionList: {
      const ValidationErrors::ScopedField scope(errors, "exclusion_list");
      CompilePatterns(proto.exclusion_list(), names, errors);
      break;
    }
    case StatsMatcher::kInclusionList: {
      const ValidationErrors::ScopedField scope(errors, "inclusion_list");
      names.takes_matching = true;
      CompilePatterns(proto.inclusion_list(), names, errors);
      break;
    }
    case StatsMatcher::STATS_MATCHER_NOT_SET:
      break;  // the validation rules have said so
  }
}

}  // namespace

stats::StatsOptions CompileStatsOptions(const StatsConfig& proto, ValidationErrors& errors) {
  stats::StatsOptions options;
  CompileTags(proto, options.tags, errors);
  if (proto.has_stats_matcher()) {
    const ValidationErrors::ScopedField scope(errors, "stats_matcher");
    CompileMatcher(proto.stats_matcher(), options.names.emplace(), errors);
  }
  return options;
}

}  // namespace outrigger::compiler
