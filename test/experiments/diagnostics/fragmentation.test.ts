import { describe, expect, it } from 'vitest';
import { fragmentation } from '../../../experiments/diagnostics/fragmentation.ts';

/** Values of a drawing: # is black. */
function drawing(...rows: string[]) {
  const values = Float32Array.from(rows.join(''), (mark) => (mark === '#' ? 0.2 : 0.5));
  return [values, rows[0].length, rows.length] as const;
}

describe('fragmentation', () => {
  it('finds one black and two white pieces in a ring', () => {
    const size = 64;
    const values = Float32Array.from({ length: size * size }, (_, at) => {
      const radius = Math.hypot((at % size) + 0.5 - size / 2, Math.floor(at / size) + 0.5 - size / 2);
      return radius > 14 && radius < 17 ? 0 : 1;
    });
    expect(fragmentation(values, size, size)).toEqual({ black: 1, white: 2 });
  });

  it('joins black pixels across corners in both directions, white ones not', () => {
    expect(fragmentation(...drawing('#.', '.#'))).toEqual({ black: 1, white: 2 });
    expect(fragmentation(...drawing('.#', '#.'))).toEqual({ black: 1, white: 2 });
  });

  it('joins pieces that meet late', () => {
    expect(fragmentation(...drawing('#.#.#', '#.#.#', '#####', '.....', '#.#..'))).toEqual({
      black: 3,
      white: 3,
    });
  });

  it('does not join the end of a row with the start of the next', () => {
    expect(fragmentation(...drawing('..##', '....', '#...'))).toEqual({ black: 2, white: 1 });
    expect(fragmentation(...drawing('.###', '###.'))).toEqual({ black: 1, white: 2 });
  });

  it('counts a picture of one colour as one piece', () => {
    expect(fragmentation(...drawing('##', '##'))).toEqual({ black: 1, white: 0 });
    expect(fragmentation(...drawing('.'))).toEqual({ black: 0, white: 1 });
  });

  it('agrees with a flood fill on random pictures', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const width = 13 + (seed % 3);
      const height = 11;
      let state = seed;
      const values = Float32Array.from({ length: width * height }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 4294967296;
      });
      expect(fragmentation(values, width, height), `seed ${seed}`).toEqual(floodFill(values, width, height));
    }
  });
});

function floodFill(values: Float32Array, width: number, height: number) {
  const seen = new Set<number>();
  const counts = { black: 0, white: 0 };
  for (let start = 0; start < values.length; start++) {
    if (seen.has(start)) continue;
    const black = values[start] < 0.5;
    counts[black ? 'black' : 'white']++;
    const open = [start];
    seen.add(start);
    while (open.length > 0) {
      const at = open.pop()!;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const column = (at % width) + dx;
          const row = Math.floor(at / width) + dy;
          const next = row * width + column;
          if (column < 0 || column >= width || row < 0 || row >= height || seen.has(next)) continue;
          if ((!black && dx !== 0 && dy !== 0) || values[next] < 0.5 !== black) continue;
          seen.add(next);
          open.push(next);
        }
      }
    }
  }
  return counts;
}
