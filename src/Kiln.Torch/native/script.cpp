// TorchScript archives: loading, calling, and the tensors that a loaded module holds.
//
// What is read is a zip file of pickles and of source text in TorchScript. libtorch's own unpickler reads the pickles: it makes tensors,
// numbers, texts and the classes declared in the archive, and calls nothing else, so no Python runs. The source text is compiled and run
// by TorchScript's interpreter, though, which has every operator of this libtorch, some of which open files; and neither parser was
// written against hostile input. Such a file is a program: load those of people whose programs one would run.
#include "values.h"

#include <set>
#include <sstream>

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

namespace kiln {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

struct Script {
  torch::jit::Module module;
  NamedTensors parameters, buffers;
};

// A tensor that stands in several places goes by its first name, as in PyTorch: an optimizer must not meet it twice.
template <typename List>
static NamedTensors distinct(const List& list) {
  NamedTensors known;
  std::set<c10::TensorImpl*> seen;
  for (const auto& entry : list)
    if (seen.insert(entry.value.unsafeGetTensorImpl()).second) known.emplace_back(entry.name, entry.value);
  return known;
}

// Below the interpreter's list of calls stands what went wrong: what an operator said, or the exception that the code raised.
static void remember_cause(std::string message) {
  static const std::string interpreter = "The following operation failed", mark = "RuntimeError: ";
  while (!message.empty() && message.back() == '\n') message.pop_back();
  const auto said = message.rfind(mark);
  if (said != std::string::npos) message = message.substr(said + mark.size());
  else if (message.compare(0, interpreter.size(), interpreter) == 0) message = message.substr(message.rfind('\n') + 1);
  remember(message);
}

template <typename Result, typename Body>
static Result guarded_script(Result failure, Body body) {
  return guarded(failure, [&] {
    try {
      return body();
    } catch (const c10::OutOfMemoryError&) {
      throw;
    } catch (const c10::Error& error) {
      remember_cause(error.what_without_backtrace());
    } catch (const std::exception& error) {
      remember_cause(error.what());
    }
    return failure;
  });
}

static void add_signature(std::ostream& text, const torch::jit::Method& method) {
  const auto& schema = method.function().getSchema();
  text << method.name() << '(';
  for (size_t i = 1; i < schema.arguments().size(); i++) {
    const auto& argument = schema.arguments()[i];
    text << (i > 1 ? ", " : "") << argument.type()->repr_str() << ' ' << argument.name();
    if (argument.default_value()) text << '=' << *argument.default_value();
  }
  text << ") -> " << (schema.returns().empty() ? "None" : schema.returns()[0].type()->repr_str()) << '\n';
}

static int call(Script& script, const char* name, const Value* arguments, int count, Value* results, int capacity) {
  auto method = script.module.get_method(name);
  const auto& declared = method.function().getSchema().arguments();
  if (count + 1 > static_cast<int>(declared.size())) throw std::invalid_argument("too many arguments");
  torch::jit::Stack stack;
  for (int i = 0; i < count; i++) stack.push_back(box(arguments[i], kind_of(declared[i + 1]), declared[i + 1]));
  auto outcome = method(std::move(stack));
  Results converted(results, capacity);
  if (outcome.isTuple()) {
    for (const auto& element : outcome.toTupleRef().elements()) converted.add(c10::IValue(element));
  } else if (outcome.isGenericDict()) {
    for (const auto& entry : outcome.toGenericDict()) {
      converted.add(c10::IValue(entry.key()));
      converted.add(c10::IValue(entry.value()));
    }
  } else {
    converted.add(std::move(outcome));
  }
  return converted.hand_over();
}

}  // namespace kiln

using namespace kiln;

KT_API void* kt_script_load(const char* path, int device_type, int device_index) {
  return guarded_script<void*>(nullptr, [&]() -> void* {
    auto device = c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    auto module = torch::jit::load(path, device);
    return new Script{module, distinct(module.named_parameters()), distinct(module.named_buffers())};
  });
}

KT_API void kt_script_free(void* script) { delete static_cast<Script*>(script); }

// The methods, one signature a line. The text is the caller's to free with kt_free_list.
KT_API char* kt_script_methods(void* script) {
  return guarded<char*>(nullptr, [&] {
    std::ostringstream text;
    for (const auto& method : static_cast<Script*>(script)->module.get_methods()) add_signature(text, method);
    return strdup(text.str().c_str());
  });
}

KT_API int kt_script_count(void* script, int buffers) {
  const auto& known = *static_cast<Script*>(script);
  return static_cast<int>((buffers ? known.buffers : known.parameters).size());
}

// The parameter or buffer by number; the name lives as long as the module, the handle is the caller's.
KT_API void* kt_script_tensor(void* script, int buffers, int number, const char** name) {
  return guarded<void*>(nullptr, [&] {
    const auto& known = *static_cast<Script*>(script);
    const auto& entry = (buffers ? known.buffers : known.parameters)[number];
    *name = entry.first.c_str();
    return give(entry.second);
  });
}

// Frozen and traced parts may have no such switch: they stay as they were saved.
KT_API int kt_script_train(void* script, int on) {
  return guarded(-1, [&] {
    for (auto part : static_cast<Script*>(script)->module.modules())
      if (part.hasattr("training")) part.setattr("training", on != 0);
    return 0;
  });
}

// Calls a method. A tuple's elements become a result each; a dictionary's entries two: the key, the value.
KT_API int kt_script_call(void* script, const char* method, const Value* arguments, int count, Value* results, int capacity) {
  return guarded_script(-1, [&] { return call(*static_cast<Script*>(script), method, arguments, count, results, capacity); });
}
