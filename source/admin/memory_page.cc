#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "admin/pages.h"

namespace outrigger::admin {

namespace {

uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t size = 0;
  uint64_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

// Envoy's fields. glibc has no thread caches to speak of and counts no unmapped pages.
void ServeMemory(const AdminRequest&, AdminResponse& response) {
  const struct mallinfo2 heap = mallinfo2();
  response.content_type = kJsonType;
  response.body = fmt::format(
      "{{\n \"allocated\": \"{}\",\n \"heap_size\": \"{}\",\n \"pageheap_unmapped\": \"0\",\n"
      " \"pageheap_free\": \"{}\",\n \"total_thread_cache\": \"0\",\n"
      " \"total_physical_bytes\": \"{}\"\n}}\n",
      heap.uordblks + heap.hblkhd, heap.arena + heap.hblkhd, heap.fordblks, ResidentBytes());
}

}  // namespace outrigger::admin
