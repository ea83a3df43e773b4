#include "server/rest_transport.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "compiler/poll_state.h"
#include "event/timer.h"
#include "server/rest_calls.h"

namespace outrigger {

namespace {

constexpr uint16_t kOk = 200;
constexpr uint16_t kNotModified = 304;

class RestStream final : public xds::AdsStream {
 public:
  RestStream(const RestTransport::World& world, const RestTransport::Options& options,
             xds::AdsStreamEvents& events)
      : world_(world),
        options_(options),
        cluster_(world.linker.FindCluster(options.cluster)),
        events_(events),
        state_(options.type_url),
        timer_(world.control, [this] { Poll(); }) {}

  void Send(std::string message) override;

 private:
  void Poll();
  void OnAnswer(absl::StatusOr<RestAnswer> answer);
  void OnBody(std::string_view body);
  void Fail(const absl::Status& why);
  void NoteAlive();
  void Wait();

  const RestTransport::World& world_;
  const RestTransport::Options& options_;
  const ClusterId cluster_;
  xds::AdsStreamEvents& events_;
  compiler::PollState state_;
  Timer timer_;
  bool is_polling_ = false;
  bool is_ready_ = false;
  // Gone with this stream: an answer that comes later finds nobody.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

void RestStream::Send(std::string message) {
  state_.Take(message);
  if (state_.asks_for_others() && !is_polling_) timer_.Arm(Duration::zero());
}

void RestStream::Poll() {
  absl::StatusOr<std::string> body = state_.StartPoll();
  if (!body.ok()) {
    Wait();
    return Fail(body.status());
  }
  is_polling_ = true;
  RestRequest call{cluster_, options_.cluster, options_.path, *std::move(body),
                   options_.polling.request_timeout};
  // Refused only when service has ended, and then nobody waits.
  static_cast<void>(world_.service.loop().Post([&calls = world_.service.rest_calls(),
                                                &control = world_.control, call = std::move(call),
                                                alive = std::weak_ptr(alive_), this]() mutable {
    calls.Start(std::move(call), [&control, alive, this](absl::StatusOr<RestAnswer> answer) {
      static_cast<void>(control.Post([alive, this, answer = std::move(answer)]() mutable {
        if (!alive.expired()) OnAnswer(std::move(answer));
      }));
    });
  }));
}

// An event may end this stream: it comes last.
void RestStream::OnAnswer(absl::StatusOr<RestAnswer> answer) {
  is_polling_ = false;
  Wait();
  if (!answer.ok()) return Fail(answer.status());
  if (answer->status == kOk) return OnBody(answer->body);
  if (answer->status != kNotModified) {
    return Fail(absl::UnavailableError(absl::StrCat("the answer is ", answer->status)));
  }
  NoteAlive();
  events_.OnPollEnd(absl::OkStatus());
}

void RestStream::OnBody(std::string_view body) {
  std::vector<std::string> warnings;
  const absl::StatusOr<std::string> response = state_.Read(body, warnings);
  for (const std::string& warning : warnings) {
    Log(LogLevel::kDebug, "{}: {}", options_.path, warning);
  }
  if (!response.ok()) return Fail(response.status());
  NoteAlive();
  events_.OnStreamMessage(*response);
}

void RestStream::Fail(const absl::Status& why) {
  is_ready_ = false;
  events_.OnPollEnd(why);
}

void RestStream::NoteAlive() {
  if (!std::exchange(is_ready_, true)) events_.OnStreamReady();
}

// With Envoy's jitter.
void RestStream::Wait() {
  if (state_.asks_for_others()) return timer_.Arm(Duration::zero());
  const Duration delay = options_.polling.refresh_delay;
  const uint64_t jitter = world_.random.Below(static_cast<uint64_t>(delay.count()));
  timer_.Arm(delay + Duration(static_cast<Duration::rep>(jitter)));
}

}  // namespace

std::unique_ptr<xds::AdsStream> RestTransport::Open(xds::AdsStreamEvents& events) {
  world_.service.rest_calls().Use();
  return std::make_unique<RestStream>(world_, options_, events);
}

}  // namespace outrigger
