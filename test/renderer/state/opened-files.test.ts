/** Files that are dropped on the window: each kind goes where it can be used, whatever screen is shown. */
import { describe, expect, it } from 'vitest';
import { openDropped } from '../../../renderer/state/opened-files.ts';
import type { LabState } from '../../../renderer/state/lab-state.svelte.ts';

interface Opened {
  readonly went: unknown[];
  readonly said: string[];
  readonly lab: LabState;
}

function labOf(): Opened {
  const went: unknown[] = [];
  const said: string[] = [];
  const lab = {
    droppedSweep: null,
    droppedPicture: null,
    chosenFile: null,
    router: { go: (route: unknown) => went.push(route) },
    say: (text: string) => said.push(text),
    attempt: async (action: () => Promise<void>) => {
      await action().catch((error: unknown) => said.push(String(error)));
    },
  } as unknown as LabState;
  return { went, said, lab };
}

async function dropped(name: string, content: string | Uint8Array<ArrayBuffer> = 'x'): Promise<Opened> {
  const opened = labOf();
  const event = {
    defaultPrevented: false,
    preventDefault: () => undefined,
    dataTransfer: { files: [new File([content], name)] },
  } as unknown as DragEvent;
  openDropped(opened.lab, event);
  await expect.poll(() => opened.went.length + opened.said.length + (name.endsWith('.png') ? 1 : 0)).toBe(1);
  return opened;
}

describe('a file that is dropped on the window', () => {
  it.each(['sweep.yaml', 'SWEEP.YML'])('begins a new sweep where it is one: %s', async (name) => {
    const { lab, went } = await dropped(name, 'name: x\n');
    expect(lab.droppedSweep).toBe('name: x\n');
    expect(went).toEqual([{ screen: 'new', from: `file:${name}` }]);
  });

  it.each(['photo.jpg', 'photo.JPEG'])('is to be learnt where it is a photograph: %s', async (name) => {
    const { lab, went } = await dropped(name);
    expect(lab.droppedPicture?.name).toBe(name);
    expect(went).toEqual([{ screen: 'new', from: null }]);
  });

  it('is left to the drop zone where it may have its recipe inside', async () => {
    const { went, said } = await dropped('grid.png');
    expect([went, said]).toEqual([[], []]);
  });

  it('is told of where nothing here can use it, or where it is no text', async () => {
    expect((await dropped('paper.docx')).said[0]).toMatch(/cannot be opened here.*sweeps in \.yaml/);
    expect((await dropped('sweep.yaml', Uint8Array.of(0x6e, 0xdc, 0x0a))).said[0]).toMatch(/not UTF-8/);
  });
});
