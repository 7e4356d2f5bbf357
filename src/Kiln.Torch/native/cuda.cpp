// What only a libtorch with CUDA has: recorded graphs of kernels, and the caching allocator's books. Compiled where the CUDA runtime's
// headers are, with KILN_CUDA; elsewhere every function says so.
#include "shim.h"

#ifdef KILN_CUDA

#include <memory>

#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/DeviceGuard.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>

namespace kiln {

static c10::Device gpu(int index) { return c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)); }

// A graph with the stream it is recorded on: kernels of the default stream cannot be recorded.
struct Graph {
  explicit Graph(int index)
      : device(static_cast<c10::DeviceIndex>(index)), stream(c10::cuda::getStreamFromPool(false, device)), before(c10::cuda::getCurrentCUDAStream(device)) {}
  c10::DeviceIndex device;
  c10::cuda::CUDAStream stream, before;
  at::cuda::CUDAGraph graph;
};

}  // namespace kiln

using namespace kiln;

// Everything launched on this thread from now on goes to the graph's stream.
KT_API void* kt_graph_open(int device) {
  return guarded<void*>(nullptr, [&]() -> void* {
    c10::DeviceGuard guard(gpu(device));
    auto graph = std::make_unique<Graph>(device);
    c10::cuda::device_synchronize();
    c10::cuda::setCurrentCUDAStream(graph->stream);
    return graph.release();
  });
}

KT_API int kt_graph_begin(void* handle) {
  return guarded(-1, [&] {
    auto& graph = *static_cast<Graph*>(handle);
    c10::DeviceGuard guard(gpu(graph.device));
    c10::cuda::device_synchronize();
    c10::cuda::CUDACachingAllocator::emptyCache();
    graph.graph.capture_begin();
    return 0;
  });
}

KT_API int kt_graph_end(void* handle) {
  return guarded(-1, [&] { return static_cast<Graph*>(handle)->graph.capture_end(), 0; });
}

// Back to the stream from before.
KT_API int kt_graph_close(void* handle) {
  return guarded(-1, [&] {
    auto& graph = *static_cast<Graph*>(handle);
    c10::DeviceGuard guard(gpu(graph.device));
    c10::cuda::setCurrentCUDAStream(graph.before);
    c10::cuda::device_synchronize();
    return 0;
  });
}

KT_API int kt_graph_replay(void* handle) {
  return guarded(-1, [&] {
    auto& graph = *static_cast<Graph*>(handle);
    c10::DeviceGuard guard(gpu(graph.device));
    return graph.graph.replay(), 0;
  });
}

KT_API void kt_graph_free(void* handle) {
  guarded(0, [&] { return delete static_cast<Graph*>(handle), 0; });
}

// Bytes in tensors that are alive, and bytes kept from the driver for them and for later ones.
KT_API int kt_cuda_memory(int device, int64_t* in_use, int64_t* reserved) {
  return guarded(-1, [&] {
    const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(device);
    *in_use = stats.allocated_bytes[0].current;  // 0: both pools together
    *reserved = stats.reserved_bytes[0].current;
    return 0;
  });
}

KT_API int kt_cuda_empty_cache() {
  return guarded(-1, [] { return c10::cuda::CUDACachingAllocator::emptyCache(), 0; });
}

KT_API int kt_cuda_synchronize(int device) {
  return guarded(-1, [&] {
    c10::DeviceGuard guard(gpu(device));
    return c10::cuda::device_synchronize(), 0;
  });
}

#else

template <typename Result>
static Result without_cuda(Result failure) {
  kiln::remember("the shim was compiled without CUDA: the libtorch has none, or cuda_runtime_api.h was not found");
  return failure;
}

KT_API void* kt_graph_open(int) { return without_cuda<void*>(nullptr); }
KT_API int kt_graph_begin(void*) { return without_cuda(-1); }
KT_API int kt_graph_end(void*) { return without_cuda(-1); }
KT_API int kt_graph_close(void*) { return without_cuda(-1); }
KT_API int kt_graph_replay(void*) { return without_cuda(-1); }
KT_API void kt_graph_free(void*) {}
KT_API int kt_cuda_memory(int, int64_t*, int64_t*) { return without_cuda(-1); }
KT_API int kt_cuda_empty_cache() { return without_cuda(-1); }
KT_API int kt_cuda_synchronize(int) { return without_cuda(-1); }

#endif
