/** Claims from a YAML text, checked against the cells that they are about; every mistake is one line with its line number. */
import type { z } from 'zod';
import { canonicalJson } from '../records/canonical-json.ts';
import { textDigest } from '../records/digests.ts';
import { SweepError } from '../sweeps/sweep-error.ts';
import { nearestWord } from '../sweeps/sweep-issue.ts';
import { mayHaveKey, pathText, yamlTree, type Path, type YamlTree } from '../sweeps/yaml-tree.ts';
import { findingsSchema, keysOfClaim, spikeTimes, type Claim, type ClaimOf } from './claim-schema.ts';
import type { PlacedCell } from './judged-cell.ts';
import { liesIn, type Group } from './seed-table.ts';

/** A claim with the finding that it belongs to. */
export interface AskedClaim {
  readonly finding: string;
  readonly question: string;
  readonly claim: Claim;
  /** SHA-256 (hex) of the claim's canonical JSON as it was written, without defaults. */
  readonly digest: string;
  /** Line in the text, from 1. */
  readonly line: number;
}

/** The claims of a file that holds a `findings:` block alone. Throws SweepError. */
export function parseClaims(text: string): AskedClaim[] {
  return claimsOfTree(yamlTree(text));
}

/** The claims of a sweep file; none where it has no `findings:`, be it a sweep file or not. Throws SweepError. */
export function claimsOfSweep(text: string): AskedClaim[] {
  if (!mayHaveKey(text, 'findings')) return [];
  const tree = yamlTree(text);
  const findings = valueAt(tree.data, ['findings']);
  return findings === undefined ? [] : claimsOfTree({ ...tree, data: { findings } });
}

function claimsOfTree(tree: YamlTree): AskedClaim[] {
  const result = findingsSchema.safeParse(tree.data);
  if (!result.success) throw firstFault(result.error.issues, tree);
  const { findings } = result.data;
  findings.forEach(({ id }, index) => {
    if (findings.findIndex((other) => other.id === id) < index)
      throw new SweepError(
        `findings[${index}].id: ${id} is there twice`,
        tree.lineOf(['findings', index, 'id']),
      );
  });
  return findings.flatMap(({ id, question = '', claims }, index) =>
    claims.map((claim, at) => {
      const path = ['findings', index, 'claims', at];
      checkBounds(claim, path, tree);
      const digest = textDigest(canonicalJson(valueAt(tree.data, path)));
      return { finding: id, question, claim, digest, line: tree.lineOf(path) };
    }),
  );
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    data,
  );
}

function firstFault(issues: readonly z.core.$ZodIssue[], tree: YamlTree): SweepError {
  const faults = issues.map((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const path = unknown === undefined ? issue.path : [...issue.path, unknown];
    return { line: tree.lineOf(path), text: faultText(issue, unknown, tree) };
  });
  const [first] = faults.sort((a, b) => a.line - b.line);
  return new SweepError(first.text, first.line, maxFaultLength);
}

/** Characters of a fault: the names of all measures find room. */
const maxFaultLength = 900;

function faultText(issue: z.core.$ZodIssue, unknown: string | undefined, tree: YamlTree): string {
  const value = valueAt(tree.data, issue.path);
  if (unknown !== undefined) {
    const kind = valueAt(value, ['kind']);
    const known = [['findings'], ['id', 'question', 'claims'], keysOfClaim(kind)];
    const keys = known[issue.path.filter((step) => typeof step === 'number').length] ?? [];
    const meant = nearestWord(unknown, keys);
    return `unknown key '${unknown}'${meant === undefined ? `, keys here are ${keys.join(', ')}` : `, did you mean '${meant}'?`}`;
  }
  const where = pathText(issue.path);
  const prefix = where === '' ? '' : `${where}: `;
  if (value === undefined) return `${prefix}is missing`;
  return `${prefix}${issue.message}${typeof value === 'object' ? '' : `, is ${String(value)}`}`;
}

/** Which keys state a bound, for each kind at most one of them; where the list ends in a star exactly one. */
const boundKeys: Partial<Record<Claim['kind'], readonly string[]>> = {
  difference: ['above', 'below', 'margin'],
  reaches: ['above', 'below', '*'],
  faster: ['ratio above', 'ratio below'],
  rank: ['above', 'below', '*'],
  order: ['above', 'below'],
};

function checkBounds(claim: Claim, path: Path, tree: YamlTree): void {
  checkOneOf(claim, path, boundKeys[claim.kind] ?? [], tree);
  if (claim.kind === 'faster') checkOneOf(claim, path, ['above', 'below', '*'], tree);
  if (claim.kind === 'order') {
    for (const name of ['first', 'then'] as const) checkOrderSide(claim, name, path, tree);
  }
  if (claim.kind === 'within' && claim.low >= claim.high)
    throw new SweepError(`${pathText(path)}: low must be below high`, tree.lineOf([...path, 'low']));
}

function checkOrderSide(claim: ClaimOf<'order'>, name: 'first' | 'then', path: Path, tree: YamlTree): void {
  const side = claim[name];
  if ((typeof side === 'string') !== (claim.events === 'spikes')) {
    const text =
      claim.events === 'spikes'
        ? `with events: spikes one of ${spikeTimes.join(', ')}`
        : 'a map with measure';
    throw new SweepError(`${pathText([...path, name])}: must be ${text}`, tree.lineOf([...path, name]));
  }
  if (typeof side !== 'string') checkOneOf(side, [...path, name], ['above', 'below', '*'], tree);
  else if (claim.first === claim.then)
    throw new SweepError(`${pathText(path)}: first and then are the same`, tree.lineOf(path));
}

function checkOneOf(map: object, path: Path, keys: readonly string[], tree: YamlTree): void {
  const words = keys.filter((key) => key !== '*');
  const given = words.filter((key) => (map as Record<string, unknown>)[key] !== undefined);
  if (given.length > 1) {
    const text = `${pathText(path)}: '${given[0]}' and '${given[1]}' do not go together`;
    throw new SweepError(text, tree.lineOf([...path, given[1]]));
  }
  if (given.length === 0 && keys.length > words.length)
    throw new SweepError(`${pathText(path)}: needs one of ${words.join(', ')}`, tree.lineOf(path));
}

/** Throws SweepError where claims name axes or values that these cells do not have, or where there is one seed only. */
export function checkClaims(claims: readonly AskedClaim[], cells: readonly PlacedCell[]): void {
  for (const { claim, line } of claims) {
    checkGroup(claim.where, cells, line);
    const used = cells.filter((cell) => liesIn(cell, claim.where));
    if (claim.kind === 'difference' || claim.kind === 'faster') {
      checkGroup(claim.a, used, line);
      if (claim.b !== undefined) checkGroup(claim.b, used, line);
      const both = used.find(
        (cell) => liesIn(cell, claim.a) && claim.b !== undefined && liesIn(cell, claim.b),
      );
      if (both !== undefined) throw new SweepError('the groups a and b share cells', line);
    }
    if (claim.kind === 'peak' || claim.kind === 'rank') checkAlong(claim, used, line);
    if (claim.kind !== 'exact' && new Set(used.map(({ seed }) => seed)).size < 2)
      throw new SweepError(
        'nothing is judged from one seed; the cells of this claim have no second one',
        line,
      );
  }
}

function checkGroup(group: Group, cells: readonly PlacedCell[], line: number): void {
  for (const [axis, value] of Object.entries(group)) {
    const values = axisValues(axis, cells, line);
    if (!values.includes(value))
      throw new SweepError(`${axis}: no cell has ${String(value)}, values are ${values.join(', ')}`, line);
  }
  if (!cells.some((cell) => liesIn(cell, group))) throw new SweepError('no cell lies in the group', line);
}

function axisValues(axis: string, cells: readonly PlacedCell[], line: number): Group[string][] {
  const values = new Set(cells.flatMap(({ axes }) => (Object.hasOwn(axes, axis) ? [axes[axis]] : [])));
  if (values.size > 0) return [...values];
  const axes = [...new Set(cells.flatMap((cell) => Object.keys(cell.axes)))];
  throw new SweepError(`${axis}: is no axis of the entry, its axes are ${axes.join(', ')}`, line);
}

function checkAlong(
  { kind, along }: { readonly kind: 'peak' | 'rank'; readonly along: string },
  cells: readonly PlacedCell[],
  line: number,
): void {
  if (kind === 'peak' && along === 'epochs') return;
  const values = axisValues(along, cells, line);
  if (values.some((value) => typeof value !== 'number'))
    throw new SweepError(`along: ${along} has no order, its values are no numbers`, line);
  if (values.length < 3) throw new SweepError(`along: ${along} needs at least three values`, line);
}
