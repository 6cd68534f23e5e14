import { describe, expect, test } from 'vitest';
import { ImportError } from '../../../experiments/formats/import-error.ts';
import { parseClaims } from '../../../experiments/formats/network-claims.ts';

describe('claims of metadata', () => {
  test.each<[Record<string, string>, number | null, string]>([
    [{}, null, 'affine'],
    [{ format: 'pt', title: 'ring', epoch: '3' }, null, 'affine'],
    [{ activation: 'relu' }, 0, 'affine'],
    [{ activation: 'torch.nn.ReLU()' }, 0, 'affine'],
    [{ activation: 'leaky_relu' }, null, 'affine'],
    [{ activation: 'LeakyReLU(negative_slope=0.2)' }, 0.2, 'affine'],
    [{ hidden_activation: 'LeakyReLU', alpha: '0.3', 'output activation': 'Sigmoid' }, 0.3, 'sigmoid'],
    [{ activation: 'relu', negative_slope: '0' }, 0, 'affine'],
    [{ output: 'linear', negative_slope: '1e-2' }, 0.01, 'affine'],
    [{ config: '{"activation": "leaky_relu", "negative_slope": 0.1, "layers": [3]}' }, 0.1, 'affine'],
    [{ domain: '[0, 1]^2' }, null, 'affine'],
  ])('%j are kept', (metadata, slope, output) => {
    expect(parseClaims(metadata)).toEqual({ slope, output });
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ activation: 'tanh' }, /^activation 'tanh' cannot be read, only relu and leaky_relu$/],
    [{ activation: 'relu6' }, /activation/],
    [{ nonlinearity: 'gelu' }, /nonlinearity 'gelu'/],
    [{ output: 'tanh' }, /^output 'tanh' cannot be computed, only affine and sigmoid$/],
    [{ final_activation: 'softmax' }, /final_activation 'softmax'/],
    [{ activation: 'relu', negative_slope: '0.2' }, /contradicts/],
    [{ activation: 'LeakyReLU(0.2)', slope: '0.1' }, /contradicts/],
    [{ output: 'affine', output_activation: 'sigmoid' }, /contradicts/],
    [{ negative_slope: '1' }, /negative_slope '1' is not a number from 0 to less than 1/],
    [{ negative_slope: '' }, /not a number/],
    [{ domain: '[-1,1]^2' }, /domain.*\[0,1\]\^2/],
    [{ config: '{"output": "tanh"}' }, /output 'tanh'/],
  ])('%j are refused', (metadata, words) => {
    expect(() => parseClaims(metadata)).toThrow(ImportError);
    expect(() => parseClaims(metadata)).toThrow(words);
  });
});
