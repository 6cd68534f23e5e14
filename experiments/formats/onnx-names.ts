/** Names of the input and the outputs of exported models. */
export const onnxNames = { points: 'points', values: 'values', hash: 'hash', pattern: 'pattern' } as const;
