/**
 * A look over the bytes of an ONNX model before it is decoded: how deep its messages nest and how much memory their
 * decoded form would take. A decoder that trusts its input can be made to recurse without end, or to turn a small file
 * into gigabytes of objects.
 */
import { ImportError } from './import-error.ts';

/** Largest file, deepest nesting and largest decoded form that are accepted. */
const maxModelBytes = 128 * 1024 * 1024;
const deepestNesting = 10;
const maxDecodedBytes = 64 * 1024 * 1024;

/** Rough size of a decoded message, of a whole number or float in a list, and of a list's entry for a text or a message. */
const messageBytes = 400;
const listedNumberBytes = 56;
const listedFloatBytes = 16;
const listedBytes = 80;

type MessageName =
  | 'model'
  | 'graph'
  | 'node'
  | 'attribute'
  | 'tensor'
  | 'value'
  | 'type'
  | 'tensorType'
  | 'shape'
  | 'wrapped'
  | 'plain';

/**
 * Fields that hold messages (by name), lists of whole numbers or floats, raw data, or what is not read at all, by message
 * and field number; all other fields are single numbers and texts. Source: onnx.proto.
 */
const fields: Readonly<
  Record<MessageName, Readonly<Record<number, MessageName | 'numbers' | 'floats' | 'raw' | Refusal>>>
> = {
  model: {
    7: 'graph',
    8: 'plain',
    14: 'plain',
    20: { refused: 'training information' },
    25: { refused: 'functions of its own' },
  },
  graph: {
    1: 'node',
    5: 'tensor',
    11: 'value',
    12: 'value',
    13: 'value',
    14: 'wrapped',
    15: { refused: 'sparse tensors' },
  },
  node: { 5: 'attribute' },
  attribute: {
    5: 'tensor',
    6: 'graph',
    7: 'floats',
    8: 'numbers',
    10: 'tensor',
    11: 'graph',
    14: 'type',
    15: 'type',
    22: { refused: 'sparse tensors' },
    23: { refused: 'sparse tensors' },
  },
  tensor: {
    1: 'numbers',
    3: 'plain',
    4: 'floats',
    5: 'numbers',
    7: 'numbers',
    9: 'raw',
    10: 'floats',
    11: 'numbers',
    13: 'plain',
  },
  value: { 2: 'type' },
  type: { 1: 'tensorType', 4: 'wrapped', 5: 'wrapped', 7: 'plain', 8: 'tensorType', 9: 'wrapped' },
  tensorType: { 2: 'shape' },
  shape: { 1: 'plain' },
  /** Sequences, maps and options of types, annotations: their fields 1 and 2 may be messages. */
  wrapped: { 1: 'type', 2: 'type' },
  plain: {},
};

interface Refusal {
  readonly refused: string;
}

/** Throws ImportError where the bytes are no ONNX model that can be decoded in bounded time, depth and memory. */
export function skimOnnx(bytes: Uint8Array): void {
  if (bytes.length > maxModelBytes) throw new ImportError(`ONNX file is larger than ${maxModelBytes} bytes`);
  if (bytes.length === 0) throw new ImportError('not an ONNX file: it is empty');
  new Skim(bytes).message('model', 0, bytes.length, 0);
}

class Skim {
  readonly #bytes: Uint8Array;
  #at = 0;
  #decoded = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  message(name: MessageName, from: number, to: number, depth: number): void {
    if (depth > deepestNesting) throw new ImportError('ONNX: its parts are nested too deeply');
    this.#add(messageBytes);
    this.#at = from;
    while (this.#at < to) {
      const tag = this.#varint(to);
      const field = Math.floor(tag / 8);
      const meaning = fields[name][field];
      if (typeof meaning === 'object')
        throw new ImportError(`ONNX: models with ${meaning.refused} cannot be read`);
      switch (tag % 8) {
        case 0:
          this.#varint(to);
          this.#add(listedNumberBytes);
          break;
        case 1:
          this.#skip(8, to);
          break;
        case 5:
          this.#skip(4, to);
          break;
        case 2:
          this.#delimited(meaning, to, depth);
          break;
        default:
          throw notOnnx();
      }
    }
  }

  #delimited(
    meaning: MessageName | 'numbers' | 'floats' | 'raw' | undefined,
    to: number,
    depth: number,
  ): void {
    const length = this.#varint(to);
    const start = this.#at;
    this.#skip(length, to);
    if (meaning === undefined) {
      this.#add(listedBytes + 2 * length);
    } else if (meaning === 'raw') {
      // Data stay where they are.
      this.#add(listedBytes);
    } else if (meaning === 'numbers') {
      this.#add(this.#numbers(start, length) * listedNumberBytes);
    } else if (meaning === 'floats') {
      this.#add((length / 4) * listedFloatBytes);
    } else {
      this.message(meaning, start, start + length, depth + 1);
    }
    this.#at = start + length;
  }

  /** Whole numbers in a packed list: each ends with a byte whose top bit is clear. */
  #numbers(start: number, length: number): number {
    let ends = 0;
    for (let at = start; at < start + length; at++) if (this.#bytes[at] < 0x80) ends++;
    return ends;
  }

  #varint(to: number): number {
    let value = 0;
    for (let place = 0; place < 10; place++) {
      if (this.#at >= to) throw notOnnx();
      const byte = this.#bytes[this.#at++];
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) return value;
    }
    throw notOnnx();
  }

  #skip(length: number, to: number): void {
    if (!(length <= to - this.#at)) throw notOnnx();
    this.#at += length;
  }

  #add(bytes: number): void {
    this.#decoded += bytes;
    if (this.#decoded > maxDecodedBytes) throw new ImportError('ONNX: the model has too many parts');
  }
}

function notOnnx(): ImportError {
  return new ImportError('not an ONNX file: its bytes are no messages of a model');
}
