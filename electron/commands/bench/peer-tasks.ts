/** What `bench --peers` has every program do, and the process of one of them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { UserError } from '../user-error.ts';

/** One repetition of something that several programs can do. Widths are those of the hidden layers. */
export type PeerTask =
  | {
      readonly kind: 'train';
      readonly widths: readonly number[];
      readonly points: number;
      readonly batch: number;
      readonly epochs: number;
    }
  | {
      readonly kind: 'frame';
      readonly widths: readonly number[];
      /** Pixels of a side. */
      readonly size: number;
      /** PyTorch's is 'chunked' or 'layered', ours 'float32' or 'anchored'; each does the others' as what is nearest to it. */
      readonly style: 'chunked' | 'layered' | 'float32' | 'anchored';
    }
  /** Exact regions of the network of a safetensors file in the unit square. */
  | { readonly kind: 'geometry'; readonly file: string };

/** What a program says of itself, first of all. */
export interface PeerFacts {
  readonly name: string;
  /** What its arithmetic runs on. */
  readonly kernels: string;
}

/** What a task took. */
export interface PeerResult {
  /** CPU seconds of the whole process. */
  readonly seconds: number;
  /** Regions that were found, where the task was to find them. */
  readonly regions: number | null;
}

/** A program under measurement: it does the tasks that it is told, one by one. */
export class Peer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #label: string;
  facts: PeerFacts = { name: '', kernels: '' };

  private constructor(label: string, command: string, words: readonly string[], environment: Environment) {
    this.#label = label;
    const env = { ...process.env, ...environment };
    this.#child = spawn(command, words, { stdio: ['pipe', 'pipe', 'ignore'], env });
    // What does not start says nothing, and that is seen below.
    this.#child.on('error', () => undefined);
    this.#child.stdin?.on('error', () => undefined);
    const output = this.#child.stdout;
    if (output === null) throw new Error('A child without output.');
    this.#lines = createInterface({ input: output })[Symbol.asyncIterator]();
  }

  /** Starts a program; null where it does not start or lacks what it needs. */
  static async start(
    label: string,
    command: string,
    words: readonly string[],
    environment: Environment = {},
  ): Promise<Peer | null> {
    const peer = new Peer(label, command, words, environment);
    const first = await peer.#lines.next();
    if (first.done === true) return null;
    peer.facts = JSON.parse(first.value) as PeerFacts;
    return peer;
  }

  /** Does a task once. Throws UserError where the program ends instead. */
  async run(task: PeerTask): Promise<PeerResult> {
    this.#child.stdin?.write(`${JSON.stringify(task)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new UserError(`bench: ${this.#label} ended during '${task.kind}'`);
    return JSON.parse(line.value) as PeerResult;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/** Variables that a program gets besides ours. */
export type Environment = Readonly<Record<string, string>>;
