#include "xds/ads_client.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "xds/log_text.h"
#include "xds/message_check.h"
#include "xds/nack_message.h"

namespace outrigger::xds {

AdsClient::AdsClient(EventLoop& control, AdsTransport& transport, ResourceSink& sink,
                     Random& random, AdsOptions options, std::vector<Type> types)
    : control_(control),
      sink_(sink),
      options_(std::move(options)),
      retry_timer_(control, [this] { OpenStream(); }),
      pace_timer_(control, [this] { SendSubscriptions(); }),
      times_timer_(control, [this] { OnTime(); }),
      pace_(options_.rate, control.now()),
      servers_(control, random, options_.protocol,
               {transport, {options_.back_off_base, options_.back_off_max}}, options_.failover,
               {[this] { return ProbeRequest(); }, [this] { ReturnToPrimary(); },
                [this] { OnServerGone(); }}),
      holds_whole_types_(options_.holds_whole_types),
      answers_(control, [this] { static_cast<void>(SendAnswers()); }) {
  subscriptions_.reserve(types.size());
  for (Type& type : types) {
    subscriptions_.push_back({SubscriptionState(options_.protocol, std::move(type.type_url),
                                                type.is_wildcard, type.at_once),
                              {},
                              {}});
  }
}

AdsClient::~AdsClient() = default;

void AdsClient::Start() { OpenStream(); }

void AdsClient::OpenStream() {
  OUTRIGGER_CHECK(stream_ == nullptr);
  ++stream_counters_.streams_opened;
  is_ready_ = false;
  has_sent_node_ = false;
  has_message_ = false;
  has_reported_unrequested_ = false;
  has_reported_poll_ = false;
  for (Subscription& subscription : subscriptions_) {
    subscription.state.OnStreamStart(servers_.runs_of_other());
  }
  stream_ = servers_.transport().Open(*this);
  SendSubscriptions();
}

void AdsClient::SetWanted(std::string_view type_url, std::set<std::string> names) {
  Subscription* subscription = Find(type_url);
  OUTRIGGER_CHECK(subscription != nullptr);
  subscription->state.SetWanted(std::move(names));
  subscription->times.OnWanted(subscription->state);
  // Not now: whoever applies a response may change its mind several times in one turn (X16).
  if (stream_ != nullptr) control_.AtTurnEnd(*this);
}

void AdsClient::AddWanted(std::string_view type_url, const std::set<std::string>& names) {
  Subscription* subscription = Find(type_url);
  OUTRIGGER_CHECK(subscription != nullptr);
  subscription->state.AddWanted(names);
  if (stream_ == nullptr) return;
  control_.AtTurnEnd(*this);
  // The rest of the response may take a while, and these are not to wait for it (P4).
  if (applying_ != nullptr && applying_ != subscription) SendNews(*subscription);
}

void AdsClient::AskForWholeTypes() {
  holds_whole_types_ = false;
  if (stream_ != nullptr) control_.AtTurnEnd(*this);
}

void AdsClient::OnTurnEnd() { SendSubscriptions(); }

void AdsClient::Claim(std::string_view type_url,
                      const std::vector<std::pair<std::string, std::string>>& versions_by_name) {
  Subscription* subscription = Find(type_url);
  OUTRIGGER_CHECK(subscription != nullptr);
  for (const auto& [name, version] : versions_by_name) {
    subscription->state.Claim(name, servers_.has_failover() ? std::string() : version);
  }
}

void AdsClient::Restart() {
  if (stream_ == nullptr) return;
  EndStream();
  OpenStream();
}

// Answers first: a server may wait for them before it looks at anything else.
void AdsClient::SendSubscriptions() {
  if (stream_ == nullptr) return;
  if (SendAnswers()) {
    for (Subscription& subscription : subscriptions_) SendNews(subscription);
  }
  ArmTimes();
}

void AdsClient::SendNews(Subscription& subscription) {
  if (holds_whole_types_ && subscription.state.is_wildcard()) return;
  if (!subscription.state.has_news()) return;
  answers_.Release(subscription.state.type_url());
  if (!SendAnswers()) return;
  while (subscription.state.has_news() && MaySend()) {
    std::optional<Request> request = subscription.state.TakeSubscriptionRequest();
    if (!request.has_value()) return;
    ++subscription.counters.attempts;
    if (is_ready_) {
      subscription.times.OnAsked(request->subscribe, subscription.state, control_.now());
    }
    Send(*std::move(request));
  }
}

// False if some have to wait.
bool AdsClient::SendAnswers() {
  while (!answers_.empty()) {
    if (!MaySend()) return false;
    Send(answers_.Take());
  }
  return true;
}

bool AdsClient::MaySend() {
  if (pace_.HasToken(control_.now())) return true;
  if (!pace_timer_.is_armed()) {
    ++stream_counters_.rate_limit_enforced;
    pace_timer_.Arm(pace_.Wait());
  }
  return false;
}

size_t AdsClient::pending_requests() const {
  if (!pace_timer_.is_armed()) return 0;
  return answers_.size() +
         static_cast<size_t>(
             std::count_if(subscriptions_.begin(), subscriptions_.end(),
                           [](const auto& subscription) { return subscription.state.has_news(); }));
}

// Requires: a token.
void AdsClient::Send(Request request) {
  pace_.Take();
  request.carries_node = !std::exchange(has_sent_node_, true);  // X3
  stream_->Send(SerializeRequest(options_.protocol, request, options_.serialized_node));
}

void AdsClient::OnStreamReady() {
  is_ready_ = true;
  for (Subscription& subscription : subscriptions_) {
    const auto& asked = subscription.state.asked();
    subscription.times.OnAsked({asked.begin(), asked.end()}, subscription.state, control_.now());
  }
  ArmTimes();
}

void AdsClient::OnStreamMessage(std::string_view message) {
  absl::StatusOr<Message> parsed = ParseMessage(options_.protocol, message);
  if (!parsed.ok()) {
    // Without a nonce it cannot be refused, and its sender would wait for ever: begin again.
    ++stream_counters_.unparsable;
    Report(absl::StrCat("gave up the stream: ", parsed.status().message()));
    OnStreamClosed(parsed.status());
    return;
  }
  ++stream_counters_.messages;
  if (!std::exchange(has_message_, true)) NoteAnswer();
  has_reported_poll_ = false;
  last_message_at_ = control_.now();
  if (!parsed->control_plane_identifier.empty()) {
    control_plane_identifier_ = std::string(parsed->control_plane_identifier);
  }
  Subscription* subscription = Find(parsed->type_url);
  // An ACK for a type never asked for would be taken for a wildcard subscription to it.
  if (subscription == nullptr || !subscription->state.has_asked()) {
    NoteUnrequested(parsed->type_url);
    return;
  }
  Apply(*parsed, *subscription);
}

void AdsClient::NoteAnswer() {
  if (!servers_.OnAnswer()) return;
  for (Subscription& subscription : subscriptions_) subscription.state.ForgetVersions();
}

void AdsClient::Apply(const Message& message, Subscription& subscription) {
  CheckedMessage checked = CheckMessage(message, subscription.state);
  applying_ = &subscription;
  Verdict verdict = sink_.OnResponse(checked.response);
  applying_ = nullptr;
  verdict.errors.insert(verdict.errors.end(), std::make_move_iterator(checked.errors.begin()),
                        std::make_move_iterator(checked.errors.end()));
  subscription.state.OnApplied(checked.response, verdict);
  subscription.times.OnMessage(message, subscription.state, control_.now());
  if (!checked.absences.empty()) sink_.OnAbsent(message.type_url, checked.absences);
  Request ack = subscription.state.MakeAck(message.nonce, verdict);
  if (ack.error_message.empty()) {
    ++subscription.counters.successes;
  } else {
    ++subscription.counters.rejected;
  }
  ReportErrors(subscription, std::move(verdict.errors));
  Answer(message, std::move(ack));
}

void AdsClient::Answer(const Message& message, Request answer) {
  answers_.Add(message, std::move(answer));
  if (answers_.size() > kAnswersMax) {
    const absl::Status status =
        absl::ResourceExhaustedError("more responses than rate_limit_settings lets us answer");
    Report(absl::StrCat("gave up the stream: ", std::string(status.message())));
    return OnStreamClosed(status);
  }
  static_cast<void>(SendAnswers());
  ArmTimes();
}

// The sink tells of what it has noted; and what is sent once more is told once.
void AdsClient::ReportErrors(Subscription& subscription, std::vector<ResourceError> errors) {
  std::erase_if(errors, [](const ResourceError& error) { return error.is_noted; });
  std::string line;
  if (!errors.empty()) {
    line = absl::StrCat("rejected a response for ", subscription.state.type_url(), ": ",
                        MakeNackMessage(errors));
  }
  if (!line.empty() && line != subscription.last_errors) Report(line);
  subscription.last_errors = std::move(line);
}

void AdsClient::ArmTimes() {
  std::optional<MonotonicTime> first;
  for (const Subscription& subscription : subscriptions_) {
    const auto due = subscription.times.first();
    if (due.has_value() && (!first.has_value() || *due < *first)) first = due;
  }
  if (!first.has_value()) return times_timer_.Disarm();
  times_timer_.Arm(std::max(*first - control_.now(), Duration::zero()));
}

void AdsClient::OnTime() {
  for (Subscription& subscription : subscriptions_) {
    NoteMissed(subscription);
    NoteExpired(subscription);
  }
  ArmTimes();
}

void AdsClient::NoteMissed(Subscription& subscription) {
  const std::vector<std::string> missed = subscription.times.TakeMissed(control_.now());
  if (missed.empty()) return;
  std::vector<Absence> absences;
  absences.reserve(missed.size());
  for (const std::string& name : missed) {
    absences.push_back({name, Absence::Kind::kTimedOut, "the server has not sent it in time"});
  }
  sink_.OnAbsent(subscription.state.type_url(), absences);
}

void AdsClient::NoteExpired(Subscription& subscription) {
  const std::vector<std::string> expired = subscription.times.TakeExpired(control_.now());
  if (expired.empty()) return;
  for (const std::string& name : expired) subscription.state.Forget(name);
  const std::string& type_url = subscription.state.type_url();
  Report(absl::StrCat("the time to live of ", ForLog(expired), " of ", type_url, " is over"));
  sink_.OnExpired(type_url, expired);
}

void AdsClient::NoteUnrequested(std::string_view type_url) {
  ++stream_counters_.unrequested_types;
  if (std::exchange(has_reported_unrequested_, true)) return;
  Report(absl::StrCat("ignored a response of a type that was not asked for: ", ForLog(type_url)));
}

void AdsClient::EndStream() {
  stream_.reset();
  is_ready_ = false;
  answers_.Clear();
  pace_timer_.Disarm();
  for (Subscription& subscription : subscriptions_) subscription.times.OnStreamEnd();
  control_plane_identifier_.clear();
}

void AdsClient::OnStreamClosed(const absl::Status& status) {
  EndStream();
  // After an answer, an end is a server's routine: connection age, a new replica (X41).
  if (!has_message_) {
    Report(absl::StrCat("stream ended without an answer: ", ForLog(status)));
    CountFailure();
  }
  ChooseServer();
  ReconnectLater();
}

void AdsClient::ChooseServer() {
  if (!servers_.OnStreamEnd(has_message_)) return;
  Report(servers_.current() == ServerRole::kFailover
             ? "no answer of the primary: the failover is asked"
             : "no answer of the failover: the primary is asked");
}

// Polls that fail one after another are told of once.
void AdsClient::OnPollEnd(const absl::Status& status) {
  if (status.ok()) {
    last_message_at_ = control_.now();
    has_reported_poll_ = false;
    return;
  }
  is_ready_ = false;
  if (!std::exchange(has_reported_poll_, true)) {
    Report(absl::StrCat("a poll failed: ", ForLog(status)));
  }
  CountFailure();
  OnServerGone();
}

void AdsClient::CountFailure() {
  ++stream_counters_.connect_failures;
  for (Subscription& subscription : subscriptions_) {
    if (!subscription.state.has_asked()) continue;
    ++subscription.counters.attempts;
    ++subscription.counters.failures;
    sink_.OnFailure(subscription.state.type_url());
  }
}

void AdsClient::OnServerGone() {
  if (options_.on_stream_end) options_.on_stream_end();
}

void AdsClient::ReconnectLater() {
  OnServerGone();
  retry_timer_.Arm(servers_.Wait());
}

std::string AdsClient::ProbeRequest() const {
  for (const Subscription& subscription : subscriptions_) {
    if (!subscription.state.has_asked()) continue;
    Request request = subscription.state.ProbeRequest();
    request.carries_node = true;
    return SerializeRequest(options_.protocol, request, options_.serialized_node);
  }
  return {};
}

void AdsClient::ReturnToPrimary() {
  Report("the primary answers: back to it");
  retry_timer_.Disarm();
  EndStream();
  OpenStream();
}

void AdsClient::Report(std::string_view line) const {
  if (options_.on_problem) options_.on_problem(line);
}

AdsClient::Subscription* AdsClient::Find(std::string_view type_url) {
  for (Subscription& subscription : subscriptions_) {
    if (subscription.state.type_url() == type_url) return &subscription;
  }
  return nullptr;
}

const AdsTypeCounters& AdsClient::counters(std::string_view type_url) const {
  for (const Subscription& subscription : subscriptions_) {
    if (subscription.state.type_url() == type_url) return subscription.counters;
  }
  OUTRIGGER_CHECK(!"a type that was given");
  return subscriptions_.front().counters;
}

}  // namespace outrigger::xds
