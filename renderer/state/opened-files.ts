/** Files that a person opens or drops on the window. */
import { sweepText } from '../../experiments/sweeps/sweep-text.ts';
import { isPointsFileName } from '../../experiments/targets/sweep-target.ts';
import { uploadedFile } from '../model/upload.ts';
import type { LabState } from './lab-state.svelte.ts';

/** Endings of files that hold networks of other programs. */
export const networkEndings = ['.safetensors', '.onnx'] as const;

/** Whether a file may hold a network. */
export function isNetworkFileName(name: string): boolean {
  return networkEndings.some((ending) => name.toLowerCase().endsWith(ending));
}

/** Opens a network from a file and goes to it; what is wrong with the file is said. */
export async function openNetworkFile(lab: LabState, file: File): Promise<void> {
  const work = new AbortController();
  const { signal } = work;
  const stop = (): void => work.abort();
  await lab.attempt(async () => {
    const upload = await uploadedFile(lab.client, file, {
      signal,
      onProgress: (done, of) => (lab.transfer = { name: file.name, done, of, stop }),
    });
    const { id } = await lab.client.call('network.open', { name: file.name.slice(-200), upload }, { signal });
    lab.router.go({ screen: 'network', id });
  });
  lab.transfer = null;
}

/** Whether a file is a sweep, by its name. */
export function isSweepFileName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** Whether a file is a picture or a table of points that can be learnt, by its name. */
function isTargetFileName(name: string): boolean {
  return /\.(?:png|jpe?g)$/i.test(name) || isPointsFileName(name);
}

/** Begins a new sweep with a sweep file; what is wrong with the file is said. */
export async function openSweepFile(lab: LabState, file: File): Promise<void> {
  await lab.attempt(async () => {
    lab.droppedSweep = sweepText(new Uint8Array(await file.arrayBuffer()));
    lab.router.go({ screen: 'new', from: `file:${file.name}` });
  });
}

/** Begins a new sweep on a picture or on points. */
export function openPictureToLearn(lab: LabState, file: File): void {
  lab.droppedPicture = file;
  lab.router.go({ screen: 'new', from: null });
}

/** Lets a person choose a network, an archive, a sweep, or a picture: one made here, or one to be learnt. */
export function chooseFile(lab: LabState, page: Document): void {
  const input = page.createElement('input');
  input.type = 'file';
  input.accept = [
    ...networkEndings,
    '.eln',
    '.yaml',
    '.yml',
    '.png',
    '.jpg',
    '.jpeg',
    '.csv',
    '.tsv',
    '.parquet',
  ].join(',');
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file !== undefined) openFile(lab, file);
  });
  input.click();
}

/** Whether a file is for the drop zone: an archive, or a picture that may have its recipe inside. */
export function isExchangeFileName(name: string): boolean {
  return /\.(?:eln|png)$/i.test(name);
}

/** Opens what was dropped on the window, where no part of the screen took it. */
export function openDropped(lab: LabState, event: DragEvent): void {
  const [file] = event.dataTransfer?.files ?? [];
  if (event.defaultPrevented || file === undefined || isExchangeFileName(file.name)) return;
  event.preventDefault();
  openFile(lab, file);
}

function openFile(lab: LabState, file: File): void {
  const { name } = file;
  if (isExchangeFileName(name)) lab.chosenFile = file;
  else if (isNetworkFileName(name)) void openNetworkFile(lab, file);
  else if (isSweepFileName(name)) void openSweepFile(lab, file);
  else if (isTargetFileName(name)) openPictureToLearn(lab, file);
  else
    lab.say(
      `${name} cannot be opened here: networks end in ${networkEndings.join(' or ')}, archives in .eln, sweeps in .yaml, pictures in .png or .jpg, points in .csv or .parquet.`,
      'warning',
    );
}
