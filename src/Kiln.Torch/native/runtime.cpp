// What holds for the whole process: seeds, generator state, threads, determinism, and what devices there are.
#include "shim.h"

#include <malloc.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>

using namespace kiln;

static c10::Device device_of(int type, int index) {
  return c10::Device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
}

// Every step of a training asks for the same blocks again. Without this glibc gives blocks of a tensor's size back to the kernel
// when they are freed, and takes a page fault for each 4 KiB of the next one: 6 % of an epoch at batch 512.
__attribute__((constructor)) static void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
}

KT_API const char* kt_version() { return TORCH_VERSION; }

KT_API int kt_seed(uint64_t seed) {
  return guarded(-1, [&] { return at::manual_seed(seed), 0; });
}

KT_API void* kt_generator_state(int device_type, int device_index) {
  return guarded<void*>(nullptr, [&] { return give(at::globalContext().defaultGenerator(device_of(device_type, device_index)).get_state()); });
}

KT_API int kt_set_generator_state(int device_type, int device_index, void* state) {
  return guarded(-1, [&] {
    auto generator = at::globalContext().defaultGenerator(device_of(device_type, device_index));
    generator.set_state(borrow(state));
    return 0;
  });
}

KT_API int kt_set_threads(int count) {
  return guarded(-1, [&] { return at::set_num_threads(count), 0; });
}

KT_API int kt_threads() { return at::get_num_threads(); }

KT_API int kt_set_deterministic(int on) {
  return guarded(-1, [&] { return at::globalContext().setDeterministicAlgorithms(on != 0, false), 0; });
}

KT_API int kt_cuda_devices() {
  return guarded(0, [] { return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().getNumGPUs()) : 0; });
}
