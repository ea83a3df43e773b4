#include "compiler/stats_options_compiler.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <set>
#include <string>
#include <vector>

#include "compiler/fragments.h"
#include "envoy/config/metrics/v3/stats.pb.h"
#include "stats/prometheus_name.h"

namespace outrigger::compiler {

namespace {

using envoy::config::metrics::v3::StatsConfig;
using envoy::config::metrics::v3::StatsMatcher;
using envoy::config::metrics::v3::TagSpecifier;

class TagsCompiler {
 public:
  TagsCompiler(stats::TagRules& tags, std::vector<std::string>& warnings, ValidationErrors& errors)
      : tags_(tags), warnings_(warnings), errors_(errors) {}

  void Add(const TagSpecifier& proto) {
    if (proto.tag_name().empty() || !names_.insert(proto.tag_name()).second) {
      AddAt("tag_name", fmt::format("\"{}\" is empty or there twice", proto.tag_name()));
      return;
    }
    if (proto.tag_value_case() == TagSpecifier::kFixedValue) {
      tags_.rules.push_back(
          {stats::PrometheusName(proto.tag_name()), nullptr, proto.fixed_value()});
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
    ValidationErrors mistakes;
    auto regex = CompileRegex(matcher, mistakes);
    if (!regex->ok()) {
      LeaveOut(mistakes.messages().front());
      return;
    }
    if (regex->NumberOfCapturingGroups() == 0) {
      LeaveOut("it has no group, and so takes nothing out of a name");
      return;
    }
    tags_.rules.push_back({stats::PrometheusName(proto.tag_name()), std::move(regex), ""});
  }
  // Envoy's expressions know more than RE2's (look-ahead); a process must not fail to start over a
  // label.
  void LeaveOut(std::string_view why) {
    warnings_.push_back(fmt::format("{}: the tag is left out: {}", errors_.path(), why));
  }
  void AddAt(std::string_view field, std::string_view what) {
    const ValidationErrors::ScopedField scope(errors_, field);
    errors_.Add(what);
  }

  stats::TagRules& tags_;
  std::vector<std::string>& warnings_;
  ValidationErrors& errors_;
  std::set<std::string> names_;
};

void CompileTags(const StatsConfig& proto, std::vector<std::string>& warnings,
                 stats::TagRules& tags, ValidationErrors& errors) {
  tags.uses_defaults = !proto.has_use_all_default_tags() || proto.use_all_default_tags().value();
  if (proto.stats_tags_size() > kTagRulesMax) {
    const ValidationErrors::ScopedField scope(errors, "stats_tags");
    errors.Add(fmt::format("has more than {} elements", kTagRulesMax));
    return;
  }
  TagsCompiler compiler(tags, warnings, errors);
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

stats::StatsOptions CompileStatsOptions(const StatsConfig& proto,
                                        std::vector<std::string>& warnings,
                                        ValidationErrors& errors) {
  stats::StatsOptions options;
  CompileTags(proto, warnings, options.tags, errors);
  if (proto.has_stats_matcher()) {
    const ValidationErrors::ScopedField scope(errors, "stats_matcher");
    CompileMatcher(proto.stats_matcher(), options.names.emplace(), errors);
  }
  return options;
}

}  // namespace outrigger::compiler
