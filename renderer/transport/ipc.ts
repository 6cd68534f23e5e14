/** A port to the lab over Electron's IPC, by what the preload script exposes. */
import type { ClientMessage, LabMessage } from '../../electron/contract/contract.ts';
import type { LabPort } from '../../electron/contract/client.ts';

/** The keys that the preload script puts on `window`, and nothing else. */
export interface PreloadBridge {
  send(message: ClientMessage): void;
  listen(receive: (message: LabMessage) => void): void;
}

/** The bridge of the preload script; null in a plain browser. */
export function maybePreloadBridge(page: Window): PreloadBridge | null {
  const { creasebook } = page as Window & { readonly creasebook?: PreloadBridge };
  return creasebook ?? null;
}

/** The bridge as a port. The main process lives as long as the window, so that the connection is never lost. */
export function portOfBridge(bridge: PreloadBridge): LabPort {
  return {
    send: (message) => bridge.send(message),
    open: (receive) => bridge.listen(receive),
  };
}
