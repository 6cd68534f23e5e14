/** The jobs on clusters, looked at while a screen shows them. */
import type { ClusterJob } from '../../electron/contract/cluster.ts';
import type { LabState } from './lab-state.svelte.ts';

/** Workers say how they are every ten seconds. */
const lookMs = 10_000;

/** What is known of jobs. */
export class ClusterJobs {
  readonly #lab: LabState;
  readonly #marks = new Map<string, { finished: number; atMs: number }>();
  jobs = $state.raw<readonly ClusterJob[]>([]);
  /** When they were last looked at, ms; 0 before. */
  asOfMs = $state(0);

  constructor(lab: LabState) {
    this.#lab = lab;
  }

  /** Looks now and every ten seconds until the returned function is called. */
  watch(): () => void {
    void this.look();
    const timer = setInterval(() => void this.look(), lookMs);
    return () => clearInterval(timer);
  }

  /** Looks once; where the lab does not answer, what was known stays. */
  async look(): Promise<void> {
    try {
      this.jobs = await this.#lab.client.call('cluster.jobs', {});
    } catch {
      return;
    }
    this.asOfMs = Date.now();
    for (const { id, finished } of this.jobs)
      if (!this.#marks.has(id)) this.#marks.set(id, { finished, atMs: this.asOfMs });
  }

  /** What had ended of a job when it was first looked at. */
  markOf(job: ClusterJob): { readonly finished: number; readonly atMs: number } {
    return this.#marks.get(job.id) ?? { finished: job.finished, atMs: this.asOfMs };
  }

  /** Takes in what a job's entry has finished. */
  async collect({ entryId }: ClusterJob): Promise<void> {
    await this.#lab.attempt(async () => {
      const { cells, findings } = await this.#lab.client.call('cluster.collect', { entryId });
      const [finding] = findings;
      this.#lab.say(
        finding === undefined
          ? `${cells === 1 ? 'One cell' : `${cells} cells`} collected.`
          : `${cells} cells collected; ${finding}`,
      );
    });
    await this.look();
  }

  /** Takes a job back from its engine. */
  async cancel({ entryId, id }: ClusterJob): Promise<void> {
    await this.#lab.attempt(async () => {
      await this.#lab.client.call('cluster.cancel', { entryId, jobId: id });
      this.#lab.say('The job was cancelled; what it has finished can be collected.');
    });
    await this.look();
  }
}
