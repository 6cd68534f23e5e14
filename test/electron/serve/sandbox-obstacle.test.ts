import { expect, it } from 'vitest';
import { sandboxObstacle } from '../../../electron/serve/sandbox-obstacle.ts';

const asInstalled = { owner: 1000, mode: 0o100755 };
const asNeeded = { owner: 0, mode: 0o104755 };

it.each([
  ['most systems', null, null, asInstalled, false],
  ['namespaces for everybody', '0\n', '1\n', asInstalled, false],
  ['Ubuntu 23.10 and later', '1\n', '1\n', asInstalled, true],
  ['Ubuntu 24.04 without the helper', '1\n', null, null, true],
  ['an older Debian', null, '0\n', asInstalled, true],
  ['Ubuntu after the two commands', '1\n', '1\n', asNeeded, false],
  ['Ubuntu after the first command', '1\n', '1\n', { owner: 0, mode: 0o100755 }, true],
  ['Ubuntu after the second command', '1\n', '1\n', { owner: 1000, mode: 0o104755 }, true],
] as const)(
  'on %s the sandbox is in the way: %#',
  (_system, apparmorRestricts, allowed, helper, isInTheWay) => {
    const facts = { apparmorRestricts, namespacesAllowed: allowed, helper };
    const obstacle = sandboxObstacle(facts, "/home/o'neill/electron/dist/chrome-sandbox");
    expect(obstacle !== null).toBe(isInTheWay);
    if (obstacle === null) return;
    const path = "'/home/o'\\''neill/electron/dist/chrome-sandbox'";
    expect(obstacle).toContain(`sudo chown root ${path} && sudo chmod 4755 ${path}`);
    expect(obstacle).not.toContain('\n');
  },
);
