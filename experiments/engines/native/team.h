// Threads that share the tiles of a batch. Declared here without any header of the standard library, whose inline functions
// a linker may take from a source that is compiled for instructions which other processors lack.
#pragma once

namespace creasebook {

/** Helpers of one thread, and the order in which all of them go through the layers. One group of tiles at a time. */
class Team {
 public:
  Team() = default;
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  /** The next group begins with the tile `first`, for which it is each layer's turn; `layers` of them. */
  void begin(int first, int layers);
  /** The next tile that nobody has taken. */
  int take();
  /** Waits until it is the turn of a tile at a layer. */
  void await(int layer, int tile);
  /** The turn at a layer goes to the next tile. */
  void pass(int layer);
  /**
   * Runs `work(context, thread)` in this thread, which is 0, and in up to `threads - 1` others at once, and returns when
   * all have come back. Where the system gives no threads there are fewer of them.
   */
  void run(int threads, void (*work)(void*, int), void* context);

 private:
  struct Parts;
  Parts* parts_ = nullptr;
};

}  // namespace creasebook
