// Threads that share the tiles of a batch: see team.h.
#include "team.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace creasebook {

namespace {

/** A counter in a cache line of its own. */
struct alignas(64) Counter {
  std::atomic<int> value{0};
};

/** Looks at a counter so often before others get the processor: some microseconds. */
constexpr int looks = 2000;

}  // namespace

struct Team::Parts {
  Counter next;
  std::vector<Counter> turns;

  std::vector<std::thread> helpers;
  std::mutex mutex;
  std::condition_variable begun, left;
  /** What is open to helpers, and its number; `places` are left for them, `active` of them are at it. */
  void (*work)(void*, int) = nullptr;
  void* context = nullptr;
  int places = 0, active = 0;
  bool isOver = false;

  void help() {
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
      begun.wait(lock, [this] { return isOver || places > 0; });
      if (isOver) return;
      const int thread = places--;
      active++;
      void (*const mine)(void*, int) = work;
      void* const with = context;
      lock.unlock();
      mine(with, thread);
      lock.lock();
      if (--active == 0) left.notify_all();
    }
  }
};

Team::~Team() {
  if (parts_ == nullptr) return;
  {
    const std::lock_guard<std::mutex> lock(parts_->mutex);
    parts_->isOver = true;
  }
  parts_->begun.notify_all();
  for (std::thread& helper : parts_->helpers) helper.join();
  delete parts_;
}

void Team::begin(int first, int layers) {
  if (parts_ == nullptr) parts_ = new Parts;
  if ((int)parts_->turns.size() < layers) parts_->turns = std::vector<Counter>(layers);
  parts_->next.value.store(first, std::memory_order_relaxed);
  for (int layer = 0; layer < layers; layer++) parts_->turns[layer].value.store(first, std::memory_order_relaxed);
}

int Team::take() { return parts_->next.value.fetch_add(1, std::memory_order_relaxed); }

void Team::await(int layer, int tile) {
  const std::atomic<int>& turn = parts_->turns[layer].value;
  for (int look = 0; turn.load(std::memory_order_acquire) != tile; look++) {
    if (look >= looks) std::this_thread::yield();
  }
}

void Team::pass(int layer) { parts_->turns[layer].value.fetch_add(1, std::memory_order_release); }

void Team::run(int threads, void (*work)(void*, int), void* context) {
  Parts& parts = *parts_;
  try {
    while ((int)parts.helpers.size() < threads - 1) parts.helpers.emplace_back([&parts] { parts.help(); });
  } catch (const std::system_error&) {
    // Those that there are do the work.
  }
  {
    const std::lock_guard<std::mutex> lock(parts.mutex);
    parts.work = work;
    parts.context = context;
    parts.places = threads - 1;
  }
  parts.begun.notify_all();
  work(context, 0);
  std::unique_lock<std::mutex> lock(parts.mutex);
  // A helper that comes late finds no place, and nothing of this group.
  parts.places = 0;
  parts.left.wait(lock, [&parts] { return parts.active == 0; });
}

}  // namespace creasebook
