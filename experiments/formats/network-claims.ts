/** What the metadata of a file of weights say of its network: taken at their word, or refused. */
import { maybeInputMap, type InputMap } from '../network/input-map.ts';
import type { OutputActivation } from '../network/shape.ts';
import { ImportError } from './import-error.ts';
import { quoted } from './imported-network.ts';

/** What a file says of its network besides weights. */
export interface NetworkClaims {
  /** Slope for z <= 0, or null where nothing tells it. */
  readonly slope: number | null;
  readonly output: OutputActivation;
  /** What it sees in place of a coordinate; missing where nothing tells of it. */
  readonly inputs?: InputMap;
}

/** What a claim is about, by its key in lower-case letters alone. */
const subjects: Readonly<Record<string, 'activation' | 'slope' | 'output' | 'domain' | 'inputs'>> = {
  activation: 'activation',
  activations: 'activation',
  activationfunction: 'activation',
  activationfn: 'activation',
  act: 'activation',
  actfn: 'activation',
  hiddenactivation: 'activation',
  nonlinearity: 'activation',
  negativeslope: 'slope',
  slope: 'slope',
  leak: 'slope',
  leakyslope: 'slope',
  leakyreluslope: 'slope',
  reluslope: 'slope',
  alpha: 'slope',
  output: 'output',
  outputactivation: 'output',
  outputfunction: 'output',
  outactivation: 'output',
  finalactivation: 'output',
  lastactivation: 'output',
  outputnonlinearity: 'output',
  domain: 'domain',
  inputdomain: 'domain',
  inputrange: 'domain',
  inputmap: 'inputs',
};

/**
 * The claims of metadata, also of JSON inside of them. Throws ImportError where a claim cannot be read, is of a network
 * that cannot be computed, or contradicts another one.
 */
export function parseClaims(metadata: Readonly<Record<string, string>>): NetworkClaims {
  const found: { slope: number | null; output: OutputActivation | null; inputs: string | null } = {
    slope: null,
    output: null,
    inputs: null,
  };
  for (const [key, value] of claimsIn(metadata)) {
    const subject = subjectOf(key);
    if (subject === 'domain') checkDomain(key, value);
    if (subject === 'activation')
      found.slope = agreed(key, value, found.slope, slopeOfActivation(key, value));
    if (subject === 'slope') found.slope = agreed(key, value, found.slope, parseSlope(key, value));
    if (subject === 'inputs') found.inputs = agreed(key, value, found.inputs, checkedInputs(key, value));
    if (subject === 'output') found.output = agreed(key, value, found.output, parseOutput(key, value));
  }
  const inputs = found.inputs === null ? null : maybeInputMap(found.inputs);
  return {
    slope: found.slope,
    output: found.output ?? 'affine',
    ...(inputs === null || inputs === undefined ? {} : { inputs }),
  };
}

function subjectOf(key: string): string | undefined {
  const letters = key.toLowerCase().replace(/[^a-z]/g, '');
  return Object.hasOwn(subjects, letters) ? subjects[letters] : undefined;
}

/** All entries, those of JSON objects among the values too; a claim about activations first, so that messages blame the rest. */
function claimsIn(metadata: Readonly<Record<string, string>>): [string, string][] {
  const entries = Object.entries(metadata).flatMap(([key, value]): [string, string][] => {
    const inner = value.trimStart().startsWith('{') ? maybeObject(value) : null;
    if (inner === null) return [[key, value]];
    const plain = Object.entries(inner).filter(([, part]) =>
      ['string', 'number', 'boolean'].includes(typeof part),
    );
    return [[key, value], ...plain.map(([name, part]): [string, string] => [name, String(part)])];
  });
  return entries.filter(([key]) => subjectOf(key) !== undefined);
}

function maybeObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function agreed<Value>(key: string, text: string, before: Value | null, now: Value | null): Value | null {
  if (before !== null && now !== null && before !== now) {
    throw new ImportError(`${key} ${quoted(text)} contradicts another claim of the metadata`);
  }
  return now ?? before;
}

/** Slope of an activation, as PyTorch and Keras write it: 0 for ReLU, null for a leaky one without its slope. */
function slopeOfActivation(key: string, value: string): number | null {
  const match = /^(?:[\w.]*\.)?(relu|leaky_?relu)\s*(?:\(([^)]*)\))?$/i.exec(value.trim());
  if (match === null) {
    throw new ImportError(`${key} ${quoted(value)} cannot be read, only relu and leaky_relu`);
  }
  if (match[1].toLowerCase() === 'relu') return 0;
  const slope = /^(?:(?:negative_slope|alpha)\s*=\s*)?([\d.e+-]+)/i.exec((match.at(2) ?? '').trim());
  return slope === null ? null : parseSlope(key, slope[1]);
}

function parseSlope(key: string, text: string): number {
  const slope = Number(text);
  if (text.trim() !== '' && slope >= 0 && slope < 1) return slope;
  throw new ImportError(`${key} ${quoted(text)} is not a number from 0 to less than 1`);
}

function parseOutput(key: string, value: string): OutputActivation {
  const name = value
    .trim()
    .toLowerCase()
    .replace(/^(?:torch\.)?nn\.(?:functional\.)?|\(\)$/g, '');
  if (name === 'sigmoid') return 'sigmoid';
  if (['affine', 'linear', 'identity', 'none', ''].includes(name)) return 'affine';
  throw new ImportError(`${key} ${quoted(value)} cannot be computed, only affine and sigmoid`);
}

function checkedInputs(key: string, value: string): string {
  if (maybeInputMap(value) !== undefined) return value;
  throw new ImportError(`${key} ${quoted(value)} cannot be read, only 'fold x 0.25 + 0.25' and its like`);
}

function checkDomain(key: string, value: string): void {
  const plain = value
    .replace(/\s/g, '')
    .replace(/\*\*|\^/, '^')
    .replace('²', '^2');
  if (/^\[0(?:\.0*)?,1(?:\.0*)?\](?:\^2|[x×]\[0(?:\.0*)?,1(?:\.0*)?\])?$/.test(plain)) return;
  throw new ImportError(`${key} ${quoted(value)} cannot be read, points here lie in [0,1]^2`);
}
