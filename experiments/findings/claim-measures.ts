/** What claims may be about: measures of records and derived ones, by the words that people write. */
import { citedWords } from '../entries/citation.ts';
import {
  derivedMeasures,
  derivedNames,
  type DerivedName,
  type DerivedValues,
  type MeasureFamily,
} from '../records/derived-measures.ts';
import {
  measured,
  measureNames,
  truthMeasures,
  type MeasureName,
  type SnapshotMetrics,
} from '../records/measures.ts';

/** Name of a measure that claims know. */
export type ClaimMeasure = MeasureName | DerivedName;

/** A snapshot with its derived measures, as far as they were computed. */
export type JudgedSnapshot = SnapshotMetrics & { readonly derived?: DerivedValues | undefined };

/** What claims call a measure. */
export function claimWords(name: ClaimMeasure): string {
  return isDerived(name) ? derivedMeasures[name].cited : citedWords(name);
}

/** Measures by their words in lower case. */
export const measureWords: ReadonlyMap<string, ClaimMeasure> = new Map(
  [...measureNames, ...derivedNames].map((name) => [claimWords(name).toLowerCase(), name]),
);

function isDerived(name: ClaimMeasure): name is DerivedName {
  return Object.hasOwn(derivedMeasures, name);
}

/** Derived measures of functions that are something without a true picture; those of weights are. */
const withoutTruth: readonly ClaimMeasure[] = ['totalVariation', 'dirichlet', 'blackPieces', 'whitePieces'];
const familiesWithTruth: readonly MeasureFamily[] = ['function', 'sample', 'nearest'];

/** Whether a measure is nothing without a true picture. */
export function needsTruth(name: ClaimMeasure): boolean {
  if (!isDerived(name)) return truthMeasures.includes(name);
  return familiesWithTruth.includes(derivedMeasures[name].family) && !withoutTruth.includes(name);
}

/** Measures of reach, bin by bin, and those of the nearest neighbour. */
export const reachMeasures = ['reach0', 'reach1', 'reach2', 'reach3', 'reach4', 'reach5'] as const;
export const nearestMeasures = [
  'nearest0',
  'nearest1',
  'nearest2',
  'nearest3',
  'nearest4',
  'nearest5',
] as const;

/** Whether a measure tells how far black is drawn from its points. */
export function isReach(name: ClaimMeasure): boolean {
  return name === 'reachBeyond' || reachMeasures.some((reach) => reach === name);
}

/** The family that a measure is computed with; null where records hold it. */
export function familyOf(name: ClaimMeasure): MeasureFamily | null {
  return isDerived(name) ? derivedMeasures[name].family : null;
}

/** A snapshot's value of a measure, null where it has none, undefined where it was not computed so far. */
export function judgedValue(name: ClaimMeasure, snapshot: JudgedSnapshot): number | null | undefined {
  return isDerived(name) ? snapshot.derived?.[name] : measured(name, snapshot);
}
