/** What a cell draws: the choices, what each needs of the lab, and its colour legend. */
import type { ColourMapName, ValueMapName } from '../../experiments/drawing/colour-map.ts';
import type { CallParameters } from '../../electron/contract/contract.ts';

/** What is drawn under the creases. */
export type Ground =
  'prediction' | 'layers' | 'regions' | 'error' | 'slope' | 'direction' | 'density' | 'change';

/** How pictures are coloured. */
export interface PaintStyle {
  readonly ground: Ground;
  /** Creases as lines on top; 'layers' consists of nothing else. */
  readonly creases: boolean;
  readonly map: ValueMapName;
}

/** A ground that people can choose. */
export interface GroundChoice {
  readonly ground: Ground;
  readonly name: string;
  /** What it shows, in one sentence. */
  readonly says: string;
  /** Needs exact polygons, which only a single cell's picture has. */
  readonly isExactOnly?: true;
}

/** The grounds in the order of the menu. */
export const grounds: readonly GroundChoice[] = [
  { ground: 'prediction', name: 'Prediction', says: 'The value of the network at every point.' },
  {
    ground: 'error',
    name: 'Error against truth',
    says: 'Value minus truth: too light is red, too dark is blue.',
  },
  {
    ground: 'layers',
    name: 'Creases by layer',
    says: 'Creases alone, coloured by the layer that makes them.',
  },
  { ground: 'regions', name: 'Regions', says: 'Every activation pattern in a colour of its own.' },
  { ground: 'slope', name: 'Slope', says: 'Length of the gradient, on a logarithmic scale.' },
  {
    ground: 'direction',
    name: 'Slope and direction',
    says: 'Hue tells where the value rises, lightness how steeply.',
  },
  {
    ground: 'density',
    name: 'Region density',
    says: 'Regions to a pixel, for where they are too small to be seen.',
    isExactOnly: true,
  },
  {
    ground: 'change',
    name: 'Hash change',
    says: 'Where the activation pattern differs from the last snapshot.',
  },
];

type Planes = CallParameters<'frame.render'>['planes'];

/** Planes of a frame that a ground needs beside values and boundary. */
export function planesOfGround(ground: Ground): Planes {
  switch (ground) {
    case 'layers':
      return { firstLayers: true };
    case 'regions':
    case 'change':
      return { hashes: true };
    case 'slope':
    case 'direction':
      return { gradient: true };
    default:
      return {};
  }
}

/** Whether previews alone can show a ground; others show the prediction until the exact frame is there. */
export function isPreviewEnough(ground: Ground): boolean {
  return ground === 'prediction' || ground === 'error';
}

/** Slopes at the ends of their colour scale. */
export const slopeRange = { least: 0.1, most: 1000 } as const;

/** Regions per pixel at the ends of their colour scale. */
export const densityRange = { least: 0.001, most: 100 } as const;

/** What the colours mean. */
export interface Legend {
  readonly title: string;
  /** A colour scale, or null where colours only tell apart. */
  readonly map: ColourMapName | null;
  readonly ends: readonly [string, string];
}

/** The legend below the grid. */
export function legendOf({ ground, map }: PaintStyle, outputs: number, hiddenLayers: number | null): Legend {
  switch (ground) {
    case 'prediction':
      return outputs === 3
        ? { title: 'prediction, red green blue', map: null, ends: ['', ''] }
        : { title: 'prediction', map, ends: ['0', '1'] };
    case 'error':
      return { title: 'prediction − truth', map: 'error', ends: ['−1', '+1'] };
    case 'layers':
      return {
        title: 'layer of the crease',
        map: 'layers',
        ends: ['1', hiddenLayers === null ? 'last' : String(hiddenLayers)],
      };
    case 'slope':
      return { title: 'slope', map: 'viridis', ends: ['≤ 0.1', '≥ 1000'] };
    case 'direction':
      return { title: 'hue: where the value rises; light: ≤ 0.1, dark: ≥ 1000', map: null, ends: ['', ''] };
    case 'density':
      return { title: 'regions per pixel', map: 'viridis', ends: ['≤ 0.001', '≥ 100'] };
    case 'regions':
      return { title: 'one colour for each activation pattern', map: null, ends: ['', ''] };
    case 'change':
      return { title: 'coloured: pattern changed since the last snapshot', map: null, ends: ['', ''] };
  }
}
