/**
 * Loaded before everything else in each thread of a process: tells it that it has STAND_IN_CORES hardware threads, and writes
 * a line to STAND_IN_MEMORIES for each WebAssembly instance that is made with a memory of its own.
 */
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { threadId } from 'node:worker_threads';

const cores = Number(process.env['STAND_IN_CORES']);
os.availableParallelism = () => cores;
syncBuiltinESMExports();

const note = (instance) => {
  if (!(instance.exports.memory instanceof WebAssembly.Memory)) return;
  appendFileSync(process.env['STAND_IN_MEMORIES'], `${threadId}\n`);
};
const { instantiate, Instance } = WebAssembly;
WebAssembly.instantiate = async (source, imports) => {
  const made = await instantiate.call(WebAssembly, source, imports);
  note(made instanceof Instance ? made : made.instance);
  return made;
};
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, values) {
    const made = Reflect.construct(target, values);
    note(made);
    return made;
  },
});
