// Every ATen operator through one entry: arguments are boxed by the operator's schema, results unboxed into caller-owned values.
#include "values.h"

#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <vector>

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

namespace kiln {

struct Operator {
  c10::OperatorHandle handle;
  std::vector<c10::TypeKind> kinds;  // of each argument, looking through Optional
};

// libtorch's message does not always name the shapes: say what every tensor argument was.
static void add_arguments(const Operator& op, const Value* arguments, int count) {
  try {
    std::ostringstream text;
    text << last_error() << "\n  operator  " << op.handle.operator_name();
    const auto& declared = op.handle.schema().arguments();
    for (int i = 0; i < count && i < static_cast<int>(declared.size()); i++) {
      if (arguments[i].tag != Tag::Tensor && arguments[i].tag != Tag::Tensors) continue;
      text << "\n  " << declared[i].name() << "  ";
      describe(text, arguments[i]);
    }
    last_error() = text.str();
  } catch (...) {
    // The message without the arguments is still the truth.
  }
}

static int call(const Operator& op, const Value* arguments, int count, Value* results, int capacity) {
  const auto& declared = op.handle.schema().arguments();
  if (count > static_cast<int>(declared.size())) throw std::invalid_argument("too many arguments");
  torch::jit::Stack stack;
  stack.reserve(declared.size());
  for (int i = 0; i < count; i++) stack.push_back(box(arguments[i], op.kinds[i], declared[i]));
  for (size_t i = count; i < declared.size(); i++) {
    if (!declared[i].default_value()) throw std::invalid_argument("the argument " + declared[i].name() + " is missing");
    stack.push_back(*declared[i].default_value());
  }
  op.handle.callBoxed(stack);
  Results converted(results, capacity);
  for (auto& result : stack) converted.add(std::move(result));
  return converted.hand_over();
}

std::string& last_error() {
  static thread_local std::string text;
  return text;
}

}  // namespace kiln

using namespace kiln;

KT_API const char* kt_last_error() { return last_error().c_str(); }

KT_API int kt_last_error_is_memory() { return last_error_is_memory(); }

// The operator's descriptor, or null where this libtorch has none of that name. Descriptors live as long as the process.
KT_API void* kt_operator(const char* name, const char* overload) {
  return guarded<void*>(nullptr, [&]() -> void* {
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<Operator>> known;
    std::lock_guard<std::mutex> lock(mutex);
    auto& entry = known[std::string(name) + '.' + overload];
    if (entry) return entry.get();
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!found.has_value()) {
      remember(std::string("this libtorch has no operator ") + name + '.' + overload);
      return nullptr;
    }
    std::vector<c10::TypeKind> kinds;
    for (const auto& argument : found->schema().arguments()) kinds.push_back(kind_of(argument));
    entry.reset(new Operator{*found, std::move(kinds)});
    return entry.get();
  });
}

// Calls the operator; trailing arguments take their defaults. Returns the number of results, which the caller owns.
KT_API int kt_call(const void* op, const Value* arguments, int count, Value* results, int capacity) {
  const auto& target = *static_cast<const Operator*>(op);
  const int outcome = guarded(-1, [&] { return call(target, arguments, count, results, capacity); });
  if (outcome < 0) add_arguments(target, arguments, count);
  return outcome;
}

// Frees a result list's array; its handles have gone to the caller.
KT_API void kt_free_list(void* list) { std::free(list); }
