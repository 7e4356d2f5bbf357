// Making, describing and reading tensors.
#include "shim.h"

#include <ATen/ops/empty.h>

using namespace kiln;

struct Description {
  int32_t dimensions, scalar_type, device_type, device_index, requires_grad, contiguous;
  int64_t elements, element_bytes;
};

KT_API void kt_release(void* handle) { release(handle); }

KT_API void kt_release_many(void** handles, int count) {
  for (int i = 0; i < count; i++) release(handles[i]);
}

KT_API void* kt_empty(const int64_t* sizes, int dimensions, int scalar_type, int device_type, int device_index) {
  return guarded<void*>(nullptr, [&] {
    auto device = c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(scalar_type)).device(device);
    return give(at::empty(at::IntArrayRef(sizes, dimensions), options));
  });
}

// Fills the description and as many sizes as there is room for.
KT_API int kt_describe(void* handle, Description* description, int64_t* sizes, int capacity) {
  return guarded(-1, [&] {
    auto tensor = borrow(handle);
    description->dimensions = static_cast<int32_t>(tensor.dim());
    description->scalar_type = static_cast<int32_t>(tensor.scalar_type());
    description->device_type = static_cast<int32_t>(tensor.device().type());
    description->device_index = tensor.device().index();
    description->requires_grad = tensor.requires_grad();
    description->contiguous = tensor.is_contiguous();
    description->elements = tensor.numel();
    description->element_bytes = tensor.element_size();
    for (int i = 0; i < capacity && i < tensor.dim(); i++) sizes[i] = tensor.size(i);
    return 0;
  });
}

KT_API void* kt_data(void* handle) {
  return guarded<void*>(nullptr, [&] { return borrow(handle).data_ptr(); });
}
