/** One sentence from what the schema found. */
import type { z } from 'zod';
import { SweepError } from './sweep-error.ts';
import { sweepJsonSchema } from './sweep-schema.ts';
import { wandbText } from './wandb-sweep.ts';
import { pathText, type Path, type YamlTree } from './yaml-tree.ts';

type Issue = z.core.$ZodIssue;

/** Longest text that maps the keys of another program, in characters. */
const maxMappingLength = 900;

/** Edits (insertions, deletions, replacements) between two short words: Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column] + 1, current[column - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}

/** The known word nearest to an unknown one, if it is near enough to have been meant. */
export function nearestWord(unknown: string, known: readonly string[]): string | undefined {
  const nearest = known
    .map((word) => ({ word, distance: editDistance(unknown.slice(0, 40), word) }))
    .sort((a, b) => a.distance - b.distance)
    .at(0);
  return nearest !== undefined && nearest.distance <= Math.ceil(nearest.word.length / 3)
    ? nearest.word
    : undefined;
}

function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 40 ? `${json.slice(0, 37)}...` : json;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    data,
  );
}

function isMissing(issue: Issue, data: unknown): boolean {
  return issue.path.length > 0 && valueAt(data, issue.path) === undefined;
}

function isUnknownKey(issue: Issue): boolean {
  return issue.code === 'unrecognized_keys';
}

/** How far a branch of a union is from the data: branches of the wrong type last, then those with wrong or missing keys. */
function branchCost(issues: readonly Issue[], data: unknown): number {
  const isWrongType = issues.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys');
  const misfits = issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + issue.keys.length;
    return sum + (isMissing(issue, data) ? 1 : 0);
  }, 0);
  return (isWrongType ? 1e6 : 0) + 100 * misfits + issues.length;
}

/** The issues of the branch that the data resembles most, in the place of a union's. */
function resolvedIssues(issue: Issue, data: unknown): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const inner = valueAt(data, issue.path);
  const isMap = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  const isMapBranch = (issues: readonly Issue[]) =>
    issues.every(({ path }) => path.length > 0) || issues.some(isUnknownKey);
  const candidates =
    isMap && issue.errors.some(isMapBranch) ? issue.errors.filter(isMapBranch) : issue.errors;
  const best = [...candidates].sort((a, b) => branchCost(a, inner) - branchCost(b, inner))[0];
  return best
    .flatMap((nested) => resolvedIssues(nested, inner))
    .map((nested) => ({ ...nested, path: [...issue.path, ...nested.path] }));
}

/** Keys that the schema knows at a place, from all branches of its unions. */
function knownKeys(path: Path): string[] {
  type Schema = z.core.JSONSchema.BaseSchema;
  const isSchema = (schema: unknown): schema is Schema => typeof schema === 'object' && schema !== null;
  const withBranches = (schema: Schema): Schema[] =>
    [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(isSchema);
  let schemas = withBranches(sweepJsonSchema());
  for (const step of path) {
    schemas = schemas
      .map((schema) => (typeof step === 'number' ? schema.items : schema.properties?.[String(step)]))
      .filter(isSchema)
      .flatMap(withBranches);
  }
  return schemas.flatMap((schema) => Object.keys(schema.properties ?? {}));
}

/** What to write instead of the keys that other programs have for ranges. */
function rangeHint(key: string, path: Path): string | undefined {
  if (path.length !== 2 || path[0] !== 'parameters') return undefined;
  if (key === 'min' || key === 'max') return ', write a range as { from: 10, to: 100, count: 4 }';
  return key === 'distribution'
    ? ', values here are listed or spaced: { from, to, count, spacing: log }'
    : undefined;
}

/** How a bare list or number should be written where a shape is expected; undefined where it is something else. */
function shapeHint(path: Path, value: unknown): string | undefined {
  if (path[0] !== 'parameters' || path[1] !== 'shape') return undefined;
  const isShape =
    typeof value === 'number' || (Array.isArray(value) && value.every((width) => typeof width === 'number'));
  if (!isShape) return undefined;
  return `write shapes in quotes, as in '[${Array.isArray(value) ? value.join(', ') : value}]'`;
}

/** The value that a shape's fault is about: `[30, 30]` is one shape, not a list of two. */
function shapeAt(path: Path, data: unknown): { readonly place: Path; readonly hint: string | undefined } {
  const isInList = typeof path.at(-1) === 'number' && path.at(-2) === 'shape';
  const place = isInList ? path.slice(0, -1) : path;
  const hint = shapeHint(place, valueAt(data, place)) ?? shapeHint(path, valueAt(data, path));
  return { place: hint === undefined ? path : place, hint };
}

function explanation(issue: Issue, data: unknown): { path: Path; text: string } {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0];
    const path = [...issue.path, key];
    const known = knownKeys(issue.path);
    if (known.includes(key)) {
      return { path, text: `${pathText(issue.path)}: '${key}' does not go with the other keys there` };
    }
    const meant = nearestWord(key, known);
    const hint = rangeHint(key, issue.path) ?? (meant === undefined ? '' : `, did you mean '${meant}'?`);
    return { path, text: `unknown key '${key}'${hint}` };
  }
  const { place, hint } = shapeAt(issue.path, data);
  if (hint !== undefined) return { path: place, text: `${pathText(place)}: ${hint}` };
  const where = pathText(issue.path);
  const prefix = where === '' ? '' : `${where}: `;
  if (isMissing(issue, data)) return { path: issue.path, text: `${prefix}is missing` };
  return { path: issue.path, text: `${prefix}${issue.message}, is ${shown(valueAt(data, issue.path))}` };
}

/** The SweepError of the first fault (of all keys at once for a sweep of Weights & Biases): unknown keys before anything else, then in the order of the lines. */
export function sweepErrorFromIssues(issues: readonly Issue[], tree: YamlTree): SweepError {
  const foreign = wandbText(tree.data);
  if (foreign !== null) return new SweepError(foreign, tree.lineOf([]), maxMappingLength);
  const faults = issues
    .flatMap((issue) => resolvedIssues(issue, tree.data))
    .map((issue) => ({ isUnknown: isUnknownKey(issue), ...explanation(issue, tree.data) }))
    .map((fault) => ({ ...fault, line: tree.lineOf(fault.path) }))
    .sort((a, b) => Number(b.isUnknown) - Number(a.isUnknown) || a.line - b.line);
  const first = faults[0];
  return new SweepError(first.text, first.line);
}
