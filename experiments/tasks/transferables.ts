/** Buffers that a message hands over instead of copying them. */

/** The buffers of an object's arrays. */
export function transferablesOf(value: object): ArrayBuffer[] {
  const buffers = Object.values(value).flatMap((field: unknown) =>
    ArrayBuffer.isView(field) && field.buffer instanceof ArrayBuffer ? [field.buffer] : [],
  );
  return [...new Set(buffers)];
}
