// Memory of one instance: a bump allocator that is reset as a whole between uses.

let top: usize = 0;
let failed: bool = false;

/** Gives all memory back; everything allocated before is invalid from here on. */
export function resetArena(): void {
  top = (__heap_base + 63) & ~63;
  failed = false;
}

/** Address of `bytes` fresh bytes, aligned to a cache line, contents undefined; traps when memory cannot grow so far. */
export function allocate(bytes: f64): usize {
  const start = <u64>top;
  const end = (start + <u64>bytes + 63) & ~63;
  const missing = <i64>((end + 65535) >> 16) - <i64>memory.size();
  if (missing > 0 && (end > 0xffff0000 || memory.grow(<i32>missing) < 0)) {
    failed = true;
    unreachable();
  }
  top = <usize>end;
  return <usize>start;
}

/** `allocate`, with the bytes set to zero. */
export function allocateZeros(bytes: f64): usize {
  const start = allocate(bytes);
  memory.fill(start, 0, <usize>bytes);
  return start;
}

/** 1 after a trap that was caused by lack of memory. */
export function allocationFailed(): i32 {
  return failed ? 1 : 0;
}
