/** Screens and their addresses, kept in the part of the URL after '#'. */

/** A place in the app, as its address names it. */
export type Route =
  | { readonly screen: 'notebook'; readonly trash: boolean }
  | { readonly screen: 'new'; readonly from: string | null }
  | { readonly screen: 'queue' }
  | { readonly screen: 'network'; readonly id: string }
  | { readonly screen: 'entry'; readonly entryId: string }
  | { readonly screen: 'cell'; readonly entryId: string; readonly cellId: string };

/** The screen of an address; the notebook for whatever is none. */
export function routeFromHash(hash: string): Route {
  const [screen, first, second] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (screen === 'new') return { screen, from: first === undefined || first === '' ? null : first };
  if (screen === 'queue') return { screen };
  if (screen === 'network' && /^[0-9a-f]{16}$/.test(first ?? '')) return { screen, id: first ?? '' };
  if (screen === 'entry' && /^[0-9a-f]{8}$/.test(first ?? '')) {
    const entryId = first ?? '';
    return /^[0-9a-f]{16}$/.test(second ?? '')
      ? { screen: 'cell', entryId, cellId: second ?? '' }
      : { screen: 'entry', entryId };
  }
  return { screen: 'notebook', trash: screen === 'trash' };
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
    case 'network':
      return `#/network/${route.id}`;
    case 'entry':
      return `#/entry/${route.entryId}`;
    case 'cell':
      return `#/entry/${route.entryId}/${route.cellId}`;
  }
}
