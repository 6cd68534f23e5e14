/** The contract over Electron's IPC: one session for each page that shows the app. */
import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import type { EventName, LabEvents } from '../contract/contract.ts';
import { createSession, type Session } from '../lab/calls/session.ts';
import type { Lab } from '../lab/lab.ts';
import { mayUseIpc } from '../policy/ipc-sender.ts';
import { labChannel } from './channel.ts';

/** What answers, once it is open. */
type OpenLab = Pick<Lab, 'router' | 'events'>;

/** What the channel between pages and lab is made of. */
export interface IpcParts {
  readonly ipcMain: Pick<IpcMain, 'on'>;
  /** The lab: until it is open messages wait for it, and where it cannot be opened nothing is answered. */
  readonly lab: Promise<OpenLab>;
  /** Whether a web contents is one of the app's windows. */
  isAppWindow(contents: WebContents): boolean;
}

/** The app's side of the transport: tells windows of events and ends their sessions. */
export interface IpcHost {
  /** Tells one page an event, as a menu does. */
  tell<Name extends EventName>(contents: WebContents, name: Name, value: LabEvents[Name]): void;
}

/** Messages of one page that may wait for the lab; a page asks for far less before it has heard anything. */
const maxWaiting = 1000;

/** Answers messages of the app's pages. Messages of anybody else are dropped. */
export function hostIpc({ ipcMain, lab, isAppWindow }: IpcParts): IpcHost {
  const sessions = new Map<WebContents, Session>();
  const waiting = new Map<WebContents, unknown[]>();
  const watched = new WeakSet<WebContents>();
  let opened: OpenLab | null = null;

  function sessionOf(contents: WebContents, { router, events }: OpenLab): Session {
    const known = sessions.get(contents);
    if (known !== undefined) return known;
    const session = createSession(router, events, {
      send: (message) => {
        if (!contents.isDestroyed()) contents.send(labChannel, message);
      },
      drained: () => Promise.resolve(),
    });
    sessions.set(contents, session);
    return session;
  }

  /** A page that was left, reloaded or lost asks for nothing more; one that only tried to leave stays what it is. */
  function watch(contents: WebContents): void {
    if (watched.has(contents)) return;
    watched.add(contents);
    const end = (): void => {
      waiting.delete(contents);
      sessions.get(contents)?.close();
      sessions.delete(contents);
    };
    contents.on('did-navigate', end);
    contents.on('render-process-gone', end);
    contents.once('destroyed', end);
  }

  function receive(contents: WebContents, message: unknown): void {
    watch(contents);
    if (opened !== null) return void sessionOf(contents, opened).receive(message);
    const kept = waiting.get(contents) ?? [];
    waiting.set(contents, kept);
    if (kept.length < maxWaiting) kept.push(message);
  }

  lab.then(
    (face) => {
      opened = face;
      for (const [contents, messages] of waiting)
        for (const message of messages) sessionOf(contents, face).receive(message);
      waiting.clear();
    },
    // Whoever opens the lab tells why it cannot be opened.
    () => waiting.clear(),
  );

  ipcMain.on(labChannel, (event: IpcMainEvent, message: unknown) => {
    if (mayUseIpc(senderOf(event, isAppWindow))) receive(event.sender, message);
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
