// Counts heap allocations by thread: preloaded by tools/bench into a program as it is shipped.
//
// The file that OUTRIGGER_MALLOC_COUNT names is made of slots of two 64-bit words, thread id and
// number of calls; a thread takes a slot with its first call. When all are taken, threads that come
// later share the last one, whose thread id is 0. Frees are not counted.
//
// Thread: any.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

// glibc's own, under the names that it keeps for those who replace malloc.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
// NOLINTEND(bugprone-reserved-identifier)
}

namespace {

struct Slot {
  std::atomic<uint64_t> thread_id;
  std::atomic<uint64_t> calls;
};
constexpr size_t kSlots = 256;
constexpr size_t kFileBytes = kSlots * sizeof(Slot);

std::atomic<Slot*> all_slots = nullptr;
std::atomic<size_t> slots_taken = 0;
// Initial-exec: the other models may allocate on the first access.
__attribute__((tls_model("initial-exec"))) thread_local Slot* own_slot = nullptr;

__attribute__((constructor)) void MapSlots() {
  const char* const path = std::getenv("OUTRIGGER_MALLOC_COUNT");
  if (path == nullptr) return;
  const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return;
  void* mapped = MAP_FAILED;
  if (ftruncate(fd, kFileBytes) == 0) {
    mapped = mmap(nullptr, kFileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  close(fd);
  if (mapped != MAP_FAILED) all_slots.store(static_cast<Slot*>(mapped), std::memory_order_release);
}

void CountCall() {
  if (own_slot == nullptr) {
    Slot* const slots = all_slots.load(std::memory_order_acquire);
    if (slots == nullptr) return;
    const size_t index = slots_taken.fetch_add(1, std::memory_order_relaxed);
    own_slot = &slots[index < kSlots ? index : kSlots - 1];
    own_slot->thread_id.store(index < kSlots - 1 ? static_cast<uint64_t>(gettid()) : 0,
                              std::memory_order_relaxed);
  }
  own_slot->calls.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
  CountCall();
  return __libc_malloc(size);
}

void* calloc(size_t count, size_t size) {
  CountCall();
  return __libc_calloc(count, size);
}

void* realloc(void* old, size_t size) {
  CountCall();
  return __libc_realloc(old, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  CountCall();
  return __libc_memalign(alignment, size);
}

void* memalign(size_t alignment, size_t size) {
  CountCall();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** result, size_t alignment, size_t size) {
  CountCall();
  void* const block = __libc_memalign(alignment, size);
  if (block == nullptr) return ENOMEM;
  *result = block;
  return 0;
}
}
