// What holds for the whole process: seeds, generator state, threads, determinism, and what devices there are.
#include "shim.h"

#include <malloc.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
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
  return guarded(-1, [&] {
    auto& context = at::globalContext();
    context.setDeterministicAlgorithms(on != 0, false);
    context.setDeterministicCuDNN(on != 0);
    if (on) context.setBenchmarkCuDNN(false);
    return 0;
  });
}

KT_API int kt_deterministic() { return at::globalContext().deterministicAlgorithms(); }

// Single-precision products with 10 bits of mantissa, on GPUs that have them.
KT_API int kt_set_tf32(int on) {
  return guarded(-1, [&] {
    at::globalContext().setAllowTF32CuBLAS(on != 0);
    at::globalContext().setAllowTF32CuDNN(on != 0);
    return 0;
  });
}

KT_API int kt_tf32() {
  return guarded(-1, [] { return static_cast<int>(at::globalContext().allowTF32CuBLAS() && at::globalContext().allowTF32CuDNN()); });
}

struct AutocastState {
  int32_t enabled, scalar_type;
};

static AutocastState autocast_state(c10::DeviceType device) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  return {at::autocast::is_autocast_enabled(device), static_cast<int32_t>(at::autocast::get_autocast_dtype(device))};
#else
  if (device == c10::DeviceType::CPU) return {at::autocast::is_cpu_enabled(), static_cast<int32_t>(at::autocast::get_autocast_cpu_dtype())};
  return {at::autocast::is_enabled(), static_cast<int32_t>(at::autocast::get_autocast_gpu_dtype())};
#endif
}

static void set_autocast(c10::DeviceType device, AutocastState state) {
  const auto type = static_cast<at::ScalarType>(state.scalar_type);
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  at::autocast::set_autocast_dtype(device, type);
  at::autocast::set_autocast_enabled(device, state.enabled != 0);
#else
  if (device == c10::DeviceType::CPU) {
    at::autocast::set_autocast_cpu_dtype(type);
    at::autocast::set_cpu_enabled(state.enabled != 0);
  } else {
    at::autocast::set_autocast_gpu_dtype(type);
    at::autocast::set_enabled(state.enabled != 0);
  }
#endif
}

// Operators of this thread compute in another type where that is good enough; what held before is written to `before`.
KT_API int kt_autocast_begin(int device_type, int scalar_type, AutocastState* before) {
  return guarded(-1, [&] {
    const auto device = static_cast<c10::DeviceType>(device_type);
    *before = autocast_state(device);
    set_autocast(device, {1, scalar_type});
    at::autocast::increment_nesting();
    return 0;
  });
}

// The outermost one to end drops the converted weights that were kept.
KT_API int kt_autocast_end(int device_type, const AutocastState* before) {
  return guarded(-1, [&] {
    set_autocast(static_cast<c10::DeviceType>(device_type), *before);
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    return 0;
  });
}

KT_API int kt_cuda_devices() {
  return guarded(0, [] { return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().getNumGPUs()) : 0; });
}
