/** What the lab sends of a picture, before any colour: previews and exact frames alike. */
import type { PreviewBlock, RenderedFrame } from '../../electron/contract/frames.ts';

/** Planes of a picture, row by row; see PreviewBlock and RenderedFrame for their layouts. */
export interface RawPicture {
  readonly width: number;
  readonly height: number;
  readonly outputs: number;
  readonly values: Uint8Array | Float32Array;
  /** One bit a pixel without padding between rows, most significant first. */
  readonly boundary: Uint8Array;
  readonly hashes?: Uint32Array;
  readonly firstLayers?: Uint16Array;
  readonly gradient?: Float32Array;
}

/** Snapshot `at` of a block, as views of the block's arrays. */
export function pictureOfBlock(block: PreviewBlock, at: number): RawPicture {
  const { width, height, outputs } = block;
  const valueBytes = width * height * outputs;
  const boundaryBytes = (width * height + 7) >> 3;
  return {
    width,
    height,
    outputs,
    values: block.values.subarray(at * valueBytes, (at + 1) * valueBytes),
    boundary: block.boundary.subarray(at * boundaryBytes, (at + 1) * boundaryBytes),
  };
}

/** The planes of a frame. */
export function pictureOfFrame(frame: RenderedFrame): RawPicture {
  const { width, height, outputs, values, boundary, hashes, firstLayers, gradient } = frame;
  return {
    width,
    height,
    outputs,
    values,
    boundary,
    ...(hashes === undefined ? {} : { hashes }),
    ...(firstLayers === undefined ? {} : { firstLayers }),
    ...(gradient === undefined ? {} : { gradient }),
  };
}

/** Bytes of a picture's planes. */
export function pictureBytes(picture: RawPicture): number {
  const { values, boundary, hashes, firstLayers, gradient } = picture;
  return [values, boundary, hashes, firstLayers, gradient].reduce(
    (sum, plane) => sum + (plane?.byteLength ?? 0),
    0,
  );
}
