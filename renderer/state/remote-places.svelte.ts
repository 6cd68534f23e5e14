/** Machines whose jobs are shown here, and what they say: which they are is a setting; they are asked for while they are seen. */
import type { RemoteJob, RemoteJobsState, RemotePlace } from '../../electron/contract/cluster.ts';
import type { LabState } from './lab-state.svelte.ts';

/** The lab listens all the time; this is how often it is asked what it has heard. */
const lookMs = 3_000;

/** A machine and what is known of it. */
export interface ShownPlace {
  readonly place: RemotePlace;
  /** Null before it was asked for. */
  readonly state: RemoteJobsState | null;
}

/** The machines that a person has named. */
export class RemotePlaces {
  readonly #lab: LabState;
  readonly #marks = new Map<string, { finished: number; atMs: number }>();
  #states = $state.raw<ReadonlyMap<string, RemoteJobsState>>(new Map());
  readonly shown = $derived.by<readonly ShownPlace[]>(() =>
    this.#lab.settings.places.map((place) => ({ place, state: this.#states.get(keyOf(place)) ?? null })),
  );

  constructor(lab: LabState) {
    this.#lab = lab;
  }

  /** Asks now and again until the returned function is called. */
  watch(): () => void {
    void this.look();
    const timer = setInterval(() => void this.look(), lookMs);
    return () => clearInterval(timer);
  }

  /** Asks once; where the lab does not answer, what was known stays. */
  async look(): Promise<void> {
    for (const { place } of this.shown) {
      const state = await this.#lab.client.call('cluster.remoteJobs', { place }).catch(() => null);
      if (state === null) continue;
      const atMs = Date.parse(state.asOf ?? '');
      for (const { id, finished } of state.jobs)
        if (!this.#marks.has(id)) this.#marks.set(id, { finished, atMs });
      this.#states = new Map([...this.#states, [keyOf(place), state]]);
    }
  }

  /** Shows the jobs of a machine from now on; false where its names are none. */
  async add(place: RemotePlace): Promise<boolean> {
    return this.#lab.attempt(async () => {
      await this.#lab.client.call('cluster.remoteJobs', { place });
      const others = this.#lab.settings.places.filter((other) => keyOf(other) !== keyOf(place));
      this.#lab.changeSettings({ places: [...others, place] });
      void this.look();
    });
  }

  /** Shows a machine's jobs no more; they go on. */
  remove(place: RemotePlace): void {
    const others = this.#lab.settings.places.filter((other) => keyOf(other) !== keyOf(place));
    this.#lab.changeSettings({ places: others });
  }

  /** What had ended of a job when it was first told. */
  markOf(job: RemoteJob): { readonly finished: number; readonly atMs: number } {
    return this.#marks.get(job.id) ?? { finished: job.finished, atMs: 0 };
  }

  /** Takes in what a job's entry has finished there. */
  async collect(place: RemotePlace, { id }: RemoteJob): Promise<void> {
    await this.#lab.attempt(async () => {
      const { cells, findings } = await this.#lab.client.call('cluster.remoteCollect', { place, jobId: id });
      this.#lab.say(
        [`${cells === 1 ? 'One cell' : `${cells} cells`} collected`, ...findings].join('; ') + '.',
      );
    });
  }

  /** Takes a job back from its engine there. */
  async cancel(place: RemotePlace, { id }: RemoteJob): Promise<void> {
    await this.#lab.attempt(async () => {
      await this.#lab.client.call('cluster.remoteCancel', { place, jobId: id });
      this.#lab.say('The job was cancelled; what it has finished can be collected.');
    });
  }

  /** Hands in there what a job's entry lacks. */
  async rest(place: RemotePlace, { id }: RemoteJob): Promise<void> {
    await this.#lab.attempt(async () => {
      const { jobId } = await this.#lab.client.call('cluster.remoteRest', { place, jobId: id });
      this.#lab.say(jobId === null ? 'Nothing is missing there.' : `Job ${jobId} was handed in there.`);
    });
  }
}

function keyOf({ host, program, notebook }: RemotePlace): string {
  return JSON.stringify([host, program, notebook]);
}
