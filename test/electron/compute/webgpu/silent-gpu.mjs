/** A GPU process that takes tasks and says nothing more. */
process.send({ kind: 'ready', facts: { adapter: 'a silent one', isSoftware: false } });
process.on('message', () => undefined);
