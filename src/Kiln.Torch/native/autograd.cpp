// Gradients: recording, the backward pass, and the measures taken of gradients between backward and step.
#include "shim.h"

#include <vector>

#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

using namespace kiln;

static std::vector<at::Tensor> borrow_all(void** handles, int count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int i = 0; handles && i < count; i++) tensors.push_back(borrow(handles[i]));
  return tensors;
}

KT_API int kt_set_requires_grad(void* handle, int on) {
  return guarded(-1, [&] { return borrow(handle).requires_grad_(on != 0), 0; });
}

KT_API int kt_is_leaf(void* handle) {
  return guarded(-1, [&] { return static_cast<int>(borrow(handle).is_leaf()); });
}

KT_API int kt_grad(void* handle, void** gradient) {
  return guarded(-1, [&] { return *gradient = give(borrow(handle).grad()), 0; });
}

KT_API int kt_set_grad(void* handle, void* gradient) {
  return guarded(-1, [&] { return borrow(handle).mutable_grad() = borrow(gradient), 0; });
}

// The tensor keeps its identity and takes over another's storage, dtype and device.
KT_API int kt_set_data(void* handle, void* data) {
  return guarded(-1, [&] { return borrow(handle).set_data(borrow(data)), 0; });
}

KT_API int kt_clear_grads(void** handles, int count) {
  return guarded(-1, [&] {
    for (int i = 0; i < count; i++) borrow(handles[i]).mutable_grad().reset();
    return 0;
  });
}

KT_API int kt_backward(void** outputs, void** gradients, int count, int retain_graph, int create_graph) {
  return guarded(-1, [&] {
    torch::autograd::backward(borrow_all(outputs, count), borrow_all(gradients, count), retain_graph != 0, create_graph != 0);
    return 0;
  });
}

// Returns the mode before; a negative argument only asks.
KT_API int kt_grad_mode(int on) {
  const bool before = c10::GradMode::is_enabled();
  if (on >= 0) c10::GradMode::set_enabled(on != 0);
  return before;
}

// The 2-norm over all gradients, as torch.nn.utils.clip_grad_norm_ takes it: the norm of the tensors' norms.
// With a positive maximum the gradients are scaled in place so that the norm does not exceed it.
KT_API int kt_clip_grad_norm(void** handles, int count, double maximum, double* norm) {
  return guarded(-1, [&] {
    c10::AutoGradMode no_grad(false);
    std::vector<at::Tensor> gradients, norms;
    for (auto& parameter : borrow_all(handles, count))
      if (parameter.grad().defined()) gradients.push_back(parameter.grad());
    *norm = 0;
    if (gradients.empty()) return 0;
    for (auto& gradient : gradients) norms.push_back(at::linalg_vector_norm(gradient));
    *norm = at::linalg_vector_norm(at::stack(norms)).item().toDouble();
    const double coefficient = maximum / (*norm + 1e-6);
    if (maximum > 0 && coefficient < 1)
      for (auto& gradient : gradients) gradient.mul_(coefficient);
    return 0;
  });
}
