/** Own points inside the PNG file of their picture, in a chunk that other programs pass over. */
import { floatBytes, floatsFromBytes } from './float-bytes.ts';
import type { OwnPoints, Picture } from './picture.ts';
import { damagedPng } from './png-chunks.ts';

/** Private, and of no meaning beside other pixels (PNG, 5.4): what edits the picture must leave it out. */
export const pointsChunk = 'crPT';

const headBytes = 8;

/** Most points of a file. */
export const maxOwnPoints = 1_000_000;

/** u32 number of points, u8 labels a point, u8 1 where the picture is the truth, u16 0; coordinates, labels, remarks as UTF-8 lines. */
export function pointsContent({ coordinates, labels, hasTruth, remarks }: OwnPoints): Uint8Array {
  const count = coordinates.length / 2;
  const head = new Uint8Array(headBytes);
  new DataView(head.buffer).setUint32(0, count, true);
  head.set([labels.length / count, hasTruth ? 1 : 0], 4);
  const parts = [
    head,
    floatBytes(coordinates),
    floatBytes(labels),
    new TextEncoder().encode(remarks.join('\n')),
  ];
  const content = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    content.set(part, at);
    at += part.length;
  }
  return content;
}

/** The points of a chunk. Throws TargetError where they are damaged or not of the picture's kind. */
export function pointsFromContent(content: Uint8Array, channels: Picture['channels']): OwnPoints {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const count = content.length < headBytes ? 0 : view.getUint32(0, true);
  const end = headBytes + 4 * count * (2 + channels);
  if (
    count < 1 ||
    count > maxOwnPoints ||
    end > content.length ||
    content[4] !== channels ||
    content[5] > 1
  ) {
    throw damagedPng('its points are incomplete');
  }
  const coordinates = floatsFromBytes(content, headBytes, 2 * count);
  const labels = floatsFromBytes(content, headBytes + 8 * count, channels * count);
  const isInside = (value: number): boolean => value >= 0 && value <= 1;
  if (!coordinates.every(isInside) || !labels.every(isInside))
    throw damagedPng('its points lie outside of the square');
  const text = new TextDecoder().decode(content.subarray(end));
  return {
    coordinates,
    labels,
    hasTruth: content[5] === 1,
    remarks: text === '' ? [] : text.split('\n'),
  };
}
