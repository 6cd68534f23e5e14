/** The contract over Electron's IPC: one session for each page that shows the app. */
import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import type { EventName, LabEvents } from '../contract/contract.ts';
import type { EventHub } from '../contract/event-hub.ts';
import type { Router } from '../lab/calls/router.ts';
import { createSession, type Session } from '../lab/calls/session.ts';
import { mayUseIpc } from '../policy/ipc-sender.ts';
import { labChannel } from './channel.ts';

/** What the transport needs of Electron; tests hand in their own. */
export interface IpcParts {
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly router: Router;
  readonly events: EventHub;
  /** Whether a web contents is one of the app's windows. */
  isAppWindow(contents: WebContents): boolean;
}

/** The app's side of the transport: tells windows of events and ends their sessions. */
export interface IpcHost {
  /** Tells one page an event, as a menu does. */
  tell<Name extends EventName>(contents: WebContents, name: Name, value: LabEvents[Name]): void;
}

/** Answers messages of the app's pages. Messages of anybody else are dropped. */
export function hostIpc({ ipcMain, router, events, isAppWindow }: IpcParts): IpcHost {
  const sessions = new Map<WebContents, Session>();

  function sessionOf(contents: WebContents): Session {
    const known = sessions.get(contents);
    if (known !== undefined) return known;
    const session = createSession(router, events, {
      send: (message) => {
        if (!contents.isDestroyed()) contents.send(labChannel, message);
      },
      drained: () => Promise.resolve(),
    });
    sessions.set(contents, session);
    const end = (): void => {
      session.close();
      if (sessions.get(contents) === session) sessions.delete(contents);
    };
    // A page that is loaded again begins anew: whatever the old one asked for is given up.
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) end();
    });
    contents.once('destroyed', end);
    contents.once('render-process-gone', end);
    return session;
  }

  ipcMain.on(labChannel, (event: IpcMainEvent, message: unknown) => {
    if (!mayUseIpc(senderOf(event, isAppWindow))) return;
    sessionOf(event.sender).receive(message);
  });

  return {
    tell(contents, name, value) {
      if (!contents.isDestroyed()) contents.send(labChannel, { kind: 'event', name, value });
    },
  };
}

/** The frame as it is now: it may have navigated or gone since it sent the message. */
function senderOf(
  event: IpcMainEvent,
  isAppWindow: IpcParts['isAppWindow'],
): Parameters<typeof mayUseIpc>[0] {
  const { senderFrame, sender } = event;
  const isGone = senderFrame === null || senderFrame.isDestroyed();
  return {
    frame: isGone ? null : { url: senderFrame.url, isMainFrame: senderFrame === sender.mainFrame },
    isAppWindow: isAppWindow(sender),
  };
}
