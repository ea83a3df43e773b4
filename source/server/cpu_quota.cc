#include "server/cpu_quota.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>

namespace outrigger {

namespace {

constexpr std::string_view kGroupsRoot = "/sys/fs/cgroup";

std::string FirstLine(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// "0::/kubepods/pod1" of /proc/self/cgroup; inside a container with a namespace of its own: "/".
std::string OwnGroup() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(4);
  }
  return {};
}

uint32_t AllowedByScheduler() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<uint32_t>(std::max(CPU_COUNT(&set), 1));
}

}  // namespace

std::optional<uint32_t> CpusOfQuota(std::string_view cpu_max) {
  uint64_t quota = 0;
  uint64_t period = 0;
  const char* end = cpu_max.data() + cpu_max.size();
  const auto first = std::from_chars(cpu_max.data(), end, quota);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, period);
  if (second.ec != std::errc() || quota == 0 || period == 0) return std::nullopt;
  const uint64_t cpus = quota / period + (quota % period != 0 ? 1 : 0);
  return static_cast<uint32_t>(std::min<uint64_t>(cpus, UINT32_MAX));
}

uint32_t AvailableCpus() {
  uint32_t cpus = AllowedByScheduler();
  const std::filesystem::path root(kGroupsRoot);
  std::filesystem::path group = root / OwnGroup();
  while (true) {
    if (const auto quota = CpusOfQuota(FirstLine(group / "cpu.max"))) {
      cpus = std::min(cpus, *quota);
    }
    if (group == root || !group.has_relative_path()) return cpus;
    group = group.parent_path();
  }
}

}  // namespace outrigger
