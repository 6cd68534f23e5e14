// The first layer at which neighbouring pixels part, from prefix hashes of two rows.
import { layerCount } from './network';

const noLayer: u16 = 0xffff;

/**
 * target uint16 [width]: the first layer whose prefix at (row, column) differs from that of the right or the lower
 * neighbour. `row` and `below` uint32 [width, 2] are layer 0's prefixes, those of layer l lie `step` * l bytes later;
 * `below` = 0 where there is no lower row.
 */
export function firstLayers(row: usize, below: usize, step: usize, width: i32, target: usize): void {
  for (let column = 0; column < width; column++) {
    let found = noLayer;
    let here = row + ((<usize>column) << 3);
    let lower = below + ((<usize>column) << 3);
    for (let index = 0; index < layerCount - 1; index++) {
      const hash = load<u64>(here);
      if ((column + 1 < width && load<u64>(here, 8) != hash) || (below && load<u64>(lower) != hash)) {
        found = <u16>index;
        break;
      }
      here += step;
      lower += step;
    }
    store<u16>(target + ((<usize>column) << 1), found);
  }
}
