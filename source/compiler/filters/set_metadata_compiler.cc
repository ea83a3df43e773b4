#include "compiler/filters/set_metadata_compiler.h"

#include <utility>
#include <vector>

#include "compiler/metadata_compiler.h"
#include "filters/set_metadata/set_metadata_filter.h"

namespace outrigger::compiler {

std::shared_ptr<const HttpFilterConfig> CompileSetMetadata(const SetMetadataProto& proto,
                                                           const HttpFilterContext& context,
                                                           ValidationErrors&) {
  std::vector<MetadataNote> notes;
  // The older way to say one of them; it comes first, as in Envoy.
  if (proto.has_value()) {
    notes.push_back({proto.metadata_namespace(), CompileMetadataStruct(proto.value()), true});
  }
  for (const auto& note : proto.metadata()) {
    if (!note.has_value()) continue;  // a typed one, of which the field table speaks
    notes.push_back(
        {note.metadata_namespace(), CompileMetadataStruct(note.value()), note.allow_overwrite()});
  }
  return std::make_shared<SetMetadataConfig>(
      std::move(notes), context.stats.Find(kSetMetadataFamily, context.stat_prefix));
}

}  // namespace outrigger::compiler
