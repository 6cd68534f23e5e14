/** The screen that is shown; follows the address. */
import { hashOfRoute, routeFromHash, type Route } from '../model/route.ts';

/** Where in the app the person is; follows the address. */
export class Router {
  route = $state.raw<Route>(routeFromHash(location.hash));
  /** Whether the page was opened without naming a screen. */
  readonly startedPlain = location.hash === '' || location.hash === '#/';

  readonly #isFixed: boolean;

  /** A fixed router stays at the screen it began with: an exported page has no other. */
  constructor(isFixed: boolean) {
    this.#isFixed = isFixed;
    window.addEventListener('hashchange', () => {
      if (!isFixed) this.route = routeFromHash(location.hash);
    });
  }

  go(route: Route): void {
    if (this.#isFixed) return;
    const hash = hashOfRoute(route);
    if (location.hash === hash) return;
    location.hash = hash;
    this.route = route;
  }

  /** Goes somewhere without leaving a step behind to come back to. */
  replace(route: Route): void {
    history.replaceState(null, '', hashOfRoute(route));
    this.route = route;
  }
}
