/**
 * Feeds readers of foreign networks with damaged and hostile files, within a bounded heap. Arguments: seed, cases.
 * Prints one JSON line: cases, accepted ones, the most CPU time of a case, the most that resident memory grew by
 * in one. Ends with code 1 where anything but an ImportError comes out.
 */
import { readFileSync } from 'node:fs';
import { ImportError } from '../../experiments/formats/import-error.ts';
import { parseNetworkFile } from '../../experiments/formats/network-file.ts';
import { encodeOnnx } from '../../experiments/formats/onnx-model.ts';
import { encodeSafetensors } from '../../experiments/formats/safetensors.ts';
import { uniformVariates } from '../../experiments/random/normal.ts';
import { randomNetwork } from '../experiments/engines/random-networks.ts';

const [seed, cases, ...files] = process.argv.slice(2);

/** Whole numbers below a bound, from the seed. */
function numbers(from: number): (below: number) => number {
  let at = 0;
  let block = uniformVariates(Number(seed), 4, from, 0, 512);
  return (below) => {
    if (at === block.length) {
      block = uniformVariates(Number(seed), 4, from, block[0] * 1e6, 512);
      at = 0;
    }
    return Math.floor(block[at++] * below);
  };
}

const network = randomNetwork({ hidden: [5, 3], outputs: 1 }, 1);
const models = [
  encodeOnnx(network),
  encodeSafetensors(network),
  encodeSafetensors(network),
  ...files.map((file) => Uint8Array.from(readFileSync(file))),
];

/** A field of the wire format with a length. */
function field(number: number, content: Uint8Array): Uint8Array {
  const head = [8 * number + 2];
  let left = content.length;
  for (; left >= 128; left = Math.floor(left / 128)) head.push((left % 128) + 128);
  head.push(left);
  return join([Uint8Array.from(head), content]);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Megabytes of one kind of content somewhere in a model's messages. */
function bomb(below: (bound: number) => number): Uint8Array {
  const content = new Uint8Array(1_000_000 * (1 + below(16))).fill([0, 1, 10, 0x12, 0x80, 0xff][below(6)]);
  let whole: Uint8Array = content;
  for (let depth = 1 + below(12); depth > 0; depth--) whole = field(1 + below(15), whole);
  return below(2) === 0 ? field(7, whole) : field(7, field(below(2) === 0 ? 1 : 5, whole));
}

/** A safetensors file with a long header. */
function longHeader(below: (bound: number) => number): Uint8Array {
  const one = ['[', '{"a":', '"\\u0000', '1e9,', ' '][below(5)];
  const text = new TextEncoder().encode(`{${one.repeat(1 + below(300_000))}`);
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, text.length, true);
  return join([head, text]);
}

function damaged(below: (bound: number) => number): Uint8Array {
  const model = models[below(models.length)];
  const other = models[below(models.length)];
  const parts = [Uint8Array.from(model)];
  if (below(4) === 0) parts[0] = model.slice(0, below(model.length));
  if (below(4) === 0) {
    const at = below(model.length);
    const from = below(other.length);
    parts.splice(0, 1, model.slice(0, at), other.slice(from, from + below(200)), model.slice(at));
  }
  const bytes = join(parts);
  for (let change = below(8); change > 0 && bytes.length > 0; change--) {
    const kind = below(3);
    const at = below(bytes.length);
    if (kind === 0) bytes[at] = below(256);
    else if (kind === 1) bytes[at] ^= 1 << below(8);
    else bytes.fill(0xff, at, at + 1 + below(9));
  }
  return bytes;
}

let [accepted, slowestMs, peakBytes] = [0, 0, 0];
for (let number = 0; number < Number(cases); number++) {
  const below = numbers(number);
  const kind = below(100);
  const bytes = kind === 0 ? bomb(below) : kind === 1 ? longHeader(below) : damaged(below);
  const bytesBefore = process.memoryUsage().rss;
  const before = process.cpuUsage();
  try {
    const { parameters } = parseNetworkFile(bytes);
    if (!parameters.every(Number.isFinite)) throw new Error('parameters that are not finite');
    accepted++;
  } catch (error) {
    if (!(error instanceof ImportError)) {
      process.stderr.write(
        `seed ${seed}, case ${number}: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
      process.exit(1);
    }
  }
  const { user, system } = process.cpuUsage(before);
  slowestMs = Math.max(slowestMs, (user + system) / 1000);
  peakBytes = Math.max(peakBytes, process.memoryUsage().rss - bytesBefore);
}
process.stdout.write(`${JSON.stringify({ seed, cases, accepted, slowestMs, peakMb: peakBytes / 1e6 })}\n`);
