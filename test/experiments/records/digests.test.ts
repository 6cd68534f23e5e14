import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../experiments/records/canonical-json.ts';
import {
  chainLink,
  firstLink,
  metricsDigest,
  stateDigest,
  textDigest,
  weightsDigest,
} from '../../../experiments/records/digests.ts';
import { sampleSnapshots } from './sample-records.ts';

function sha256(...parts: (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

test('canonical JSON sorts keys, writes no spaces, and has a text for every number', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ä"' }], a: true, z: undefined })).toBe(
    '{"a":true,"b":[1,{"c":"ä\\"","d":null}]}',
  );
  expect(canonicalJson([NaN, Infinity, -Infinity, -0, 0, 1e21, 0.1, 5e-324])).toBe(
    '["NaN","Infinity","-Infinity",-0,0,1e+21,0.1,5e-324]',
  );
  expect(canonicalJson({ 10: 1, 9: 2, B: 3, a: 4 })).toBe('{"10":1,"9":2,"B":3,"a":4}');
  for (const value of [() => 1, Symbol('x'), 1n, new Uint8Array(2)]) {
    expect(() => canonicalJson({ value })).toThrow(expect.objectContaining({ code: 'malformed' }));
  }
});

test('digests are SHA-256 over little-endian bytes', () => {
  expect(textDigest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(weightsDigest(Float32Array.of(1, -2))).toBe(sha256(Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0)));
  const state = { step: 7, phaseStep: 5, moments: [Float32Array.of(1), Float32Array.of(-2)] };
  expect(stateDigest(state)).toBe(
    sha256(
      u64(7),
      u64(5),
      Uint8Array.of(2, 0, 0, 0),
      Uint8Array.of(0, 0, 0x80, 0x3f),
      Uint8Array.of(0, 0, 0, 0xc0),
    ),
  );
});

test('weights are digested where their view begins and ends', () => {
  const all = Float32Array.of(9, 1, -2, 9);
  expect(weightsDigest(all.subarray(1, 3))).toBe(weightsDigest(Float32Array.of(1, -2)));
});

test('the chain is SHA-256 over previous link, epoch and the two digests, from the digest of the id', () => {
  const [first, second] = sampleSnapshots(2);
  let link = sha256('0123456789abcdef');
  expect(firstLink('0123456789abcdef')).toBe(link);
  for (const { metrics, weightsDigest: weights, link: stored } of [first, second]) {
    const digests = [Buffer.from(weights, 'hex'), Buffer.from(sha256(canonicalJson(metrics)), 'hex')];
    link = sha256(Buffer.from(link, 'hex'), u64(metrics.epoch), ...digests);
    expect(stored).toBe(link);
  }
});

test('every part of a snapshot changes its link', () => {
  const [, { metrics, weightsDigest: weights }] = sampleSnapshots(2);
  const base = { epoch: metrics.epoch, weightsDigest: weights, metricsDigest: metricsDigest(metrics) };
  const links = [
    chainLink(firstLink('a'), base),
    chainLink(firstLink('b'), base),
    chainLink(firstLink('a'), { ...base, epoch: 11 }),
    chainLink(firstLink('a'), { ...base, weightsDigest: textDigest('other') }),
    chainLink(firstLink('a'), {
      ...base,
      metricsDigest: metricsDigest({ ...metrics, trainMse: metrics.trainMse + 1e-18 }),
    }),
  ];
  expect(new Set(links).size).toBe(links.length);
});
