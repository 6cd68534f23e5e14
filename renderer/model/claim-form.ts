/** Claims as a form shows them: which fields a kind has, what a new one begins with, what becomes of one of another kind. */
import type { SweepAxis } from '../../electron/contract/entries.ts';
import type { PlainValue } from '../../electron/contract/sweeps.ts';
import type { AxisValue } from '../../experiments/sweeps/cell.ts';
import { claimWords } from '../../experiments/findings/claim-measures.ts';
import type { ClaimKind } from '../../experiments/findings/claim-schema.ts';
import {
  derivedMeasures,
  derivedNames,
  measureFamilies,
} from '../../experiments/records/derived-measures.ts';
import { measureNames } from '../../experiments/records/measures.ts';
import { partOf } from './axis-form.ts';

/** A kind of claim in the form. */
interface FormKind {
  /** What it says of a measure. */
  readonly words: string;
  /** Its fields in their order, of those that not every kind has. */
  readonly fields: readonly ClaimField[];
}

/** A field that only some kinds have. */
export type ClaimField =
  'scale' | 'at' | 'a' | 'b' | 'bound' | 'ratio' | 'range' | 'along' | 'with' | 'axis' | 'equals';

/** Kinds that the form can write; `order` compares two thresholds and is written as YAML. */
export const formKinds: Readonly<Record<Exclude<ClaimKind, 'order'>, FormKind>> = {
  difference: { words: 'differs between two groups', fields: ['a', 'b', 'bound', 'scale', 'at'] },
  peak: { words: 'rises along an axis and falls again', fields: ['along', 'scale', 'at'] },
  within: { words: 'lies between two numbers', fields: ['range', 'scale', 'at'] },
  reaches: { words: 'comes beyond a threshold', fields: ['bound', 'axis'] },
  faster: { words: 'comes beyond it sooner in one group', fields: ['bound', 'a', 'b', 'ratio', 'axis'] },
  rank: { words: 'follows another one along an axis', fields: ['with', 'along', 'bound', 'at'] },
  exact: { words: 'equals a number', fields: ['equals', 'at'] },
};

/** Whether the form can write a kind. */
export function isFormKind(kind: string): kind is keyof typeof formKinds {
  return Object.hasOwn(formKinds, kind);
}

/** All measures by what claims call them: recorded ones first, then family by family. */
export const measureChoices: readonly { readonly group: string; readonly words: readonly string[] }[] = [
  { group: 'recorded', words: measureNames.map(claimWords) },
  ...measureFamilies.map((family) => ({
    group: family,
    words: derivedNames.filter((name) => derivedMeasures[name].family === family).map(claimWords),
  })),
];

/** A claim in a text of claims: its finding and its place there. */
export interface ClaimPlace {
  readonly finding: number;
  readonly claim: number;
}

/** Keys that lead to a claim. */
export function claimPath({ finding, claim }: ClaimPlace): (string | number)[] {
  return ['findings', finding, 'claims', claim];
}

/** Places of all claims of a document, in their order. */
export function claimPlaces(document: PlainValue): ClaimPlace[] {
  const findings = partOf(document, ['findings']);
  if (!Array.isArray(findings)) return [];
  return findings.flatMap((_, finding) => {
    const claims = partOf(document, ['findings', finding, 'claims']);
    return Array.isArray(claims) ? claims.map((__, claim) => ({ finding, claim })) : [];
  });
}

/** Axes that groups can choose on: those with several values, the number of parameters apart. */
export function groupAxes(axes: readonly SweepAxis[]): SweepAxis[] {
  return axes.filter(({ name, values }) => name !== 'parameters' && values.length > 1);
}

/** Axes along which something can rise and fall: numbers, three of them or more. */
export function orderedAxes(axes: readonly SweepAxis[]): SweepAxis[] {
  return axes.filter(({ values }) => values.length > 2 && values.every((value) => typeof value === 'number'));
}

/** What a claim of a kind begins with over these axes; what another one says of the same stays. */
export function claimOfKind(
  kind: keyof typeof formKinds,
  axes: readonly SweepAxis[],
  before: Readonly<Record<string, PlainValue>> = {},
): { [key: string]: PlainValue } {
  // What the claim is limited to already tells no groups apart.
  const axis = groupAxes(axes).find(({ name }) => partOf(before['where'], [name]) === undefined);
  const [first, last] = [axis?.values[0], axis?.values.at(-1)];
  const group = (value: AxisValue | undefined): PlainValue =>
    axis === undefined || value === undefined ? {} : { [axis.name]: value };
  const along = orderedAxes(axes)[0]?.name ?? 'epochs';
  const starts: Readonly<Record<ClaimField, { [key: string]: PlainValue }>> = {
    a: { a: group(first) },
    b: { b: group(last) },
    bound: { above: kind === 'reaches' || kind === 'faster' ? 0.5 : 0 },
    ratio: { 'ratio below': 1 },
    range: { low: 0, high: 1 },
    along: { along },
    with: { with: 'axis' },
    equals: { equals: 0, tolerance: 0 },
    ...{ scale: {}, at: {}, axis: {} },
  };
  const isKept = (key: string): boolean =>
    ['measure', 'where', 'expect', ...formKinds[kind].fields].includes(key) ||
    (formKinds[kind].fields.includes('bound') && (key === 'above' || key === 'below'));
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => isKept(key)));
  const hasBound = 'above' in kept || 'below' in kept;
  const own = formKinds[kind].fields.flatMap((field) =>
    field === 'bound' && hasBound ? [] : Object.entries(starts[field]),
  );
  return { kind, measure: 'true error', ...Object.fromEntries(own), ...kept };
}

/** A finding for a text of claims, with an id that none of these has. */
export function newFinding(taken: readonly string[], axes: readonly SweepAxis[]): PlainValue {
  let number = 1;
  while (taken.includes(`question-${number}`)) number += 1;
  const kind = groupAxes(axes).length > 0 ? 'difference' : 'within';
  return { id: `question-${number}`, claims: [claimOfKind(kind, axes)] };
}
