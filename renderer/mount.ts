/** Puts the app into a page, or says why it cannot start. */
import { mount } from 'svelte';
import type { LabClient } from '../electron/contract/contract.ts';
import App from './app.svelte';
import { openLab } from './state/lab-state.svelte.ts';

/** Mounts the app on the element #app of a page once the lab answers. */
export async function mountApp(page: Document, connect: () => Promise<LabClient>): Promise<void> {
  const target = page.getElementById('app');
  if (target === null) throw new Error('The page has no place for the app.');
  try {
    mount(App, { target, props: { lab: await openLab(await connect()) } });
  } catch (error) {
    console.error(error);
    target.replaceChildren(...apology(page, error));
  }
}

function apology(page: Document, error: unknown): HTMLElement[] {
  const heading = page.createElement('h1');
  heading.textContent = 'Creasebook cannot reach its lab.';
  const words = page.createElement('p');
  words.textContent = `${error instanceof Error ? error.message : String(error)} Start it again and reload this page.`;
  const box = page.createElement('main');
  box.className = 'apology';
  box.append(heading, words);
  return [box];
}
