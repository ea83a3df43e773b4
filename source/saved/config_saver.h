// Writes the configuration to disk behind the threads that make and use it: a thread of its own,
// since a disk may take its time.
//
// What is given while one is being written waits; of several that wait, the newest is written.
// Whether a resource holds a secret is looked up once for the same bytes.
//
// Owned by the server. Thread: control, unless marked.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "saved/saved_configuration.h"

namespace outrigger::saved {

struct SaverOptions {
  std::string path;
  bool saves_keys = false;  // resources that hold a private key or the like are not left out
};

class ConfigSaver {
 public:
  explicit ConfigSaver(SaverOptions options);
  // Ends once what was given last has been written.
  ~ConfigSaver();
  ConfigSaver(const ConfigSaver&) = delete;
  ConfigSaver& operator=(const ConfigSaver&) = delete;

  // With everything that there is; what is to be left out is found here.
  void Save(SavedConfiguration configuration);

  struct Counts {
    uint64_t written = 0;
    uint64_t failed = 0;
    uint64_t left_out = 0;  // resources of the last one written
  };
  Counts counts() const;

 private:
  struct Judged {
    uint64_t bytes_hash;
    bool holds_secret;
  };

  void Run();
  void Write(SavedConfiguration configuration);
  void LeaveOutSecrets(SavedConfiguration& configuration);

  const SaverOptions options_;
  mutable std::mutex mutex_;  // guards what follows; the data plane takes no part in it
  std::condition_variable changed_;
  std::optional<SavedConfiguration> waiting_;
  Counts counts_;
  bool should_stop_ = false;
  // Of the writing thread:
  std::map<std::string, Judged> judged_;  // by "<type URL> <name>"
  bool has_failed_ = false;               // the last time
  std::thread thread_;
};

}  // namespace outrigger::saved
