import { beforeAll, describe, expect, it } from 'vitest';
import { unitView, type Engine } from '../../../experiments/engines/engine.ts';
import { parseSafetensors, encodeSafetensors } from '../../../experiments/formats/safetensors.ts';
import { mappedCoordinate, mappedCoordinates } from '../../../experiments/network/input-map.ts';
import {
  createCellTrainer,
  initialState,
  networkOfCell,
  pointsOfCell,
} from '../../../experiments/sweeps/cell-network.ts';
import type { CellConfig } from '../../../experiments/sweeps/cell.ts';
import { derivedValues, measuredSubject } from '../../../experiments/sweeps/derived-values.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { sampledCount } from '../../../experiments/targets/sampling.ts';
import { kernel } from '../polytopes/geometry-kernel.ts';
import { wasmEngine } from '../engines/test-engines.ts';
import { smallConfig, smallPicture } from './cell-jobs.ts';
import { cellsOf, ringTarget, sweepText } from './sweep-files.ts';

const cells = (parameters: string, rest = '') => cellsOf(sweepText(parameters, rest));
const [plain] = cells('{ shape: "[3]", points: 10 }');
const fold = { kind: 'fold', axis: 'x', period: 0.25, phase: 0.25 } as const;

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine('strict');
});

const tools = () => ({ engine, extraction: { kernel } });

describe('inputs of a sweep', () => {
  it('are an axis or a block; plain cells are those of before', () => {
    const [first, second, third] = cells(
      '{ shape: "[3]", points: 10, inputs: [plain, "fold 1/4 + 1/4", "sine y 0.2 + 0"] }',
    );
    expect(first!.id).toBe(plain!.id);
    expect(second!.config.inputs).toEqual(fold);
    expect(second!.axes['inputs']).toBe('fold 1/4 + 1/4');
    expect(third!.config.inputs).toEqual({ kind: 'sine', axis: 'y', period: 0.2, phase: 0 });
    const [block] = cells('{ shape: "[3]", points: 10 }', 'inputs: { fold: { period: 0.25, phase: 0.25 } }');
    expect(block!.id).toBe(second!.id);
  });

  it('are refused with the line where they are none', () => {
    expect(() => cells('{ shape: "[3]", points: 10, inputs: [bend] }')).toThrow(
      /line 4: .*such as 'fold 1\/4/,
    );
    const twice = 'inputs: { fold: { period: 1 } }';
    expect(() => cells('{ shape: "[3]", points: 10, inputs: [plain] }', twice)).toThrow('keep one of them');
    expect(() => cells('{ shape: "[3]", points: 10 }', 'inputs: { fold: { period: 0 } }')).toThrow('above 0');
  });

  it('reach training, frames and files alike', async () => {
    const config: CellConfig = { ...smallConfig, inputs: fold };
    const points = pointsOfCell(config, smallPicture());
    const trainer = await createCellTrainer(engine, config, points, initialState(config));
    const bare: CellConfig = smallConfig;
    const mapped = points.training.coordinates.map((value, at) =>
      at % 2 === 0 ? mappedCoordinate(fold, value) : value,
    );
    const seen = { ...points, training: { ...points.training, coordinates: mapped } };
    const same = await createCellTrainer(engine, bare, seen, initialState(bare));
    await trainer.runEpochs(5);
    await same.runEpochs(5);
    const { parameters } = await trainer.state();
    expect(parameters).toEqual((await same.state()).parameters);
    const network = networkOfCell(config, parameters);
    const read = parseSafetensors(encodeSafetensors(network, {}));
    expect(read.inputs).toEqual(fold);
    expect(parseSafetensors(encodeSafetensors(networkOfCell(bare, parameters), {})).inputs).toBeUndefined();
  });
});

describe('samples of a sweep', () => {
  const [left] = cells('{ shape: "[3]", points: 10 }', 'sample: { x: [0, 0.5] }');

  it('take the first points of the order that lie inside, and are part of what a cell is', () => {
    expect(left!.config.data.sample).toEqual({ x: [0, 0.5], y: [0, 1] });
    expect(left!.id).not.toBe(plain!.id);
    const picture = smallPicture();
    const data = { ...smallConfig.data, points: 30, sample: { x: [0, 0.5], y: [0.25, 1] } as const };
    const sampled = pointsOfCell({ ...smallConfig, data }, picture);
    const whole = pointsOfCell(
      { ...smallConfig, data: { ...smallConfig.data, points: picture.width * picture.height - 9 } },
      picture,
    );
    const { coordinates } = whole.training;
    const inside = [...whole.trainingPixels].filter(
      (_, at) => coordinates[2 * at]! < 0.5 && coordinates[2 * at + 1]! >= 0.25,
    );
    expect([...sampled.trainingPixels]).toEqual(inside.slice(0, 30));
    expect(sampled.validationPixels).toEqual(whole.validationPixels);
  });

  it('are refused where they are empty or too small', () => {
    expect(() => parseSweep(sweepText('{ shape: "[3]", points: 10 }', 'sample: { x: [0.5, 0.5] }'))).toThrow(
      'must go up',
    );
    const few = 'sample: { x: [0, 0.01], y: [0, 0.01] }\nvalidation: 0';
    const target = { ...ringTarget, sampled: 100 };
    const ofPoints = (points: number) =>
      cellsOf(sweepText(`{ shape: "[3]", points: ${points} }`, few), target);
    expect(() => ofPoints(101)).toThrow('more than the 100 pixels of the picture that lie in the sample');
    expect(ofPoints(100)).toHaveLength(1);
  });

  it('take own points by their own coordinates, those at 1 too', () => {
    const coordinates = Float32Array.from([0.6, 0.1, 0.2, 1, 0.5, 0.5, 0.4, 0, 0.9, 1, 0.1, 0.7]);
    const own = { coordinates, labels: Float32Array.from([0, 1, 0, 1, 0, 1]), hasTruth: false, remarks: [] };
    const picture = { ...smallPicture(), own };
    const data = {
      ...smallConfig.data,
      points: 3,
      validation: 0,
      sample: { x: [0, 0.5], y: [0, 1] } as const,
    };
    const { training, trainingPixels } = pointsOfCell({ ...smallConfig, data }, picture);
    expect([...trainingPixels].sort()).toEqual([1, 3, 5]);
    expect([...training.labels]).toEqual([1, 1, 1]);
    expect(sampledCount(picture, data.sample)).toBe(3);
    const more = { ...smallConfig, data: { ...data, points: 4 } };
    expect(() => pointsOfCell(more, picture)).toThrow('the sample has 3 points');
    const target = { ...ringTarget, ownPoints: 6, sampled: 3 };
    const all = cellsOf(
      sweepText('{ shape: "[3]" }', 'sample: { x: [0, 0.5] }').replace('ring', 'a.csv'),
      target,
    );
    expect(all[0]!.config.data.points).toBe(2);
  });

  it('part errors into seen and unseen', async () => {
    const data = { ...smallConfig.data, sample: { x: [0, 0.5], y: [0, 1] } as const };
    const config: CellConfig = { ...smallConfig, data };
    const picture = smallPicture();
    const network = networkOfCell(config, initialState(config).parameters);
    const told = await derivedValues('sample', tools(), network, measuredSubject(config, picture, 20));
    const subject = measuredSubject(config, picture, 20);
    if (subject.frame === null) return expect.fail('There is a true picture.');
    const { width, height, values: truth } = subject.frame;
    const { values } = await engine.renderFrame({ network, view: unitView, width, height, planes: {} });
    const wrong = [0, 0];
    values.forEach((value, at) => {
      if (value < 0.5 !== truth[at]! < 0.5) wrong[at % width < width / 2 ? 0 : 1]! += 2 / (width * height);
    });
    expect(told.classErrorSeen).toBeCloseTo(wrong[0]!, 12);
    expect(told.classErrorUnseen).toBeCloseTo(wrong[1]!, 12);
    const none = await derivedValues('sample', tools(), network, measuredSubject(smallConfig, picture, 20));
    expect(Object.values(none)).toEqual([null, null, null, null]);
  });

  it('leave out what is nothing of a mapped coordinate', async () => {
    const subject = measuredSubject(smallConfig, smallPicture(), 20);
    const at = (inputs?: CellConfig['inputs']) => ({
      ...networkOfCell(smallConfig, initialState(smallConfig).parameters),
      ...(inputs === undefined ? {} : { inputs }),
    });
    const sine = { ...fold, kind: 'sine' } as const;
    const sides = await derivedValues('sides', tools(), at(sine), subject);
    expect(new Set(Object.values(sides))).toEqual(new Set([null]));
    const seen = mappedCoordinates(fold, subject.points.coordinates);
    const mapped = { ...subject, points: { ...subject.points, coordinates: seen } };
    expect(await derivedValues('spectrum', tools(), at(fold), subject)).toEqual(
      await derivedValues('spectrum', tools(), at(), mapped),
    );
    const plainGeometry = await derivedValues('geometry', tools(), at(), subject);
    const geometry = await derivedValues('geometry', tools(), at(fold), subject);
    expect(Object.keys(geometry).sort()).toEqual(Object.keys(plainGeometry).sort());
    expect(Object.entries(geometry).filter(([, value]) => value !== null)).toEqual([
      ['pathNorm', plainGeometry.pathNorm],
    ]);
  });
});
