// Header fields of one message, in order, as views into the exchange's arena.
//
// Names are lower case (as HTTP/2 sends them) and known ones carry an id found while parsing, so
// that the hot lookups are an index, not a string compare. Repeated fields stay separate entries:
// matchers see every value (R46). Nothing here owns bytes: what is added must live in the arena (or
// be static).
//
// Thread: worker.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace outrigger::http {

// Fields the proxy itself looks at. Order is free; kUnknown is first.
enum class HeaderId : uint8_t {
  kUnknown,
  kConnection,
  kContentLength,
  kContentType,
  kDate,
  kExpect,
  kGrpcStatus,
  kGrpcTimeout,
  kHost,
  kKeepAlive,
  kLocation,
  kProxyConnection,
  kServer,
  kTe,
  kTrailer,
  kTransferEncoding,
  kUpgrade,
  kVia,
  kXEnvoyExpectedRqTimeoutMs,
  kXEnvoyUpstreamRqTimeoutMs,
  kXEnvoyUpstreamServiceTime,
  kXForwardedFor,
  kXForwardedHost,
  kXForwardedProto,
  kXRequestId,
  kCount,
};

// The id of a lower-case name, kUnknown when it is none of the above.
HeaderId FindHeaderId(std::string_view lower_case_name);
std::string_view HeaderName(HeaderId id);

struct HeaderField {
  std::string_view name;  // lower case
  std::string_view value;
  HeaderId id = HeaderId::kUnknown;
};

class HeaderMap {
 public:
  // Forgets all fields, keeps the memory.
  void Clear();

  void Add(std::string_view name, std::string_view value);  // finds the id
  void Add(HeaderId id, std::string_view value);
  void AddField(HeaderField field);
  // Replaces every field of that name by one, where the first of them stood.
  void Set(std::string_view name, std::string_view value);
  void Set(HeaderId id, std::string_view value);
  // Returns how many were removed. The others keep their order.
  size_t Remove(std::string_view name);
  size_t Remove(HeaderId id);
  template <typename Predicate>
  size_t RemoveIf(Predicate is_unwanted) {
    const size_t count = std::erase_if(fields_, is_unwanted);
    if (count > 0) Reindex();
    return count;
  }

  // First value, or nothing.
  std::optional<std::string_view> Get(HeaderId id) const;
  std::optional<std::string_view> Get(std::string_view name) const;
  bool Has(HeaderId id) const { return first_[static_cast<size_t>(id)] != kAbsent; }

  std::vector<HeaderField>::const_iterator begin() const { return fields_.begin(); }
  std::vector<HeaderField>::const_iterator end() const { return fields_.end(); }
  size_t size() const { return fields_.size(); }

 private:
  using FirstIndex = std::array<uint32_t, static_cast<size_t>(HeaderId::kCount)>;
  static constexpr uint32_t kAbsent = UINT32_MAX;
  static constexpr FirstIndex NothingYet() {
    FirstIndex all{};
    all.fill(kAbsent);
    return all;
  }
  void SetField(HeaderField field);
  void Reindex();

  std::vector<HeaderField> fields_;
  FirstIndex first_ = NothingYet();  // by id: where the first such field stands
};

}  // namespace outrigger::http
