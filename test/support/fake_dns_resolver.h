// Names that a test answers for, when it likes.
//
// Thread: the test's.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "event/event_loop.h"
#include "net/dns_resolver.h"

namespace outrigger {

class FakeDnsResolver final : public DnsResolver, private EventLoop::TurnEndHandler {
 public:
  explicit FakeDnsResolver(EventLoop& loop) : loop_(loop) {}

  // What is said of a name in a family from now on. Without: questions stay open until there is.
  void Set(const std::string& name, DnsFamily family, DnsAnswer answer) {
    answers_[{name, family}] = std::move(answer);
    if (!open_.empty()) loop_.AtTurnEnd(*this);
  }
  void Clear() { answers_.clear(); }
  static DnsAnswer Addresses(const std::vector<std::string>& texts, Duration ttl = {}) {
    DnsAnswer answer{DnsOutcome::kAddresses, {}, 0, {}};
    for (const std::string& text : texts) {
      answer.addresses.push_back({*Address::FromIp(text, 0), ttl});
    }
    return answer;
  }
  static DnsAnswer Without(DnsOutcome outcome) { return {outcome, {}, 0, "no"}; }

  Id Ask(const DnsQuestion& question, OnAnswer on_answer) override {
    asked_.push_back(question);
    open_.emplace(++last_id_, Open{{question.name, question.family}, std::move(on_answer)});
    loop_.AtTurnEnd(*this);
    return last_id_;
  }
  void Forget(Id id) override { open_.erase(id); }

  size_t open() const { return open_.size(); }
  // Everything that was asked since the last call.
  std::vector<DnsQuestion> TakeAsked() { return std::exchange(asked_, {}); }

 private:
  using Key = std::pair<std::string, DnsFamily>;
  struct Open {
    Key key;
    OnAnswer on_answer;
  };

  void OnTurnEnd() override {
    std::vector<std::pair<OnAnswer, DnsAnswer>> given;
    for (auto it = open_.begin(); it != open_.end();) {
      const auto answer = answers_.find(it->second.key);
      if (answer == answers_.end()) {
        ++it;
        continue;
      }
      given.emplace_back(std::move(it->second.on_answer), answer->second);
      it = open_.erase(it);
    }
    for (auto& [on_answer, answer] : given) on_answer(std::move(answer));
  }

  EventLoop& loop_;
  Id last_id_ = 0;
  std::map<Id, Open> open_;
  std::map<Key, DnsAnswer> answers_;
  std::vector<DnsQuestion> asked_;
};

}  // namespace outrigger
