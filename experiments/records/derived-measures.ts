/**
 * Measures that follow from stored weights, points and picture, a row each. They are no part of records and their chain:
 * they are kept beside them, and can be computed again at any time.
 */
import { flickerMeasures } from './flicker-measures.ts';
import type { Measure } from './measures.ts';

/** Measures that are computed together and kept in one file. */
export type MeasureFamily =
  'function' | 'sample' | 'nearest' | 'curvature' | 'spectrum' | 'geometry' | 'sides' | 'flicker';

/** What is to be known of a derived measure apart from how it is computed (sweeps/derived-measures.ts). */
export interface DerivedMeasure extends Pick<Measure, 'title' | 'says' | 'unit'> {
  /** Its column in the family's file. */
  readonly column: string;
  /** What claims call it. */
  readonly cited: string;
  readonly family: MeasureFamily;
}

/** Bounds of the bins of `reach`, in mean spacings of the training points. */
export const reachBounds = [0, 0.25, 0.5, 1, 1.5, 2, 3] as const;

function reach(bin: number): DerivedMeasure {
  const [from, to] = [reachBounds[bin], reachBounds[bin + 1]];
  return {
    title: `Reach ${from} to ${to}`,
    says: `Share of the truth's black pixels predicted black, ${from} to ${to} mean spacings from the nearest black point.`,
    unit: 'share',
    column: `reach_${bin}`,
    cited: `reach [${from},${to})`,
    family: 'function',
  };
}

/** The same of a model that looks its answer up: it depends on the points alone, so that one row is enough. */
function nearestReach(bin: number): DerivedMeasure {
  const { title, says, unit, cited } = reach(bin);
  return {
    title: `${title} of the nearest`,
    says: `The same of the nearest neighbour. ${says}`,
    unit,
    column: `nearest_${bin}`,
    cited: `nearest ${cited}`,
    family: 'nearest',
  };
}

/** The constants alpha that effective dimensions are told for: always all of them, since the figure depends on it. */
export const effectiveAlphas = [0.01, 1, 50] as const;

function effective(at: number): DerivedMeasure {
  const alpha = effectiveAlphas[at];
  return {
    title: `Effective dimension (${alpha})`,
    says: `Directions of the parameters that the first 512 points pin down by more than ${alpha}; from 0 to the number of points.`,
    unit: 'count',
    column: `n_eff_${at}`,
    cited: `N_eff(${alpha})`,
    family: 'spectrum',
  };
}

/** Radii of local complexity, in sides of the picture. */
export const localRadii = [0.005, 0.02] as const;

function local(at: number, where: 'points' | 'random' | 'boundary', words: string): DerivedMeasure {
  const radius = localRadii[at];
  return {
    title: `Local complexity at ${where} (${radius})`,
    says: `Creases that pass within ${radius} of a place, mean over ${words}.`,
    unit: 'count',
    column: `local_${where}_${at}`,
    cited: `local complexity at ${where} (${radius})`,
    family: 'geometry',
  };
}

const trainingWords = '512 training points';
const randomWords = '512 random points';
const boundaryWords = "512 points of the truth's boundary";

function sides(at: number, title: string): DerivedMeasure {
  return {
    title,
    says: `Share of ${title.toLowerCase()} among the regions that do not touch the border.`,
    unit: 'share',
    column: `sides_${at + 3}`,
    cited: title.toLowerCase(),
    family: 'sides',
  };
}

function ofSample(title: string, column: string, what: string, where: string): DerivedMeasure {
  return {
    title,
    says: `${what} over the part of the preview ${where}; undefined without a sample.`,
    unit: what === 'Class error' ? 'share' : 'squared error',
    column,
    cited: title.charAt(0).toLowerCase() + title.slice(1),
    family: 'sample',
  };
}

const rows = {
  clippedError: {
    title: 'Clipped error',
    says: 'Mean squared error against the true picture of values clipped to 0 to 1, over the preview.',
    unit: 'squared error',
    column: 'clipped_error',
    cited: 'clipped error',
    family: 'function',
  },
  classError: {
    title: 'Class error',
    says: 'Share of the preview with another class than the true picture.',
    unit: 'share',
    column: 'class_error',
    cited: 'class error',
    family: 'function',
  },
  totalVariation: {
    title: 'Total variation',
    says: 'Mean length of the gradient over the preview, per side of the picture.',
    unit: 'norm',
    column: 'total_variation',
    cited: 'total variation',
    family: 'function',
  },
  dirichlet: {
    title: 'Dirichlet energy',
    says: 'Mean squared length of the gradient over the preview.',
    unit: 'norm',
    column: 'dirichlet',
    cited: 'Dirichlet',
    family: 'function',
  },
  blackPieces: {
    title: 'Pieces',
    says: 'Connected pieces of the predicted black.',
    unit: 'count',
    column: 'black_pieces',
    cited: 'pieces',
    family: 'function',
  },
  whitePieces: {
    title: 'White pieces',
    says: 'Connected pieces of the predicted white.',
    unit: 'count',
    column: 'white_pieces',
    cited: 'white pieces',
    family: 'function',
  },
  noiseFitted: {
    title: 'Noise fitted',
    says: 'Share of the training points with a wrong label that are predicted as labelled.',
    unit: 'share',
    column: 'noise_fitted',
    cited: 'noise fitted',
    family: 'function',
  },
  noiseFootprint: {
    title: 'Noise footprint',
    says: 'Wrong share of the area that is nearest to a point with a wrong label, mean over such points.',
    unit: 'share',
    column: 'noise_footprint',
    cited: 'noise footprint',
    family: 'function',
  },
  cleanFootprint: {
    title: 'Clean footprint',
    says: 'Wrong share of the area that is nearest to a point with a right label, mean over such points.',
    unit: 'share',
    column: 'clean_footprint',
    cited: 'clean footprint',
    family: 'function',
  },
  island: {
    title: 'Island',
    says: "Area of the piece that holds a fitted wrong point over that point's nearest area, median over such points.",
    unit: 'norm',
    column: 'island',
    cited: 'island',
    family: 'function',
  },
  reach0: reach(0),
  reach1: reach(1),
  reach2: reach(2),
  reach3: reach(3),
  reach4: reach(4),
  reach5: reach(5),
  reachBeyond: {
    title: 'Reach beyond',
    says: 'Reach from 1 to 1.5 mean spacings, less that of the nearest neighbour.',
    unit: 'share',
    column: 'reach_beyond',
    cited: 'reach 1+',
    family: 'function',
  },
  classErrorSeen: ofSample(
    'Class error seen',
    'class_error_seen',
    'Class error',
    'where training points may lie',
  ),
  classErrorUnseen: ofSample('Class error unseen', 'class_error_unseen', 'Class error', 'where none may lie'),
  clippedErrorSeen: ofSample(
    'Clipped error seen',
    'clipped_error_seen',
    'Clipped error',
    'where training points may lie',
  ),
  clippedErrorUnseen: ofSample(
    'Clipped error unseen',
    'clipped_error_unseen',
    'Clipped error',
    'where none may lie',
  ),
  nearest0: nearestReach(0),
  nearest1: nearestReach(1),
  nearest2: nearestReach(2),
  nearest3: nearestReach(3),
  nearest4: nearestReach(4),
  nearest5: nearestReach(5),
  curvature: {
    title: 'Curvature',
    says: 'Trace of the Gauss-Newton matrix of the mean squared error on the training points.',
    unit: 'norm',
    column: 'curvature',
    cited: 'curvature',
    family: 'curvature',
  },
  sharpness: {
    title: 'Sharpness',
    says: 'Largest eigenvalue of the Gauss-Newton matrix of the mean squared error on the first 512 training points.',
    unit: 'norm',
    column: 'sharpness',
    cited: 'sharpness',
    family: 'spectrum',
  },
  effective0: effective(0),
  effective1: effective(1),
  effective2: effective(2),
  gradientRatio: {
    title: 'Gradient ratio',
    says: 'Root mean squared length of the gradient at 512 random points, over that at training points.',
    unit: 'norm',
    column: 'gradient_ratio',
    cited: 'gradient ratio',
    family: 'geometry',
  },
  pathNorm: {
    title: 'Path norm',
    says: 'Root of the sum over all paths of the product of their squared weights.',
    unit: 'norm',
    column: 'path_norm',
    cited: 'path norm',
    family: 'geometry',
  },
  localPoints0: local(0, 'points', trainingWords),
  localRandom0: local(0, 'random', randomWords),
  localBoundary0: local(0, 'boundary', boundaryWords),
  localPoints1: local(1, 'points', trainingWords),
  localRandom1: local(1, 'random', randomWords),
  localBoundary1: local(1, 'boundary', boundaryWords),
  concentration: {
    title: 'Concentration',
    says: "Creases near the truth's boundary over creases near random points, within 0.005.",
    unit: 'norm',
    column: 'concentration',
    cited: 'concentration',
    family: 'geometry',
  },
  triangles: sides(0, 'Triangles'),
  quadrilaterals: sides(1, 'Quadrilaterals'),
  pentagons: sides(2, 'Pentagons'),
  hexagons: sides(3, 'Hexagons'),
  heptagons: sides(4, 'Heptagons'),
  ...flickerMeasures,
} satisfies Readonly<Record<string, DerivedMeasure>>;

/** Name of a derived measure. */
export type DerivedName = keyof typeof rows;

/** All derived measures by name, in the order of their columns. */
export const derivedMeasures: Readonly<Record<DerivedName, DerivedMeasure>> = rows;

/** Names of the derived measures, in the order of their columns. */
export const derivedNames = Object.keys(rows) as DerivedName[];

/** All families, the quickest first. */
export const measureFamilies: readonly MeasureFamily[] = [
  'function',
  'sample',
  'nearest',
  'curvature',
  'spectrum',
  'geometry',
  'sides',
  'flicker',
];

/** Families of which a cell has one row, that of its last snapshot. */
export const singleFamilies: readonly MeasureFamily[] = ['nearest', 'flicker'];

/** Families that cost next to nothing beside the training of a snapshot. */
export const quickFamilies: readonly MeasureFamily[] = ['function', 'curvature'];

/** Names of a family's measures, in the order of its columns. */
export function namesOfFamily(family: MeasureFamily): DerivedName[] {
  return derivedNames.filter((name) => derivedMeasures[name].family === family);
}

/** Values of derived measures at one snapshot, null where one is undefined; what was not computed is missing. */
export type DerivedValues = Readonly<Partial<Record<DerivedName, number | null>>>;
