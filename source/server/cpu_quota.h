// How many CPUs this process may use: what the scheduler allows, and the quota of its control
// groups.
//
// Thread: control, before anything runs. Source: cgroup-v2.rst, cpu.max; sched_getaffinity(2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace outrigger {

// CPUs that a cpu.max ("150000 100000") allows, rounded up; nothing for "max" and for what it is
// not.
std::optional<uint32_t> CpusOfQuota(std::string_view cpu_max);

// At least 1. The smallest quota from this process's control group up to the root counts.
uint32_t AvailableCpus();

}  // namespace outrigger
