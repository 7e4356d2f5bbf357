// Values between the C interface and libtorch's: arguments boxed by a schema, results unboxed into what the caller owns.
#pragma once

#include "shim.h"

#include <cstdlib>
#include <cstring>
#include <ostream>
#include <vector>

#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

namespace kiln {

// The argument's type, looking through Optional.
inline c10::TypeKind kind_of(const c10::Argument& argument) {
  const auto& type = argument.type();
  return type->kind() == c10::TypeKind::OptionalType ? type->castRaw<c10::OptionalType>()->getElementType()->kind() : type->kind();
}

inline bool is_optional_tensor_list(const c10::Argument& argument) {
  const auto* list = argument.type()->castRaw<c10::ListType>();
  return list && list->getElementType()->kind() == c10::TypeKind::OptionalType;
}

inline c10::IValue box_tensors(const Value& value, const c10::Argument& argument) {
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

inline c10::IValue box(const Value& value, c10::TypeKind kind, const c10::Argument& argument) {
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
    } else if (result.isString()) {
      const auto& text = result.toStringRef();
      value.tag = Tag::String;
      value.count = static_cast<int32_t>(text.size());
      value.pointer = std::malloc(text.size() + 1);
      if (!value.pointer) throw std::bad_alloc();
      std::memcpy(value.pointer, text.data(), text.size());
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
    if (value.tag == Tag::Tensors)
      for (int i = 0; i < value.count; i++) release(static_cast<void**>(value.pointer)[i]);
    if (value.tag == Tag::Tensors || value.tag == Tag::String) std::free(value.pointer);
  }

 private:
  Value* values_;
  int capacity_;
  int count_ = 0;
};

inline void describe(std::ostream& text, const Value& value) {
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

}  // namespace kiln
