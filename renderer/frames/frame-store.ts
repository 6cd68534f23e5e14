/** Exact frames: what is wanted is computed in order, what is no longer wanted is given up, what is done is kept. */
import { ContractError, type CallParameters, type LabClient } from '../../electron/contract/contract.ts';
import type { RenderedFrame } from '../../electron/contract/frames.ts';
import { pictureBytes, pictureOfFrame } from './raw-planes.ts';
import { ByteCache } from './byte-cache.ts';

export type FrameQuestion = Omit<CallParameters<'frame.render'>, 'priority'>;

export interface WantedFrame {
  readonly question: FrameQuestion;
  readonly priority: CallParameters<'frame.render'>['priority'];
}

export interface StoredFrame {
  readonly frame: RenderedFrame;
  /** False for a coarse part whose final frame is still to come. */
  readonly isFinal: boolean;
}

const maxAtOnce = 3;
const budgetBytes = 64 * 1024 * 1024;

/** What a question asks for, as a text: equal questions have equal answers. */
export function frameKey(question: FrameQuestion): string {
  const { cellId, epoch, view, width, height, values, planes } = question;
  const wanted = Object.entries(planes).flatMap(([name, isWanted]) => (isWanted === true ? [name] : []));
  return [cellId, epoch, view.x0, view.y0, view.x1, view.y1, width, height, values, ...wanted.sort()].join(
    ' ',
  );
}

export class FrameStore {
  readonly #client: LabClient;
  readonly #arrived: (key: string) => void;
  readonly #failed: (error: unknown) => void;
  readonly #frames = new ByteCache<StoredFrame>(budgetBytes);
  readonly #underWay = new Map<string, AbortController>();
  /** Questions that failed: they are not asked again until something else is wanted. */
  readonly #refused = new Set<string>();
  #wanted: readonly WantedFrame[] = [];

  constructor(client: LabClient, arrived: (key: string) => void, failed: (error: unknown) => void) {
    this.#client = client;
    this.#arrived = arrived;
    this.#failed = failed;
  }

  get(key: string): StoredFrame | undefined {
    return this.#frames.get(key);
  }

  /** Number of wanted frames that are not final yet. */
  get missing(): number {
    return this.#wanted.filter(({ question, priority }) => priority === 'shown' && !this.#isDone(question))
      .length;
  }

  /** Replaces everything that is wanted, the most wanted first. */
  want(wanted: readonly WantedFrame[]): void {
    this.#wanted = wanted;
    const keys = new Set(wanted.map(({ question }) => frameKey(question)));
    for (const [key, controller] of [...this.#underWay]) {
      if (!keys.has(key)) controller.abort();
    }
    for (const key of [...this.#refused]) if (!keys.has(key)) this.#refused.delete(key);
    this.#pump();
  }

  close(): void {
    this.want([]);
  }

  #isDone(question: FrameQuestion): boolean {
    const key = frameKey(question);
    return this.#frames.peek(key)?.isFinal === true || this.#refused.has(key);
  }

  #pump(): void {
    for (const { question, priority } of this.#wanted) {
      if (this.#underWay.size >= maxAtOnce) return;
      const key = frameKey(question);
      if (!this.#underWay.has(key) && !this.#isDone(question)) void this.#fetch(key, question, priority);
    }
  }

  async #fetch(key: string, question: FrameQuestion, priority: WantedFrame['priority']): Promise<void> {
    const controller = new AbortController();
    this.#underWay.set(key, controller);
    const keep = (frame: RenderedFrame, isFinal: boolean): void => {
      this.#frames.set(key, { frame, isFinal }, pictureBytes(pictureOfFrame(frame)));
      this.#arrived(key);
    };
    try {
      const frame = await this.#client.call(
        'frame.render',
        { ...question, priority },
        { signal: controller.signal, onPart: (part) => keep(part, false) },
      );
      this.#underWay.delete(key);
      keep(frame, true);
    } catch (error) {
      this.#underWay.delete(key);
      const isGivenUp = error instanceof ContractError && error.code === 'cancelled';
      if (!isGivenUp && !controller.signal.aborted) {
        this.#refused.add(key);
        this.#failed(error);
      }
    } finally {
      this.#pump();
    }
  }
}
