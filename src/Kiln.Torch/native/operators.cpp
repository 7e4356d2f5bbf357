// Every ATen operator through one entry: arguments are boxed by the operator's schema, results unboxed into caller-owned values.
#include "shim.h"

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <vector>

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

namespace kiln {

struct Operator {
  c10::OperatorHandle handle;
  std::vector<c10::TypeKind> kinds;  // of each argument, looking through Optional
};

static c10::TypeKind kind_of(const c10::Argument& argument) {
  const auto& type = argument.type();
  return type->kind() == c10::TypeKind::OptionalType ? type->castRaw<c10::OptionalType>()->getElementType()->kind() : type->kind();
}

static bool is_optional_tensor_list(const c10::Argument& argument) {
  const auto* list = argument.type()->castRaw<c10::ListType>();
  return list && list->getElementType()->kind() == c10::TypeKind::OptionalType;
}

static c10::IValue box_tensors(const Value& value, const c10::Argument& argument) {
  auto handles = static_cast<void**>(value.pointer);
  if (is_optional_tensor_list(argument)) {
    c10::impl::GenericList list(c10::OptionalType::create(c10::TensorType::get()));
    for (int i = 0; i < value.count; i++) list.push_back(handles[i] ? c10::IValue(borrow(handles[i])) : c10::IValue());
    return list;
  }
  c10::List<at::Tensor> list;
  list.reserve(value.count);
  for (int i = 0; i < value.count; i++) list.push_back(borrow(handles[i]));
  return list;
}

static c10::IValue box(const Value& value, c10::TypeKind kind, const c10::Argument& argument) {
  switch (value.tag) {
    case Tag::None: return {};
    case Tag::Tensor: return borrow(value.pointer);
    case Tag::Int: return kind == c10::TypeKind::FloatType ? c10::IValue(static_cast<double>(value.integer)) : c10::IValue(value.integer);
    case Tag::Double: return value.real;
    case Tag::Bool: return value.integer != 0;
    case Tag::String: return std::string(static_cast<const char*>(value.pointer), value.count);
    case Tag::Ints: return c10::List<int64_t>(at::ArrayRef<int64_t>(static_cast<const int64_t*>(value.pointer), value.count));
    case Tag::Doubles: return c10::List<double>(at::ArrayRef<double>(static_cast<const double*>(value.pointer), value.count));
    case Tag::Bools: {
      c10::List<bool> list;
      for (int i = 0; i < value.count; i++) list.push_back(static_cast<const uint8_t*>(value.pointer)[i] != 0);
      return list;
    }
    case Tag::Tensors: return box_tensors(value, argument);
    case Tag::Device:
      return c10::Device(static_cast<c10::DeviceType>(value.integer >> 8), static_cast<c10::DeviceIndex>(static_cast<int8_t>(value.integer & 0xff)));
  }
  throw std::invalid_argument("unknown argument tag");
}

// Results converted so far; whatever was not handed over when an exception passes is released.
class Results {
 public:
  Results(Value* values, int capacity) : values_(values), capacity_(capacity) {}
  ~Results() {
    for (int i = 0; i < count_; i++) release_value(values_[i]);
  }

  void add(c10::IValue&& result) {
    if (count_ == capacity_) throw std::length_error("more results than the caller has room for");
    Value value{};
    if (result.isTensor()) {
      value.tag = Tag::Tensor;
      value.pointer = give(std::move(result).toTensor());
    } else if (result.isInt()) {
      value.tag = Tag::Int;
      value.integer = result.toInt();
    } else if (result.isDouble()) {
      value.tag = Tag::Double;
      value.real = result.toDouble();
    } else if (result.isBool()) {
      value.tag = Tag::Bool;
      value.integer = result.toBool();
    } else if (result.isTensorList()) {
      auto tensors = std::move(result).toTensorVector();
      auto handles = static_cast<void**>(std::malloc(sizeof(void*) * (tensors.size() + 1)));
      if (!handles) throw std::bad_alloc();
      for (size_t i = 0; i < tensors.size(); i++) handles[i] = give(std::move(tensors[i]));
      value.tag = Tag::Tensors;
      value.count = static_cast<int32_t>(tensors.size());
      value.pointer = handles;
    } else if (!result.isNone()) {
      throw std::invalid_argument("a result of type " + result.tagKind() + " is not supported");
    }
    values_[count_++] = value;
  }

  int hand_over() {
    const int count = count_;
    count_ = 0;
    return count;
  }

  static void release_value(const Value& value) {
    if (value.tag == Tag::Tensor) release(value.pointer);
    if (value.tag != Tag::Tensors) return;
    auto handles = static_cast<void**>(value.pointer);
    for (int i = 0; i < value.count; i++) release(handles[i]);
    std::free(handles);
  }

 private:
  Value* values_;
  int capacity_;
  int count_ = 0;
};

static void describe(std::ostream& text, const Value& value) {
  if (value.tag == Tag::Tensor && value.pointer) {
    auto tensor = borrow(value.pointer);
    text << tensor.scalar_type() << ' ' << tensor.sizes() << " on " << tensor.device();
  } else if (value.tag == Tag::Tensors) {
    text << value.count << " tensors:";
    for (int i = 0; i < value.count && i < 8; i++) {
      auto handle = static_cast<void**>(value.pointer)[i];
      if (handle) text << ' ' << borrow(handle).sizes();
    }
  } else {
    text << "none";
  }
}

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
      last_error() = std::string("this libtorch has no operator ") + name + '.' + overload;
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
