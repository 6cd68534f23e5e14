#!/usr/bin/env node
/**
 * A binary that behaves as Electron does towards whoever started it. What it is to do comes in STAND_IN:
 * `run` until a signal comes, `trap` at once, or `exit CODE`.
 *
 * One shot at ending in good order: the first SIGINT, SIGTERM or SIGHUP begins it and puts the default action back, so that
 * a second one kills (electron/electron shell/browser/electron_browser_main_parts_posix.cc, GracefulShutdownHandler). It
 * does so at once, and Node hears of signals later: those that came together kill as well.
 */
const say = (text) => process.stderr.write(`stand-in: ${text}\n`);
say(`argv ${JSON.stringify(process.argv.slice(2))}`);
for (const name of ['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS']) {
  if (process.env[name] !== undefined) say(`has ${name}`);
}
const [what = 'run', code = '0'] = (process.env['STAND_IN'] ?? 'run').split(' ');
if (what === 'exit') process.exit(Number(code));
if (what === 'trap') process.kill(process.pid, 'SIGTRAP');

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
let isEnding = false;
const endInGoodOrder = (signal) => {
  if (isEnding) {
    for (const name of signals) process.off(name, endInGoodOrder);
    process.kill(process.pid, signal);
    return;
  }
  isEnding = true;
  say(`${signal}: good order begins`);
  setTimeout(() => {
    say('good order done');
    process.exit(0);
  }, 700);
};
for (const name of signals) process.on(name, endInGoodOrder);
setInterval(() => undefined, 1000);
say('running');
