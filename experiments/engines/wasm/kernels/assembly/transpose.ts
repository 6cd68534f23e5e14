// Transposition of a float32 matrix, four by four.

@inline
function transposeBlock(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + fromRow);
  const c = v128.load(from + 2 * fromRow);
  const d = v128.load(from + 3 * fromRow);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab0, cd0, 0, 2));
  v128.store(to + toRow, v128.shuffle<i64>(ab0, cd0, 1, 3));
  v128.store(to + 2 * toRow, v128.shuffle<i64>(ab1, cd1, 0, 2));
  v128.store(to + 3 * toRow, v128.shuffle<i64>(ab1, cd1, 1, 3));
}

/** target [columns, rows] = source [rows, columns] transposed. */
export function transpose(source: usize, target: usize, rows: i32, columns: i32): void {
  const fromRow = (<usize>columns) << 2;
  const toRow = (<usize>rows) << 2;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let from = source + fromRow * row;
    let to = target + ((<usize>row) << 2);
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      transposeBlock(from, fromRow, to, toRow);
      from += 16;
      to += 4 * toRow;
    }
    for (; column < columns; column++) {
      store<f32>(to, load<f32>(from));
      store<f32>(to, load<f32>(from + fromRow), 4);
      store<f32>(to, load<f32>(from + 2 * fromRow), 8);
      store<f32>(to, load<f32>(from + 3 * fromRow), 12);
      from += 4;
      to += toRow;
    }
  }
  for (; row < rows; row++) {
    let from = source + fromRow * row;
    let to = target + ((<usize>row) << 2);
    for (let column = 0; column < columns; column++) {
      store<f32>(to, load<f32>(from));
      from += 4;
      to += toRow;
    }
  }
}
