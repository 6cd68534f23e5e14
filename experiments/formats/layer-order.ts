/** The order of a network's layers: what their shapes decide, then what their names prove, and nothing else. */
import { inputCount } from '../network/shape.ts';
import { ImportError } from './import-error.ts';
import { quoted, type LayerExtents } from './imported-network.ts';

const maxOutputs = 3;
/** Steps of the search for orders; usual files need a few thousand at most. */
const maxSteps = 200_000;

/**
 * Layers in the order in which they follow each other. Where shapes leave one order only it is that one; else names must
 * prove which: by numbers (`layers.0`, `fc2`, `hidden_two`; `dense` comes before `dense_1`) and by words for a network's
 * two ends (`input`, `output`). Throws ImportError with two names where neither decides. Layers that follow each other
 * in no order at all come back sorted by their names. An order that a person gives, by the layers' names, is kept to.
 */
export function orderedLayers<Layer extends LayerExtents>(
  layers: readonly Layer[],
  given: readonly string[] | null = null,
): Layer[] {
  if (given !== null) return layersAsGiven(layers, given);
  const byShape = findOrders(layers, () => 0);
  if (byShape.orders.length === 1 && byShape.isComplete) return byShape.orders[0];
  const byName = findOrders(layers, (a, b) => compareNames(a.name, b.name));
  if (byName.orders.length === 1 && byName.isComplete) return byName.orders[0];
  if (byShape.orders.length === 0 && byShape.isComplete) return sortedByName(layers);
  const [first, second] = byName.orders.length > 1 ? byName.orders : byShape.orders;
  const at = first?.findIndex((layer, place) => layer !== second?.[place]) ?? -1;
  const pair = at === -1 || second === undefined ? layers : [first[at], second[at]];
  throw new ImportError(
    `neither shapes nor names tell whether layer ${quoted(pair[0].name)} or ${quoted(pair[1].name)} comes first; give the order of ${layers.map(({ name }) => quoted(name)).join(', ')}, or number the names, as in layers.0 and layers.1`,
  );
}

/** Layers in an order that names each of them once. Throws ImportError where it does not. */
function layersAsGiven<Layer extends LayerExtents>(
  layers: readonly Layer[],
  given: readonly string[],
): Layer[] {
  const found = given.map((wanted) => layers.find(({ name }) => name === wanted));
  const isWhole = new Set(found).size === layers.length && given.length === layers.length;
  if (isWhole && found.every((layer) => layer !== undefined)) return found;
  const names = layers.map(({ name }) => quoted(name)).join(', ');
  throw new ImportError(`the order has to name each layer once; the layers are ${names}`);
}

interface FoundOrders<Layer> {
  /** At most two. */
  readonly orders: Layer[][];
  /** Whether there are no others unless there are two. */
  readonly isComplete: boolean;
}

/** Orders in which every layer takes what the one before gives, and none comes before one that `compare` puts first. */
function findOrders<Layer extends LayerExtents>(
  layers: readonly Layer[],
  compare: (a: Layer, b: Layer) => number,
): FoundOrders<Layer> {
  const orders: Layer[][] = [];
  const before = layers.map((layer) =>
    layers.flatMap((other, at) => (compare(other, layer) < 0 ? [at] : [])),
  );
  const isPlaced = layers.map(() => false);
  const order: Layer[] = [];
  let steps = 0;
  const extend = (width: number): void => {
    if (order.length === layers.length) {
      if (width <= maxOutputs) orders.push([...order]);
      return;
    }
    for (let at = 0; at < layers.length && orders.length < 2 && steps < maxSteps; at++) {
      steps++;
      const { shape } = layers[at].weight;
      if (isPlaced[at] || shape.length !== 2 || shape[1] !== width) continue;
      if (!before[at].every((earlier) => isPlaced[earlier])) continue;
      isPlaced[at] = true;
      order.push(layers[at]);
      extend(shape[0]);
      order.pop();
      isPlaced[at] = false;
    }
  };
  extend(inputCount);
  return { orders, isComplete: orders.length === 2 || steps < maxSteps };
}

function sortedByName<Layer extends LayerExtents>(layers: readonly Layer[]): Layer[] {
  const rank = ({ name }: Layer) => name.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
  return [...layers].sort((a, b) => compareNames(a.name, b.name) || (rank(a) < rank(b) ? -1 : 1));
}

interface Word {
  readonly text: string;
  readonly number: number | null;
}

const numberWords: readonly (readonly string[])[] = [
  ['zero'],
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['four', 'fourth'],
  ['five', 'fifth'],
  ['six', 'sixth'],
  ['seven', 'seventh'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['ten', 'tenth'],
];
const startWords = new Set([
  'in',
  'inp',
  'input',
  'inputs',
  'first',
  'stem',
  'embed',
  'embedding',
  'encoder',
  'enc',
]);
const endWords = new Set([
  'out',
  'output',
  'outputs',
  'last',
  'final',
  'head',
  'logits',
  'readout',
  'decoder',
  'dec',
]);

/** The words of a name: runs of letters, humps of camels apart, and numbers. */
function wordsOf(name: string): Word[] {
  const parts = name.replace(/([a-z])([A-Z])/g, '$1 $2').match(/\d{1,9}|\p{L}+/gu) ?? [];
  return parts.map((part) => {
    const text = part.toLowerCase();
    if (/^\d/.test(text)) return { text, number: Number(text) };
    const number = numberWords.findIndex((words) => words.includes(text));
    return { text, number: number === -1 ? null : number };
  });
}

/** Which end of a network words name: -1 its start, 1 its end, 0 neither. */
function endOf(words: readonly Word[]): number {
  const isStart = words.some(({ text }) => startWords.has(text));
  const isEnd = words.some(({ text }) => endWords.has(text));
  return Number(isEnd) - Number(isStart);
}

/** Negative where names prove that `a` comes first, positive where `b` does, 0 where they prove nothing. */
function compareNames(a: string, b: string): number {
  const left = wordsOf(a);
  const right = wordsOf(b);
  let at = 0;
  while (at < left.length && at < right.length && left[at].text === right[at].text) at++;
  const [one, other] = [left.at(at), right.at(at)];
  const difference = (one?.number ?? NaN) - (other?.number ?? NaN);
  if (!Number.isNaN(difference)) return difference;
  const byEnds = endOf(left.slice(at)) - endOf(right.slice(at));
  if (byEnds !== 0) return byEnds;
  // The first of several layers of a kind often has no number: dense, dense_1; fc, fc2.
  const isNumbered = (words: readonly Word[]) => words.length === at + 1 && (words[at].number ?? 0) > 0;
  if (left.length === at && isNumbered(right)) return -1;
  if (right.length === at && isNumbered(left)) return 1;
  return 0;
}
