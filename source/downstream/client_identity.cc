#include "downstream/client_identity.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "http/list_field.h"
#include "http/syntax.h"

namespace outrigger {

namespace {

using http::HeaderId;

template <size_t kSize>
bool IsOneOf(const std::string_view (&names)[kSize], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// What only our own side may say: it changes timeouts, retries, and what is told of a request.
constexpr std::string_view kInternalOnly[] = {
    "x-envoy-expected-rq-timeout-ms",
    "x-envoy-force-trace",
    "x-envoy-hedge-on-per-try-timeout",
    "x-envoy-ip-tags",
    "x-envoy-max-retries",
    "x-envoy-original-url",
    "x-envoy-retriable-header-names",
    "x-envoy-retriable-status-codes",
    "x-envoy-retry-grpc-on",
    "x-envoy-retry-on",
    "x-envoy-upstream-alt-stat-name",
    "x-envoy-upstream-rq-per-try-timeout-ms",
    "x-envoy-upstream-rq-timeout-alt-response",
    "x-envoy-upstream-rq-timeout-ms",
};
// What a proxy at the edge says to those behind it.
constexpr std::string_view kFromTheEdge[] = {
    "x-envoy-decorator-operation", "x-envoy-downstream-service-cluster",
    "x-envoy-downstream-service-node", "x-envoy-original-host", "x-envoy-original-path"};
// What is written anew, or is no request's to say.
constexpr std::string_view kNeverTaken[] = {"x-envoy-internal",
                                            "x-envoy-upstream-stream-duration-ms"};

void RemoveWhatIsNotBelieved(const ClientIdentity& identity, const ClientTrust& trust,
                             http::HeaderMap& headers) {
  headers.RemoveIf([&](const http::HeaderField& field) {
    const std::string_view name = field.name;
    if (!name.starts_with("x-")) return false;
    if (name == "x-forwarded-client-cert") return !trust.passes_client_certificate;
    if (!name.starts_with("x-envoy-")) return false;
    return IsOneOf(kNeverTaken, name) || (!identity.is_internal && IsOneOf(kInternalOnly, name)) ||
           (identity.is_edge && IsOneOf(kFromTheEdge, name));
  });
}

// The `index`-th address of x-forwarded-for from its end, over all fields of that name. Nothing
// when there are not so many, or when it is no address.
std::optional<Address> ForwardedAddress(const http::HeaderMap& headers, uint32_t index,
                                        size_t& count) {
  std::optional<Address> found;
  count = 0;
  std::string_view wanted;
  size_t total = 0;
  for (const http::HeaderField& field : headers) {
    if (field.id == HeaderId::kXForwardedFor) {
      total += 1 + static_cast<size_t>(std::count(field.value.begin(), field.value.end(), ','));
    }
  }
  if (index >= total) return found;
  for (const http::HeaderField& field : headers) {
    if (field.id != HeaderId::kXForwardedFor) continue;
    for (std::string_view rest = field.value;; rest.remove_prefix(rest.find(',') + 1)) {
      if (++count + index == total) wanted = http::TrimBlanks(rest.substr(0, rest.find(',')));
      if (rest.find(',') == rest.npos) break;
    }
  }
  // A scope names an interface of this machine.
  if (wanted.find('%') != wanted.npos) return found;
  const absl::StatusOr<Address> address = Address::FromIp(wanted, 0);
  if (address.ok()) found = *address;
  return found;
}

bool IsInternalAddress(const ClientTrust& trust, const Address& address) {
  if (!address.is_ip()) return trust.is_unix_internal;
  return std::any_of(trust.internal_ranges.begin(), trust.internal_ranges.end(),
                     [&address](const AddressRange& range) { return range.Contains(address); });
}

void WritePort(const Address& local, http::HeaderMap& headers, Arena& arena) {
  char digits[5];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), local.port());
  headers.Set("x-forwarded-port",
              arena.Copy({digits, static_cast<size_t>(end.ptr - std::begin(digits))}));
}

// What proxies before us say of how the client came counts only if they are believed.
void WriteProtocol(const ClientTrust& trust, const ClientConnection& connection,
                   http::HeaderMap& headers, Arena& arena) {
  const bool believes = !trust.uses_remote_address || trust.trusted_hops > 0;
  if (!believes || !headers.Has(HeaderId::kXForwardedProto)) {
    headers.Set(HeaderId::kXForwardedProto, connection.is_tls ? "https" : "http");
  }
  if (!trust.appends_forwarded_port) return;
  if (!believes || !headers.Get("x-forwarded-port").has_value()) {
    WritePort(connection.local, headers, arena);
  }
}

}  // namespace

ClientIdentity IdentifyClient(const ClientTrust& trust, const ClientConnection& connection,
                              http::HeaderMap& headers, Arena& arena) {
  size_t count = 0;
  ClientIdentity identity;
  std::optional<Address>& client = identity.address;
  if (trust.uses_remote_address) {
    const bool came_directly = !headers.Has(HeaderId::kXForwardedFor);
    if (trust.trusted_hops > 0) client = ForwardedAddress(headers, trust.trusted_hops - 1, count);
    identity.is_internal =
        came_directly && IsInternalAddress(trust, client.has_value() ? *client : connection.peer);
    identity.is_edge = !identity.is_internal;
  } else if (headers.Has(HeaderId::kXForwardedFor)) {
    client = ForwardedAddress(headers, trust.trusted_hops, count);
    identity.is_internal = count == 1 && client.has_value() && IsInternalAddress(trust, *client);
  }
  RemoveWhatIsNotBelieved(identity, trust, headers);
  if (trust.uses_remote_address && trust.appends_forwarded_for && connection.peer.is_ip()) {
    http::AppendToList(HeaderId::kXForwardedFor, ",", connection.peer.ip(), headers, arena);
  }
  WriteProtocol(trust, connection, headers, arena);
  if (identity.is_internal) headers.Add("x-envoy-internal", "true");
  const Address& sender = client.has_value() ? *client : connection.peer;
  if (identity.is_edge && sender.is_ip()) {
    headers.Set("x-envoy-external-address", arena.Copy(sender.ip()));
  }
  return identity;
}

}  // namespace outrigger
