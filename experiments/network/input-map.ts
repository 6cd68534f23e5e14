/** What a network sees in place of a point's x or y: a cycle that is built into the model before any layer. */
import { cosine, sine } from '../random/angles.ts';

/** Kinds of maps. */
export const inputMapKinds = ['fold', 'sine'] as const;

/**
 * One coordinate is replaced before the first layer. With turns t = coordinate / period + phase: 'fold' gives |2 frac(t) - 1|,
 * 'sine' (1 + sin(2 pi (t - 1/4))) / 2; both from 0 to 1. A fold is piecewise affine: what the network draws stays polygons.
 */
export interface InputMap {
  readonly kind: (typeof inputMapKinds)[number];
  readonly axis: 'x' | 'y';
  /** Length of a cycle in sides of the picture, above 0. */
  readonly period: number;
  /** Turns of the cycle at coordinate 0. */
  readonly phase: number;
}

/** The coordinate that the network sees in place of this one, in float64; the same bits on every machine. */
export function mappedCoordinate({ kind, period, phase }: InputMap, coordinate: number): number {
  const turns = coordinate / period + phase;
  const part = turns - Math.floor(turns);
  if (kind === 'fold') return Math.abs(2 * part - 1);
  return (1 + sine(2 * Math.PI * (part - 0.25))) / 2;
}

/** Derivative of the mapped coordinate; on a fold line that of the side behind it. */
export function mappedSlope({ kind, period, phase }: InputMap, coordinate: number): number {
  const turns = coordinate / period + phase;
  const part = turns - Math.floor(turns);
  if (kind === 'fold') return (part < 0.5 ? -2 : 2) / period;
  return (Math.PI * cosine(2 * Math.PI * (part - 0.25))) / period;
}

/** Points float32 [n, 2] as the network sees them; the same array where nothing is mapped. */
export function mappedCoordinates(map: InputMap | undefined, coordinates: Float32Array): Float32Array {
  if (map === undefined) return coordinates;
  const mapped = coordinates.slice();
  for (let at = map.axis === 'x' ? 0 : 1; at < mapped.length; at += 2)
    mapped[at] = mappedCoordinate(map, coordinates[at]);
  return mapped;
}

/** One point as the network sees it, in float64. */
export function mappedPoint(map: InputMap | undefined, x: number, y: number): readonly [number, number] {
  if (map === undefined) return [x, y];
  return map.axis === 'x' ? [mappedCoordinate(map, x), y] : [x, mappedCoordinate(map, y)];
}

/** The network that sees mapped coordinates as they are; the same one where nothing is mapped. */
export function withoutMap<Mapped extends { readonly inputs?: InputMap }>(network: Mapped): Mapped {
  return network.inputs === undefined ? network : { ...network, inputs: undefined };
}

/** What is written for no map. */
const plainInputs = 'plain';

const number = String.raw`(\d{1,6}(?:\.\d{1,12})?(?:\/\d{1,6})?)`;
const written = new RegExp(`^(fold|sine) (?:([xy]) )?${number} ?\\+ ?${number}$`);

/** The map of a text such as 'fold 1/4 + 1/4' (period and phase, of y: 'fold y 1/4 + 0'), null for 'plain', undefined where it is none. */
export function maybeInputMap(text: string): InputMap | null | undefined {
  if (text === plainInputs) return null;
  const match = written.exec(text);
  if (match === null) return undefined;
  const [, kind, axis = 'x', period, phase] = match;
  const map = { kind, axis, period: quotient(period), phase: quotient(phase) } as InputMap;
  return map.period > 0 && Number.isFinite(map.period) && Number.isFinite(map.phase) ? map : undefined;
}

/** A map as `maybeInputMap` reads it. */
export function inputMapText(map: InputMap | undefined): string {
  if (map === undefined) return plainInputs;
  return `${map.kind} ${map.axis} ${map.period} + ${map.phase}`;
}

function quotient(text: string): number {
  const [above, below = '1'] = text.split('/');
  return Number(above) / Number(below);
}
