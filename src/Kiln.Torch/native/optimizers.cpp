// Optimizer steps over many parameters in one pass, for dense CPU tensors. Every element is computed by the same sequence of IEEE
// operations (the file is compiled without contraction), so the bits depend neither on vector width nor on the number of threads.
#include "shim.h"

#include <cmath>
#include <cstring>

#include <torch/csrc/autograd/variable.h>

namespace kiln {

struct AdamSettings {
  double learning_rate, beta1, beta2, epsilon, weight_decay;
  int64_t decoupled;  // AdamW: decay the weight itself, not the gradient
};

struct SgdSettings {
  double learning_rate, momentum, dampening, weight_decay;
  int64_t nesterov;
};

static bool supported(const at::Tensor& parameter) {
  return parameter.device().is_cpu() && parameter.is_contiguous() &&
         (parameter.scalar_type() == at::kFloat || parameter.scalar_type() == at::kDouble);
}

// The kernels go by raw pointers: what lies beside a parameter must match it element by element.
static void check_beside(const at::Tensor& parameter, const at::Tensor& tensor, const char* role) {
  TORCH_CHECK(supported(parameter) && tensor.device().is_cpu() && tensor.is_contiguous() && tensor.scalar_type() == parameter.scalar_type() &&
                  tensor.numel() == parameter.numel(),
              role, " (", tensor.scalar_type(), ' ', tensor.sizes(), " on ", tensor.device(), ") does not match its parameter (", parameter.scalar_type(), ' ',
              parameter.sizes(), " on ", parameter.device(), "): move or convert a module before its optimizer is made");
}

// Kingma and Ba 2015, algorithm 1, in the order of torch.optim.Adam; decoupled decay after Loshchilov and Hutter 2019.
template <typename T>
void adam(at::Tensor& parameter, const at::Tensor& gradient, at::Tensor& average, at::Tensor& square, const AdamSettings& settings, int64_t step) {
  const T beta1 = static_cast<T>(settings.beta1), beta1_rest = static_cast<T>(1 - settings.beta1);
  const T beta2 = static_cast<T>(settings.beta2), beta2_rest = static_cast<T>(1 - settings.beta2);
  const T step_size = static_cast<T>(settings.learning_rate / (1 - std::pow(settings.beta1, static_cast<double>(step))));
  const T correction = static_cast<T>(1 / std::sqrt(1 - std::pow(settings.beta2, static_cast<double>(step))));
  const T epsilon = static_cast<T>(settings.epsilon);
  const T shrink = settings.decoupled ? static_cast<T>(1 - settings.learning_rate * settings.weight_decay) : T(1);
  const T decay = settings.decoupled ? T(0) : static_cast<T>(settings.weight_decay);
  T* __restrict weights = static_cast<T*>(parameter.data_ptr());
  T* __restrict m = static_cast<T*>(average.data_ptr());
  T* __restrict v = static_cast<T*>(square.data_ptr());
  const T* __restrict g = static_cast<const T*>(gradient.data_ptr());
  const int64_t count = parameter.numel();
#pragma omp simd
  for (int64_t i = 0; i < count; i++) {
    const T weight = weights[i] * shrink;
    const T slope = g[i] + decay * weight;
    const T mean = beta1 * m[i] + beta1_rest * slope;
    const T variance = beta2 * v[i] + beta2_rest * slope * slope;
    m[i] = mean;
    v[i] = variance;
    weights[i] = weight - step_size * mean / (std::sqrt(variance) * correction + epsilon);
  }
}

// Sutskever et al. 2013 as torch.optim.SGD writes it: the first step's buffer is the gradient itself.
template <typename T>
void sgd(at::Tensor& parameter, const at::Tensor& gradient, at::Tensor& buffer, const SgdSettings& settings, bool first) {
  const T rate = static_cast<T>(settings.learning_rate), momentum = static_cast<T>(settings.momentum);
  const T rest = static_cast<T>(1 - settings.dampening), decay = static_cast<T>(settings.weight_decay);
  T* __restrict weights = static_cast<T*>(parameter.data_ptr());
  T* __restrict b = buffer.defined() ? static_cast<T*>(buffer.data_ptr()) : nullptr;
  const T* __restrict g = static_cast<const T*>(gradient.data_ptr());
  const int64_t count = parameter.numel();
  for (int64_t i = 0; i < count; i++) {
    T slope = g[i] + decay * weights[i];
    if (b) {
      b[i] = first ? slope : momentum * b[i] + rest * slope;
      slope = settings.nesterov ? slope + momentum * b[i] : b[i];
    }
    weights[i] -= rate * slope;
  }
}

// The parameter's gradient made dense, or an undefined tensor where there is none.
static at::Tensor dense_gradient(const at::Tensor& parameter) {
  const auto& gradient = parameter.grad();
  if (!gradient.defined()) return {};
  auto dense = gradient.contiguous();
  check_beside(parameter, dense, "the gradient");
  return dense;
}

}  // namespace kiln

using namespace kiln;

// Whether the fused steps can take all these parameters.
KT_API int kt_fused_supported(void** parameters, int count) {
  return guarded(-1, [&] {
    for (int i = 0; i < count; i++)
      if (!supported(borrow(parameters[i]))) return 0;
    return 1;
  });
}

// One Adam or AdamW step. A parameter without a gradient is left alone, and its step count too.
KT_API int kt_adam(void** parameters, void** averages, void** squares, int64_t* steps, int count, const AdamSettings* settings) {
  return guarded(-1, [&] {
    for (int i = 0; i < count; i++) {
      auto parameter = borrow(parameters[i]), average = borrow(averages[i]), square = borrow(squares[i]);
      auto gradient = dense_gradient(parameter);
      if (!gradient.defined()) continue;
      check_beside(parameter, average, "the running average");
      check_beside(parameter, square, "the running square");
      steps[i]++;
      if (parameter.scalar_type() == at::kFloat) adam<float>(parameter, gradient, average, square, *settings, steps[i]);
      else adam<double>(parameter, gradient, average, square, *settings, steps[i]);
      parameter.unsafeGetTensorImpl()->bump_version();
    }
    return 0;
  });
}

// One SGD step; `buffers` is null without momentum.
KT_API int kt_sgd(void** parameters, void** buffers, int64_t* steps, int count, const SgdSettings* settings) {
  return guarded(-1, [&] {
    for (int i = 0; i < count; i++) {
      auto parameter = borrow(parameters[i]);
      auto buffer = buffers ? borrow(buffers[i]) : at::Tensor();
      auto gradient = dense_gradient(parameter);
      if (!gradient.defined()) continue;
      if (buffer.defined()) check_beside(parameter, buffer, "the momentum buffer");
      const bool first = steps[i]++ == 0;
      if (parameter.scalar_type() == at::kFloat) sgd<float>(parameter, gradient, buffer, *settings, first);
      else sgd<double>(parameter, gradient, buffer, *settings, first);
      parameter.unsafeGetTensorImpl()->bump_version();
    }
    return 0;
  });
}
