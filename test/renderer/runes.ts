/** Lets tests import modules with runes: they are compiled for the browser, although tests run in Node. */
import { compileModule } from 'svelte/compiler';
import type { Plugin } from 'vitest/config';

export const runes: Plugin = {
  name: 'runes',
  enforce: 'post',
  transform(code, id) {
    const [filename = ''] = id.split('?');
    if (!filename.endsWith('.svelte.ts')) return null;
    const { js } = compileModule(code, { filename, generate: 'client' });
    return { code: js.code, map: js.map };
  },
};
