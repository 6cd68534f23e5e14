/** The shipped sweep that a newcomer runs first. */
import type { LabState } from './lab-state.svelte.ts';

/** Queues the sweep before all others and goes to its entry. */
export async function queueTwoMinutes(lab: LabState): Promise<void> {
  await lab.attempt(async () => {
    const presets = await lab.client.call('sweep.presets', {});
    const preset = presets.find(({ name }) => name === 'two-minute') ?? presets[0];
    if (preset === undefined) return;
    const { entryId } = await lab.client.call('queue.add', { yaml: preset.yaml, first: true });
    lab.router.go({ screen: 'entry', entryId });
  });
}
