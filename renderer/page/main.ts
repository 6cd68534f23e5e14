/** Starts an exported page: the app on the data that stands in the page itself. */
import '../styles/fonts.css';
import '../styles/tokens.css';
import '../styles/base.css';
import { unzlibSync } from 'fflate';
import type { PageData } from '../../electron/contract/page-data.ts';
import { decodeMessage } from '../../electron/contract/wire.ts';
import { mountApp } from '../mount.ts';
import { createPageClient } from './page-client.ts';

/** The data of the page. Throws where it is not there. */
function pageData(page: Document): PageData {
  const text = page.getElementById('entry-data')?.textContent ?? '';
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const data = decodeMessage(unzlibSync(packed) as Uint8Array<ArrayBuffer>) as PageData;
  if (data.format !== 'creasebook page') throw new Error('The page has no entry in it.');
  return data;
}

const data = pageData(document);
if (location.hash === '') history.replaceState(null, '', `#/entry/${data.entryId}`);
void mountApp(document, () => Promise.resolve(createPageClient(data)));
