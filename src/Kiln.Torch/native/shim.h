// The C interface between Kiln.Torch and libtorch. Handles are owning: one handle is one strong reference to a TensorImpl.
// Functions that can fail return a negative number (or null) and leave the reason in kt_last_error(), which is kept per thread.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <string>

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#define KT_API extern "C" __attribute__((visibility("default")))

namespace kiln {

enum class Tag : int32_t { None, Tensor, Int, Double, Bool, String, Ints, Doubles, Bools, Tensors, Device };

// One argument or result of an operator; lists and strings point to `count` elements.
struct Value {
  Tag tag;
  int32_t count;
  union {
    int64_t integer;
    double real;
    void* pointer;
  };
};
static_assert(sizeof(Value) == 16, "Kiln.Torch.Native.NativeValue has this layout");

using Handle = c10::TensorImpl*;
using TensorPointer = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;

// A tensor that shares the handle's object for as long as it lives; the handle stays with the caller.
inline at::Tensor borrow(void* handle) {
  return handle ? at::Tensor(TensorPointer::reclaim_copy(static_cast<Handle>(handle))) : at::Tensor();
}

// Gives the tensor's reference to the caller.
inline void* give(at::Tensor tensor) { return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr; }

inline void release(void* handle) {
  if (handle) TensorPointer::reclaim(static_cast<Handle>(handle));
}

std::string& last_error();

// Whether the last error of this thread is that there was not enough memory.
inline bool& last_error_is_memory() {
  static thread_local bool is_memory = false;
  return is_memory;
}

// Of the allocators only CUDA's has an exception of its own.
inline bool speaks_of_memory(const std::string& message) {
  for (auto sign : {"can't allocate memory", "not enough memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED"})
    if (message.find(sign) != std::string::npos) return true;
  return false;
}

// What comes after a blank line is libtorch's own business: lists of backends, advice to its developers.
inline void remember(const std::string& message) {
  last_error() = message.substr(0, message.find("\n\n"));
  last_error_is_memory() = speaks_of_memory(message);
}

// Runs the body; an exception becomes the error text and the failure value.
template <typename Result, typename Body>
Result guarded(Result failure, Body body) {
  try {
    return body();
  } catch (const c10::Error& error) {
    remember(error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    remember("out of memory: the machine gives no more");
  } catch (const std::exception& error) {
    remember(error.what());
  } catch (...) {
    remember("unknown C++ exception");
  }
  return failure;
}

}  // namespace kiln
