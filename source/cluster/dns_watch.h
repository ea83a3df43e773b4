// Keeps one name's addresses up to date: asks, waits, asks again.
//
// Addresses are kept for each family apart. A try that fails takes none of them away; an answer
// that there are none does when it has come kNegativesMax times in a row (P28).
//
// Owned by DnsWatches. Thread: service.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "base/random.h"
#include "cluster/dns_lookup.h"
#include "event/timer.h"
#include "net/dns_resolver.h"

namespace outrigger {

class DnsWatch {
 public:
  // So many answers in a row say that there is no address, until it is believed of a name that had
  // some.
  static constexpr uint32_t kNegativesMax = 3;
  // Of a record that claims to be good for longer (RFC 8767 section 4).
  static constexpr Duration kTtlMax = std::chrono::hours(24 * 7);
  // A try that somebody asks for is this long after the one before.
  static constexpr Duration kHurriedWait = std::chrono::seconds(1);

  struct Hooks {
    absl::AnyInvocable<void()> on_attempt;
    absl::AnyInvocable<void()> on_question;
    absl::AnyInvocable<void(const DnsAnswer&)> on_answer;
    absl::AnyInvocable<void(DnsResolution)> on_resolution;
  };

  DnsWatch(EventLoop& loop, DnsResolver& resolver, Random& random, DnsLookup lookup, Hooks hooks);
  ~DnsWatch();
  DnsWatch(const DnsWatch&) = delete;
  DnsWatch& operator=(const DnsWatch&) = delete;

  // The first try.
  void Start() { Begin(); }
  // Somebody could not connect to what is known: the next try comes soon.
  void Hurry();
  bool is_asking() const { return question_.has_value(); }

 private:
  // What is known of one family.
  struct Known {
    std::vector<DnsAddress> addresses;
    uint32_t negatives = 0;  // in a row, since there were any
    bool is_stale = false;   // older than the last try
  };
  // What the answers of one try say together.
  struct Try {
    bool has_addresses = false;
    bool has_failed = false;
    std::string problem;
  };

  void Begin();
  void Ask(DnsFamily family);
  void OnAnswer(DnsFamily family, DnsAnswer answer);
  void Note(Known& known, const DnsAnswer& answer);
  // The family to ask after `family` in the same try.
  std::optional<DnsFamily> NextAfter(DnsFamily family) const;
  void Finish();
  std::vector<const Known*> Counting() const;
  Duration WaitAfterSuccess();
  Duration WaitAfterFailure();
  Known& Of(DnsFamily family) { return family == DnsFamily::kV4 ? v4_ : v6_; }

  EventLoop& loop_;
  DnsResolver& resolver_;
  Random& random_;
  const DnsLookup lookup_;
  Hooks hooks_;
  Timer timer_;
  std::optional<DnsResolver::Id> question_;
  Known v4_;
  Known v6_;
  Try try_;
  std::vector<Address> last_;  // the last addresses there were, of any family
  Duration failure_wait_{};
  MonotonicTime finished_at_{};
};

}  // namespace outrigger
