#include "saved/config_saver.h"

#include <fmt/format.h>
#include <pthread.h>

#include <utility>

#include "base/log.h"
#include "base/write_file.h"
#include "saved/inline_secret.h"

namespace outrigger::saved {

ConfigSaver::ConfigSaver(SaverOptions options)
    : options_(std::move(options)), thread_([this] { Run(); }) {}

ConfigSaver::~ConfigSaver() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    should_stop_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ConfigSaver::Save(SavedConfiguration configuration) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_ = std::move(configuration);
  }
  changed_.notify_one();
}

ConfigSaver::Counts ConfigSaver::counts() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return counts_;
}

void ConfigSaver::Run() {
  pthread_setname_np(pthread_self(), "save");
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return should_stop_ || waiting_.has_value(); });
    if (!waiting_.has_value()) return;
    SavedConfiguration configuration = *std::exchange(waiting_, std::nullopt);
    lock.unlock();
    Write(std::move(configuration));
    lock.lock();
  }
}

void ConfigSaver::Write(SavedConfiguration configuration) {
  if (!options_.saves_keys) LeaveOutSecrets(configuration);
  const absl::Status status = ReplaceFile(options_.path, Encode(configuration));
  // Said once, not after every change.
  if (!status.ok() && !has_failed_) {
    Log(LogLevel::kWarning, "the configuration is not saved: {}", std::string(status.message()));
  } else if (status.ok() && has_failed_) {
    Log(LogLevel::kInfo, "the configuration is saved again, to {}", options_.path);
  }
  has_failed_ = !status.ok();
  const std::lock_guard<std::mutex> lock(mutex_);
  ++(status.ok() ? counts_.written : counts_.failed);
  if (status.ok()) counts_.left_out = configuration.left_out.size();
}

void ConfigSaver::LeaveOutSecrets(SavedConfiguration& configuration) {
  std::map<std::string, Judged> judged;
  std::erase_if(configuration.resources, [&](const SavedResource& resource) {
    std::string key = fmt::format("{} {}", resource.type_url, resource.name);
    const auto known = judged_.find(key);
    const bool is_known = known != judged_.end() && known->second.bytes_hash == resource.bytes_hash;
    const bool holds_secret =
        is_known ? known->second.holds_secret : HoldsSecret(resource.type_url, *resource.bytes);
    if (holds_secret) configuration.left_out.push_back(key);
    judged.emplace(std::move(key), Judged{resource.bytes_hash, holds_secret});
    return holds_secret;
  });
  judged_ = std::move(judged);
}

}  // namespace outrigger::saved
