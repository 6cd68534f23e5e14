// The kernels as a module of Node: `sets` names the instruction sets that this processor has, the widest first, and
// `open(memory, set, fused)` makes an instance that works in a WebAssembly.Memory of the caller's, which nobody else may
// grow. An instance has the calls of kernels.ts.
#include <node_api.h>

#include <cstring>
#include <memory>

#include "kernels.h"

namespace {

using namespace creasebook;

/** The bytes of a WebAssembly.Memory; they may move when it grows. */
struct WebMemory final : Memory {
  napi_env env = nullptr;
  napi_ref memory = nullptr;

  ~WebMemory() override {
    if (memory != nullptr) napi_delete_reference(env, memory);
  }

  /** Looks up where the bytes lie. */
  bool find() {
    napi_value object, buffer;
    void* data = nullptr;
    size_t length = 0;
    if (napi_get_reference_value(env, memory, &object) != napi_ok || object == nullptr) return false;
    if (napi_get_named_property(env, object, "buffer", &buffer) != napi_ok) return false;
    if (napi_get_arraybuffer_info(env, buffer, &data, &length) != napi_ok) return false;
    base = static_cast<unsigned char*>(data);
    bytes = length;
    return true;
  }

  bool grow(uint64_t wanted) override {
    constexpr uint64_t page = 65536;
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
    napi_value object, method, pages, ignored;
    const bool isDone =
        napi_get_reference_value(env, memory, &object) == napi_ok &&
        napi_get_named_property(env, object, "grow", &method) == napi_ok &&
        napi_create_uint32(env, (uint32_t)((wanted - bytes + page - 1) / page), &pages) == napi_ok &&
        napi_call_function(env, object, method, 1, &pages, &ignored) == napi_ok && find() && bytes >= wanted;
    // The RangeError of a memory that cannot grow: the caller hears of it in another way.
    bool isPending = false;
    napi_is_exception_pending(env, &isPending);
    if (isPending) napi_get_and_clear_last_exception(env, &ignored);
    napi_close_handle_scope(env, scope);
    return isDone;
  }
};

struct Holder {
  WebMemory memory;
  std::unique_ptr<Kernels> kernels;
};

const napi_type_tag holderTag = {0x4b3f6c1d2a874e5bULL, 0x9d0e8a7c5f1b2364ULL};

/** The arguments of one call, and its instance. */
class Call {
 public:
  Call(napi_env env, napi_callback_info info) : env_(env) {
    count_ = sizeof values_ / sizeof values_[0];
    napi_value object;
    void* found = nullptr;
    bool isOurs = false;
    if (napi_get_cb_info(env, info, &count_, values_, &object, nullptr) == napi_ok &&
        napi_check_object_type_tag(env, object, &holderTag, &isOurs) == napi_ok && isOurs) {
      napi_unwrap(env, object, &found);
    }
    holder_ = static_cast<Holder*>(found);
  }

  Kernels* kernels() const { return holder_ == nullptr ? nullptr : holder_->kernels.get(); }

  double number(size_t index) const {
    double value = 0;
    if (index >= count_ || napi_get_value_double(env_, values_[index], &value) != napi_ok) {
      throw OutOfBounds{"A call of the kernels takes numbers."};
    }
    return value;
  }

  /** A number between two others, whole. */
  double whole(size_t index, double least, double most) const {
    const double value = number(index);
    if (!(value >= least && value <= most)) throw OutOfBounds{"An argument of the kernels lies out of range."};
    return value;
  }

  int32_t integer(size_t index) const { return (int32_t)whole(index, -2147483648.0, 2147483647.0); }
  int32_t count(size_t index) const { return (int32_t)whole(index, 0, 1 << 30); }
  uint32_t word(size_t index) const { return (uint32_t)whole(index, 0, 4294967295.0); }
  bool flag(size_t index) const { return number(index) != 0; }

 private:
  napi_env env_;
  napi_value values_[8];
  size_t count_;
  Holder* holder_;
};

napi_value toValue(napi_env env, double value) {
  napi_value result;
  return napi_create_double(env, value, &result) == napi_ok ? result : nullptr;
}

/** A method of instances: `perform` takes the instance and the arguments and returns a number. */
template <double (*perform)(Kernels&, const Call&)>
napi_value method(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Kernels* const kernels = call.kernels();
  if (kernels == nullptr) {
    napi_throw_type_error(env, nullptr, "This is no instance of the native kernels.");
    return nullptr;
  }
  try {
    return toValue(env, perform(*kernels, call));
  } catch (const OutOfMemory&) {
    napi_throw_range_error(env, nullptr, "The memory of the kernels cannot grow.");
  } catch (const OutOfBounds& error) {
    napi_throw_range_error(env, nullptr, error.message);
  }
  return nullptr;
}

#define GET(name)                                                               \
  { #name, method<[](Kernels& k, const Call&) -> double { return k.name(); }> }
#define CALL(name, ...)                                                          \
  { #name, method<[](Kernels& k, const Call& c) -> double { return k.name(__VA_ARGS__); }> }
#define TELL(name, ...)                                                          \
  {                                                                              \
    #name, method<[](Kernels& k, const Call& c) -> double {                      \
      (void)c;                                                                   \
      k.name(__VA_ARGS__);                                                       \
      return 0;                                                                  \
    }>                                                                           \
  }

struct Method {
  const char* name;
  napi_callback call;
};

const Method methods[] = {
    TELL(resetArena),
    CALL(allocate, c.number(0)),
    GET(allocationFailed),
    CALL(openNetwork, c.word(0), c.count(1), (float)c.number(2)),
    TELL(openTraining, c.count(0), c.count(1), c.flag(2)),
    GET(coordinatesAddress),
    GET(labelsAddress),
    GET(gradientAddress),
    CALL(momentAddress, c.count(0)),
    TELL(setOptimizer, c.count(0), c.number(1), c.number(2), c.number(3), c.number(4), c.count(5)),
    TELL(clearMoments),
    TELL(setThreads, c.count(0)),
    TELL(beginEpoch, c.word(0), c.word(1), c.number(2)),
    CALL(advance, c.integer(0)),
    GET(tileSamples),
    GET(epochLoss),
    GET(epochGradientNorm),
    GET(epochSteps),
    CALL(layerGradientNorm, c.integer(0)),
    TELL(openFrame, c.count(0), c.flag(1), c.flag(2), c.flag(3), c.flag(4)),
    GET(coefficientsAddress),
    GET(valuesAddress),
    GET(hashesAddress),
    GET(prefixesAddress),
    GET(gradientsAddress),
    TELL(
        setView, c.number(0), c.number(1), c.number(2), c.number(3), c.count(4), c.count(5), c.count(6), c.number(7)),
    GET(openPoints),
    TELL(renderChunk, c.integer(0), c.integer(1), c.integer(2)),
    TELL(firstLayers, c.word(0), c.word(1), c.word(2), c.count(3), c.word(4)),
    TELL(scoreLevels, c.word(0), c.word(1), c.count(2), c.word(3)),
    CALL(
        wordsWithin, c.word(0), c.word(1), c.word(2), c.word(3), c.count(4), c.word(5), c.word(6), c.word(7)),
    {"differentiate", method<[](Kernels& k, const Call&) -> double { return k.differentiate(); }>},
};

const InstructionSet* setNamed(const char* name) {
  int count = 0;
  const InstructionSet* const sets = instructionSets(count);
  for (int index = 0; index < count; index++) {
    if (std::strcmp(sets[index].name, name) == 0 && sets[index].isSupported()) return &sets[index];
  }
  return nullptr;
}

void dropHolder(napi_env, void* data, void*) { delete static_cast<Holder*>(data); }

/** open(memory, set, fused) */
napi_value open(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value values[3];
  char name[16] = "";
  bool isFused = false;
  if (napi_get_cb_info(env, info, &count, values, nullptr, nullptr) != napi_ok || count < 3 ||
      napi_get_value_string_utf8(env, values[1], name, sizeof name, nullptr) != napi_ok ||
      napi_get_value_bool(env, values[2], &isFused) != napi_ok) {
    napi_throw_type_error(env, nullptr, "open takes a memory, the name of a set and whether it fuses.");
    return nullptr;
  }
  const InstructionSet* const set = setNamed(name);
  if (set == nullptr || (isFused && set->fused == nullptr)) {
    napi_throw_range_error(env, nullptr, "This processor has no such instructions.");
    return nullptr;
  }
  auto holder = std::make_unique<Holder>();
  holder->memory.env = env;
  napi_value object;
  if (napi_create_reference(env, values[0], 1, &holder->memory.memory) != napi_ok || !holder->memory.find() ||
      napi_create_object(env, &object) != napi_ok) {
    bool isPending = false;
    napi_is_exception_pending(env, &isPending);
    if (!isPending) napi_throw_type_error(env, nullptr, "open takes a WebAssembly.Memory.");
    return nullptr;
  }
  holder->kernels.reset((isFused ? set->fused : set->strict)(holder->memory));
  napi_set_named_property(env, object, "memory", values[0]);
  for (const Method& each : methods) {
    napi_value function;
    if (napi_create_function(env, each.name, NAPI_AUTO_LENGTH, each.call, nullptr, &function) != napi_ok ||
        napi_set_named_property(env, object, each.name, function) != napi_ok) {
      return nullptr;
    }
  }
  if (napi_wrap(env, object, holder.get(), dropHolder, nullptr, nullptr) != napi_ok) return nullptr;
  holder.release();
  return napi_type_tag_object(env, object, &holderTag) == napi_ok ? object : nullptr;
}

/** evaluateLayer(memory, set, layout, record, slots, coordinates) */
napi_value evaluate(napi_env env, napi_callback_info info) {
  size_t count = 6;
  napi_value values[6], buffer;
  char name[16] = "";
  void* data = nullptr;
  size_t length = 0;
  double numbers[4] = {};
  bool isRead = napi_get_cb_info(env, info, &count, values, nullptr, nullptr) == napi_ok && count == 6 &&
                napi_get_named_property(env, values[0], "buffer", &buffer) == napi_ok &&
                napi_get_arraybuffer_info(env, buffer, &data, &length) == napi_ok &&
                napi_get_value_string_utf8(env, values[1], name, sizeof name, nullptr) == napi_ok;
  for (int index = 0; index < 4 && isRead; index++) {
    isRead = napi_get_value_double(env, values[2 + index], &numbers[index]) == napi_ok && numbers[index] >= 0 &&
             numbers[index] <= 2147483647.0;
  }
  const InstructionSet* const set = isRead ? setNamed(name) : nullptr;
  if (set == nullptr) {
    napi_throw_type_error(env, nullptr, "evaluateLayer takes a memory, the name of a set and four numbers.");
    return nullptr;
  }
  try {
    set->evaluateLayer(
        static_cast<unsigned char*>(data), length, (uint32_t)numbers[0], (uint32_t)numbers[1], (int32_t)numbers[2],
        numbers[3] != 0);
  } catch (const OutOfMemory&) {
    napi_throw_range_error(env, nullptr, "There is no memory for the layer's weights.");
  } catch (const OutOfBounds& error) {
    napi_throw_range_error(env, nullptr, error.message);
  }
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value names, function;
  int count = 0;
  uint32_t found = 0;
  const InstructionSet* const sets = instructionSets(count);
  napi_create_array(env, &names);
  for (int index = 0; index < count; index++) {
    napi_value name;
    if (!sets[index].isSupported()) continue;
    napi_create_string_utf8(env, sets[index].name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, found++, name);
  }
  napi_create_function(env, "open", NAPI_AUTO_LENGTH, open, nullptr, &function);
  napi_set_named_property(env, exports, "sets", names);
  napi_set_named_property(env, exports, "open", function);
  napi_create_function(env, "evaluateLayer", NAPI_AUTO_LENGTH, evaluate, nullptr, &function);
  napi_set_named_property(env, exports, "evaluateLayer", function);
  return exports;
}
