/** Screens and their addresses, kept in the part of the URL after '#'. */

/** What is beside an entry's grid and how it is asked for: names and values as they stand behind '?' of the address. */
export type EntryView = Readonly<Record<string, string>>;

/** A place in the app, as its address names it. */
export type Route =
  | { readonly screen: 'notebook'; readonly trash: boolean }
  | { readonly screen: 'new'; readonly from: string | null }
  | { readonly screen: 'queue' }
  | { readonly screen: 'questions' }
  | { readonly screen: 'network'; readonly id: string }
  | { readonly screen: 'entry'; readonly entryId: string; readonly view?: EntryView }
  | { readonly screen: 'cell'; readonly entryId: string; readonly cellId: string };

/** The screen of an address; the notebook for whatever is none. */
export function routeFromHash(hash: string): Route {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const [screen, first, second] = path.split('/').map(decoded);
  if (screen === 'new') return { screen, from: first === undefined || first === '' ? null : first };
  if (screen === 'queue' || screen === 'questions') return { screen };
  if (screen === 'network' && /^[0-9a-f]{16}$/.test(first ?? '')) return { screen, id: first ?? '' };
  if (screen === 'entry' && /^[0-9a-f]{8}$/.test(first ?? '')) {
    const entryId = first ?? '';
    return /^[0-9a-f]{16}$/.test(second ?? '')
      ? { screen: 'cell', entryId, cellId: second ?? '' }
      : { screen: 'entry', entryId, ...(query === undefined ? {} : { view: viewFromQuery(query) }) };
  }
  return { screen: 'notebook', trash: screen === 'trash' };
}

const longestValue = 2000;

/** Names and values of a query; what is longer than anybody asks for is left out. */
function viewFromQuery(query: string): EntryView {
  const pairs = [...new URLSearchParams(query)];
  return Object.fromEntries(pairs.filter(([, value]) => value.length <= longestValue));
}

function queryOf(view: EntryView | undefined): string {
  const query = new URLSearchParams(view).toString();
  return query === '' ? '' : `?${query}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** The address of a screen. */
export function hashOfRoute(route: Route): string {
  switch (route.screen) {
    case 'notebook':
      return route.trash ? '#/trash' : '#/';
    case 'new':
      return route.from === null ? '#/new' : `#/new/${encodeURIComponent(route.from)}`;
    case 'queue':
      return '#/queue';
    case 'questions':
      return '#/questions';
    case 'network':
      return `#/network/${route.id}`;
    case 'entry':
      return `#/entry/${route.entryId}${queryOf(route.view)}`;
    case 'cell':
      return `#/entry/${route.entryId}/${route.cellId}`;
  }
}
