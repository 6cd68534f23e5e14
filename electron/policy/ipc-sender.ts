/** Who may send messages to the main process. */
import { isAppUrl } from './origins.ts';

/** What is known about the frame that sent a message, at the time it arrived. */
export interface IpcSender {
  /** Null where the frame is gone. */
  readonly frame: { readonly url: string; readonly isMainFrame: boolean } | null;
  /** Whether the message comes from a window of the app. */
  readonly isAppWindow: boolean;
}

/** Whether a message may be handled: from the main frame of one of the app's windows that shows the app right now. */
export function mayUseIpc({ frame, isAppWindow }: IpcSender): boolean {
  return isAppWindow && frame !== null && frame.isMainFrame && isAppUrl(frame.url);
}
