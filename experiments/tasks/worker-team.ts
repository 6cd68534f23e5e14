/** Workers that share a line of tasks: each takes the first that waits, one at a time. */
import { AskedWorker, type AskOptions, type Reading, type WorkerStarter } from './asked-worker.ts';
import { deferred, type Deferred } from './deferred.ts';

/** A task in the line or in a worker. */
export interface TeamTask<Message, Answer> {
  /** The answer, or null where the task was withdrawn. Rejects with its error or its worker's. */
  readonly done: Promise<Answer | null>;
  /** Takes the task out of the line; whether it was there still. */
  withdraw(): boolean;
  /** Sends a message about the task, which gets its number there, to the worker that is at it; to nobody where none is. */
  tell(message: (id: number) => Message): void;
  /** Ends the worker that is at the task; the task rejects with the error. */
  end(error: Error): void;
}

interface Member<Message, Reply extends { readonly id: number }, Answer> {
  readonly worker: AskedWorker<Message, Reply, Answer>;
  isBusy: boolean;
}

interface Job<Message, Reply extends { readonly id: number }, Answer> {
  readonly message: (id: number) => Message;
  readonly options: AskOptions<Reply>;
  readonly outcome: Deferred<Answer | null>;
  /** The worker that is at it, and its number there. */
  place: { readonly worker: AskedWorker<Message, Reply, Answer>; readonly id: number } | null;
}

/** So many workers, started as they are needed; tasks beyond their number wait in order. */
export class WorkerTeam<Message, Reply extends { readonly id: number }, Answer> {
  readonly #members: readonly Member<Message, Reply, Answer>[];
  readonly #waiting: Job<Message, Reply, Answer>[] = [];

  constructor(size: number, starter: WorkerStarter<Message, Reply>, read: (reply: Reply) => Reading<Answer>) {
    this.#members = Array.from({ length: size }, () => ({
      worker: new AskedWorker(starter, read),
      isBusy: false,
    }));
  }

  /** Puts a task at the end of the line. */
  submit(message: (id: number) => Message, options: AskOptions<Reply> = {}): TeamTask<Message, Answer> {
    const job: Job<Message, Reply, Answer> = { message, options, outcome: deferred(), place: null };
    this.#waiting.push(job);
    this.#assign();
    return {
      done: job.outcome.promise,
      withdraw: () => this.#withdraw(job),
      tell: (about) => {
        job.place?.worker.tell(job.place.id, about(job.place.id));
      },
      end: (error) => void job.place?.worker.end(error),
    };
  }

  /** Ends all workers; resolves when they are gone. Every task rejects with the error, or never settles where there is none. */
  async close(error: Error | null): Promise<void> {
    const waiting = this.#waiting.splice(0);
    const gone = this.#members.map(({ worker }) => worker.end(error));
    if (error !== null) for (const { outcome } of waiting) outcome.reject(error);
    await Promise.all(gone);
  }

  #withdraw(job: Job<Message, Reply, Answer>): boolean {
    const at = this.#waiting.indexOf(job);
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    job.outcome.resolve(null);
    return true;
  }

  #assign(): void {
    for (let member = this.#idle(); member !== undefined; member = this.#idle()) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      void this.#perform(member, job);
    }
  }

  /** A worker without a task: one that is there already, if possible. */
  #idle(): Member<Message, Reply, Answer> | undefined {
    const idle = this.#members.filter(({ isBusy }) => !isBusy);
    return idle.find(({ worker }) => worker.isStarted) ?? idle[0];
  }

  /** Has a worker do a task; never rejects. */
  async #perform(member: Member<Message, Reply, Answer>, job: Job<Message, Reply, Answer>): Promise<void> {
    const { worker } = member;
    member.isBusy = true;
    const { id, answer } = worker.ask(job.message, job.options);
    job.place = { worker, id };
    const free = (): void => {
      member.isBusy = false;
      job.place = null;
      this.#assign();
    };
    await answer.then(
      (value) => {
        free();
        job.outcome.resolve(value);
      },
      (error: unknown) => {
        free();
        job.outcome.reject(error);
      },
    );
  }
}
