#include "logging/entry_properties.h"

#include <chrono>
#include <optional>

#include "logging/metadata_message.h"

namespace outrigger::logging {

namespace {

// The fields of AccessLogCommon.
namespace property {
enum Field : uint32_t {
  kDownstreamRemote = 2,
  kDownstreamLocal = 3,
  kTls = 4,
  kStartTime = 5,
  kToLastRx = 6,
  kToFirstUpstreamTx = 7,
  kToLastUpstreamTx = 8,
  kToFirstUpstreamRx = 9,
  kToLastUpstreamRx = 10,
  kToFirstDownstreamTx = 11,
  kToLastDownstreamTx = 12,
  kUpstreamRemote = 13,
  kUpstreamLocal = 14,
  kUpstreamCluster = 15,
  kFlags = 16,
  kMetadata = 17,
  kUpstreamFailure = 18,
  kRouteName = 19,
  kDownstreamDirect = 20,
  kTags = 22,
  kDuration = 23,
  kAttempts = 24,
  kTerminationDetails = 25,
  kStreamId = 26,
  kDownstreamFailure = 28,
  kType = 33,
};
}  // namespace property

void WriteTime(uint32_t field, std::chrono::nanoseconds time, ProtoWriter& writer) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  writer.Message(field, [&] {
    writer.Number(1, static_cast<uint64_t>(seconds.count()));
    writer.Number(2, static_cast<uint64_t>((time - seconds).count()));
  });
}

void WriteTime(uint32_t field, std::optional<Duration> time, ProtoWriter& writer) {
  if (time.has_value()) WriteTime(field, *time, writer);
}

// envoy.config.core.v3.Address.
void WriteAddress(uint32_t field, const Address& address, ProtoWriter& writer) {
  if (!address.is_set()) return;
  writer.Message(field, [&] {
    if (address.is_ip()) {
      writer.Message(1, [&] {
        writer.Text(2, address.ip());
        writer.ChosenNumber(3, address.port());
      });
    } else {
      writer.Message(2, [&] { writer.Text(1, address.path()); });
    }
  });
}

uint64_t TlsVersion(std::string_view name) {
  if (name == "TLSv1") return 1;
  if (name == "TLSv1.1") return 2;
  if (name == "TLSv1.2") return 3;
  return name == "TLSv1.3" ? 4 : 0;
}

void WriteCertificate(uint32_t field, const PeerCertificate& certificate, ProtoWriter& writer) {
  writer.Message(field, [&] {
    for (const std::string& uri : certificate.uris) {
      writer.Message(1, [&] { writer.ChosenText(1, uri); });
    }
    for (const std::string& name : certificate.dns_names) {
      writer.Message(1, [&] { writer.ChosenText(2, name); });
    }
    writer.Text(2, certificate.subject);
    writer.Text(3, certificate.issuer);
  });
}

void WriteTls(const LogEntry& entry, ProtoWriter& writer) {
  if (entry.downstream_tls_version.empty() && entry.server_name.empty()) return;
  writer.Message(property::kTls, [&] {
    writer.Number(1, TlsVersion(entry.downstream_tls_version));
    if (entry.downstream_tls_suite != 0) {
      writer.Message(2, [&] { writer.Number(1, entry.downstream_tls_suite); });
    }
    writer.Text(3, entry.server_name);
    if (entry.downstream_certificate != nullptr) {
      WriteCertificate(5, *entry.downstream_certificate, writer);
    }
  });
}

// The message has them in the order in which they are counted, from 1 on.
void WriteFlags(http::ResponseFlags flags, ProtoWriter& writer) {
  using http::ResponseFlag;
  if (flags.is_empty()) return;
  writer.Message(property::kFlags, [&] {
    for (uint8_t i = 0; i < static_cast<uint8_t>(ResponseFlag::kNone); ++i) {
      const auto flag = static_cast<ResponseFlag>(i);
      if (!flags.Has(flag)) continue;
      if (flag == ResponseFlag::kDropOverload) continue;  // it has no place there
      if (flag == ResponseFlag::kUnconditionalDropOverload) continue;
      if (flag == ResponseFlag::kUnauthorizedExternalService) {
        writer.Message(i + 1U, [&] { writer.Number(1, 1); });
      } else {
        const bool is_behind_drop = flag == ResponseFlag::kDownstreamRemoteReset;
        writer.Number(is_behind_drop ? i : i + 1U, 1);
      }
    }
  });
}

void WriteTags(const std::vector<EntryTag>& tags, const LogEntry& entry, ProtoWriter& writer) {
  for (const EntryTag& tag : tags) {
    std::string_view value = tag.value;
    if (!tag.field.name.empty() && entry.request != nullptr) {
      value = FieldOf(*entry.request, tag.field).value_or(value);
    }
    if (!value.empty()) writer.Pair(property::kTags, tag.name, value);
  }
}

std::string_view RequestIdOf(const LogEntry& entry) {
  if (entry.request == nullptr) return {};
  return entry.request->headers.Get(http::HeaderId::kXRequestId).value_or("");
}

void WriteTimes(const LogEntry& entry, ProtoWriter& writer) {
  WriteTime(property::kStartTime, entry.started_at.time_since_epoch(), writer);
  WriteTime(property::kToLastRx, entry.request_took, writer);
  WriteTime(property::kToFirstUpstreamTx, entry.forwarding_began, writer);
  WriteTime(property::kToLastUpstreamTx, entry.forwarding_ended, writer);
  WriteTime(property::kToFirstUpstreamRx, entry.response_took, writer);
  WriteTime(property::kToLastUpstreamRx, entry.response_ended, writer);
  WriteTime(property::kToFirstDownstreamTx, entry.reply_began, writer);
  WriteTime(property::kToLastDownstreamTx, entry.reply_ended, writer);
  WriteTime(property::kDuration, entry.took, writer);
}

void WriteUpstream(const LogEntry& entry, ProtoWriter& writer) {
  WriteAddress(property::kUpstreamRemote, entry.upstream_host, writer);
  WriteAddress(property::kUpstreamLocal, entry.upstream_local, writer);
  writer.Text(property::kUpstreamCluster, entry.upstream_cluster);
  writer.Text(property::kUpstreamFailure, entry.upstream_failure);
  writer.Number(property::kAttempts, entry.attempts);
}

}  // namespace

void WriteProperties(const EntryForm& form, const LogEntry& entry, ProtoWriter& writer) {
  WriteAddress(property::kDownstreamRemote, entry.downstream_remote, writer);
  WriteAddress(property::kDownstreamLocal, entry.downstream_local, writer);
  WriteAddress(property::kDownstreamDirect, entry.downstream_direct, writer);
  WriteTls(entry, writer);
  WriteTimes(entry, writer);
  WriteUpstream(entry, writer);
  WriteFlags(entry.flags, writer);
  if (entry.metadata != nullptr && !entry.metadata->empty()) {
    WriteMetadata(property::kMetadata, *entry.metadata, writer);
  }
  writer.Text(property::kRouteName, entry.route);
  WriteTags(form.tags, entry, writer);
  writer.Text(property::kTerminationDetails, entry.termination_details);
  writer.Text(property::kStreamId, RequestIdOf(entry));
  writer.Text(property::kDownstreamFailure, entry.downstream_failure);
  writer.Number(property::kType, static_cast<uint64_t>(entry.type));
}

}  // namespace outrigger::logging
