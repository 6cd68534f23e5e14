/** Files that a person opens or drops on the window. */
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

/** Lets a person choose a network, an archive, or a picture with its recipe inside. */
export function chooseFile(lab: LabState, page: Document): void {
  const input = page.createElement('input');
  input.type = 'file';
  input.accept = [...networkEndings, '.eln', '.png'].join(',');
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    if (isExchangeFileName(file.name)) lab.chosenFile = file;
    else void openNetworkFile(lab, file);
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
  if (isNetworkFileName(file.name)) void openNetworkFile(lab, file);
  else
    lab.say(
      `${file.name} cannot be opened here: networks end in ${networkEndings.join(' or ')}, archives in .eln, pictures in .png.`,
      'warning',
    );
}
