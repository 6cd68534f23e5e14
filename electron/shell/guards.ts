/** What no page of the app may do, whatever it tries: policies of electron/policy wired to Electron. */
import type { App, Session, WebContents } from 'electron';
import {
  externalAddress,
  mayNavigate,
  mayRequest,
  mayUsePermission,
  windowOpenDecision,
} from '../policy/origins.ts';

/** What the guards need of Electron; tests hand in their own. */
export interface GuardParts {
  readonly app: Pick<App, 'on'>;
  /** Opens an address in the system's browser. */
  openExternal(address: string): Promise<void>;
}

/** Guards every web contents that will ever be made. Call before the first window. */
export function guardContents({ app, openExternal }: GuardParts): void {
  const open = (address: string | null): void => {
    // A browser that cannot be started is not our failure: the person sees that nothing opened.
    if (address !== null) openExternal(address).catch(() => undefined);
  };
  app.on('web-contents-created', (_event, contents) => guardOne(contents, open));
}

function guardOne(contents: WebContents, open: (address: string | null) => void): void {
  // Comes before `will-navigate`, for every frame; where it is prevented, that one does not come any more.
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && mayNavigate(event.url)) return;
    event.preventDefault();
    if (event.isMainFrame) open(externalAddress(event.url));
  });
  contents.on('will-redirect', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const { action, external } = windowOpenDecision(url);
    open(external);
    return { action };
  });
}

/** Denies a session every device, every address outside of the app, and all permissions but the two that pages need. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { isMainFrame, requestingUrl }) =>
    answer(mayUsePermission(permission, { isMainFrame, url: requestingUrl })),
  );
  session.setPermissionCheckHandler((_contents, permission, _origin, { isMainFrame, requestingUrl }) =>
    mayUsePermission(permission, { isMainFrame, url: requestingUrl }),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayRequest(url) }));
}
