/** The application's menu. */
import type { MenuItemConstructorOptions } from 'electron';
import type { AppCommand } from '../contract/app.ts';

/** What the menu can have done. */
export interface MenuActions {
  /** Has the focused page carry out a command. */
  command(command: AppCommand): void;
  newWindow(): void;
  /** Shows where the log of the program is, to be sent to somebody. */
  showLog(): void;
}

/** The template of the menu on a platform. Single keys are the page's own business. */
export function menuTemplate(
  platform: string,
  { command, newWindow, showLog }: MenuActions,
): MenuItemConstructorOptions[] {
  const item = (label: string, name: AppCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => command(name),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        item('New Sweep', 'new-sweep', 'CmdOrCtrl+N'),
        { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: newWindow },
        separator,
        item('Notebook', 'notebook'),
        item('Queue', 'queue'),
        separator,
        { ...item('Export ...', 'export', 'CmdOrCtrl+E'), id: 'export' },
        separator,
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        item('Commands ...', 'commands', 'CmdOrCtrl+K'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        // Without Shift on keyboards where the plus sign needs it.
        { role: 'zoomIn', accelerator: 'CmdOrCtrl+=', visible: false },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        item('Keyboard Shortcuts', 'help'),
        { label: 'Show Log', click: showLog },
        // macOS has it in the menu of the app.
        ...(isMac ? [] : [separator, { role: 'about' as const }]),
      ],
    },
  ];
}
