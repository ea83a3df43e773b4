#include <fmt/format.h>
#include <malloc.h>

#include "admin/pages.h"
#include "base/resident_memory.h"

namespace outrigger::admin {

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
