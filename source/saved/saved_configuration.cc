#include "saved/saved_configuration.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "outrigger/saved/v1/saved_configuration.pb.h"

namespace outrigger::saved {

namespace {

using ConfigurationProto = ::outrigger::saved::v1::SavedConfiguration;
using FileProto = ::outrigger::saved::v1::SavedFile;

constexpr int64_t kNanosPerSecond = 1'000'000'000;

void SetTime(WallTime time, google::protobuf::Timestamp& to) {
  const int64_t nanos =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  to.set_seconds(nanos / kNanosPerSecond);
  to.set_nanos(static_cast<int32_t>(nanos % kNanosPerSecond));
}

// Whatever a file says, the sum stays within what the clock holds.
WallTime TimeOf(const google::protobuf::Timestamp& from) {
  constexpr int64_t kSecondsMax = INT64_MAX / kNanosPerSecond - 1;
  const int64_t seconds = std::clamp<int64_t>(from.seconds(), 0, kSecondsMax);
  const int64_t nanos = std::clamp<int64_t>(from.nanos(), 0, kNanosPerSecond - 1);
  return WallTime{std::chrono::duration_cast<WallTime::duration>(std::chrono::seconds(seconds) +
                                                                 std::chrono::nanoseconds(nanos))};
}

absl::StatusOr<ConfigurationProto> OpenFile(std::string_view bytes) {
  FileProto file;
  if (!file.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("is damaged: it is no saved configuration");
  }
  if (file.format() != kFormat) {
    return absl::UnimplementedError(
        fmt::format("has format {}, and this version reads {}", file.format(), kFormat));
  }
  const std::string& content = file.content();
  if (XXH3_64bits(content.data(), content.size()) != file.checksum()) {
    return absl::DataLossError("is damaged: its checksum does not fit");
  }
  ConfigurationProto configuration;
  if (!configuration.ParseFromString(content)) {
    return absl::DataLossError("is damaged: its content cannot be read");
  }
  return configuration;
}

}  // namespace

std::string Encode(const SavedConfiguration& configuration) {
  ConfigurationProto proto;
  proto.set_node_id(configuration.node_id);
  SetTime(configuration.saved_at, *proto.mutable_saved_at());
  for (const SavedResource& resource : configuration.resources) {
    auto& to = *proto.add_resources();
    to.set_type_url(std::string(resource.type_url));
    to.set_name(resource.name);
    to.set_version(resource.version);
    to.set_content(*resource.bytes);
  }
  for (const std::string& left_out : configuration.left_out) {
    auto& to = *proto.add_left_out();
    const size_t space = left_out.find(' ');
    to.set_type_url(left_out.substr(0, space));
    to.set_name(left_out.substr(space + 1));
  }
  FileProto file;
  file.set_format(kFormat);
  proto.SerializeToString(file.mutable_content());
  file.set_checksum(XXH3_64bits(file.content().data(), file.content().size()));
  return file.SerializeAsString();
}

absl::StatusOr<SavedConfiguration> Decode(std::string_view bytes, std::string_view node_id,
                                          const std::vector<std::string_view>& types) {
  absl::StatusOr<ConfigurationProto> proto = OpenFile(bytes);
  if (!proto.ok()) return proto.status();
  if (proto->node_id() != node_id) {
    return absl::FailedPreconditionError(fmt::format("is that of node \"{}\"", proto->node_id()));
  }
  SavedConfiguration configuration;
  configuration.node_id = proto->node_id();
  configuration.saved_at = TimeOf(proto->saved_at());
  for (auto& from : *proto->mutable_resources()) {
    const auto type = std::find(types.begin(), types.end(), from.type_url());
    if (type == types.end()) {
      return absl::DataLossError(fmt::format("holds a resource of type \"{}\"", from.type_url()));
    }
    SavedResource& to = configuration.resources.emplace_back();
    to.type_url = *type;
    to.name = std::move(*from.mutable_name());
    to.version = std::move(*from.mutable_version());
    to.bytes = std::make_shared<const std::string>(std::move(*from.mutable_content()));
    to.bytes_hash = XXH3_64bits(to.bytes->data(), to.bytes->size());
  }
  for (const auto& left_out : proto->left_out()) {
    configuration.left_out.push_back(fmt::format("{} {}", left_out.type_url(), left_out.name()));
  }
  return configuration;
}

}  // namespace outrigger::saved
