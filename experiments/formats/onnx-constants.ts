/** Constants of an ONNX model: weights, biases and settings such as shapes. */
import proto, { type onnx } from 'onnx-proto';
import { float32FromData, floatBytes, type FloatType } from './float-data.ts';
import { ImportError } from './import-error.ts';
import { quoted } from './imported-network.ts';

const { DataType, DataLocation } = proto.onnx.TensorProto;
const largestExtent = 1 << 20;

/** A constant matrix, vector or number: row-major. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Types that a network can compute in, and those of settings such as shapes. */
const wideTypes: readonly number[] = [DataType.FLOAT, DataType.DOUBLE];
const settingTypes: readonly number[] = [DataType.INT64, DataType.INT32, DataType.BOOL];

const floatTypes: Readonly<Record<number, FloatType>> = {
  [DataType.FLOAT]: 'F32',
  [DataType.DOUBLE]: 'F64',
  [DataType.FLOAT16]: 'F16',
  [DataType.BFLOAT16]: 'BF16',
};

/** Throws ImportError unless a Cast keeps values as they are. */
export function checkCast(node: onnx.INodeProto): void {
  const to = Number(String(node.attribute?.find(({ name }) => name === 'to')?.i ?? 0));
  if (wideTypes.includes(to)) return;
  throw new ImportError(
    `ONNX: ${nodeText(node)} changes values to ${typeWords(to)}; only a Cast to FLOAT or DOUBLE can be read`,
  );
}

/** The constant that a Constant node holds. */
export function constantFromNode(node: onnx.INodeProto, name: string, isSetting: boolean): Constant {
  const attributes = node.attribute ?? [];
  const named = (key: string) => attributes.find((attribute) => attribute.name === key);
  const tensor = named('value')?.t;
  if (tensor !== null && tensor !== undefined) return constantFromTensor(tensor, name, isSetting);
  const float = named('value_float');
  if (float !== undefined) return plainConstant(name, [], [Number(float.f)]);
  const floats = named('value_floats')?.floats;
  if (floats) return plainConstant(name, [floats.length], floats);
  const whole = named('value_int');
  const wholes = whole === undefined ? named('value_ints')?.ints : [whole.i ?? 0];
  if (wholes && isSetting)
    return plainConstant(
      name,
      [wholes.length],
      wholes.map((value) => Number(String(value))),
    );
  throw new ImportError(`ONNX: ${nodeText(node)} holds no floating-point numbers`);
}

function plainConstant(name: string, shape: readonly number[], numbers: readonly number[]): Constant {
  const values = Float32Array.from(numbers);
  if (!values.every(Number.isFinite))
    throw new ImportError(`ONNX: ${quoted(name)} holds values that are not finite float32 numbers`);
  return { name, shape, values };
}

/** What a Transpose makes of a constant: its extents in the order of `perm`, reversed where there is none. */
export function permuted(constant: Constant, node: onnx.INodeProto): Constant {
  const { length } = constant.shape;
  const given = node.attribute?.find(({ name }) => name === 'perm')?.ints ?? [];
  const order = given.length > 0 ? given.map((axis) => Number(String(axis))) : null;
  const isKept =
    order === null ? length < 2 : order.length === length && order.every((axis, at) => axis === at);
  if (isKept) return constant;
  const isReversed =
    order === null || (order.length === length && order.every((axis, at) => axis === length - 1 - at));
  if (!isReversed)
    throw new ImportError(`ONNX: ${nodeText(node)} cannot be read: its perm is [${order.join(', ')}]`);
  return transposed(constant);
}

/** A matrix with rows and columns exchanged; vectors and numbers as they are. Throws ImportError for more extents. */
export function transposed(constant: Constant): Constant {
  const { name, shape, values } = constant;
  if (shape.length < 2) return constant;
  if (shape.length > 2) throw new ImportError(`ONNX: ${quoted(name)} has ${shape.length} extents, not two`);
  const [rows, columns] = shape;
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column];
  }
  return { name, shape: [columns, rows], values: turned };
}

/** The constant of a tensor; whole numbers and truth values too where `isSetting`. */
export function constantFromTensor(tensor: onnx.ITensorProto, name: string, isSetting: boolean): Constant {
  if (tensor.dataLocation === DataLocation.EXTERNAL || (tensor.externalData ?? []).length > 0) {
    throw new ImportError(
      `ONNX: the data of ${quoted(name)} lie in another file; save the model as one file (external data off)`,
    );
  }
  const shape = (tensor.dims ?? []).map((extent) => Number(String(extent)));
  const elements = shape.reduce((product, extent) => product * extent, 1);
  if (shape.length > 8 || !shape.every((extent) => 0 <= extent && extent <= largestExtent)) {
    throw new ImportError(`ONNX: the shape of ${quoted(name)} is no list of counts`);
  }
  const values =
    isSetting && settingTypes.includes(tensor.dataType ?? 0)
      ? settingsOfTensor(tensor)
      : valuesOfTensor(tensor, name);
  if (values.length !== elements) {
    throw new ImportError(
      `ONNX: ${quoted(name)} has ${values.length} values for the shape [${shape.join(', ')}]`,
    );
  }
  if (!isSetting && !values.every(Number.isFinite)) {
    throw new ImportError(`ONNX: ${quoted(name)} holds values that are not finite float32 numbers`);
  }
  return { name, shape, values };
}

/** Whole numbers and truth values. */
function settingsOfTensor({ dataType, rawData, int32Data, int64Data }: onnx.ITensorProto): Float32Array {
  if (rawData === null || rawData === undefined || rawData.length === 0) {
    const listed = dataType === DataType.INT64 ? int64Data : int32Data;
    return Float32Array.from(listed ?? [], (value) => Number(String(value)));
  }
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const size = dataType === DataType.INT64 ? 8 : dataType === DataType.INT32 ? 4 : 1;
  return Float32Array.from({ length: Math.floor(rawData.length / size) }, (_, at) =>
    size === 8
      ? Number(view.getBigInt64(8 * at, true))
      : size === 4
        ? view.getInt32(4 * at, true)
        : view.getUint8(at),
  );
}

function valuesOfTensor(
  { dataType, rawData, floatData, doubleData, int32Data }: onnx.ITensorProto,
  name: string,
): Float32Array {
  const type = floatTypes[dataType ?? 0] as FloatType | undefined;
  if (type === undefined) {
    const called = DataType[dataType ?? 0] ?? String(dataType);
    throw new ImportError(
      `ONNX: ${quoted(name)} is of type ${called}; only floating-point weights can be read`,
    );
  }
  if (rawData !== null && rawData !== undefined && rawData.length > 0) {
    if (rawData.length % floatBytes[type] !== 0)
      throw new ImportError(`ONNX: the data of ${quoted(name)} are cut off`);
    return float32FromData(rawData, type);
  }
  if (type === 'F32') return Float32Array.from(floatData ?? []);
  if (type === 'F64') return Float32Array.from(doubleData ?? []);
  // Halves lie in the low 16 bits of whole numbers.
  const halves = Uint16Array.from(int32Data ?? []);
  const data = new DataView(new ArrayBuffer(2 * halves.length));
  halves.forEach((half, at) => data.setUint16(2 * at, half, true));
  return float32FromData(new Uint8Array(data.buffer), type);
}

/** What a node is called in messages. */
export function nodeText({ name, opType, output }: onnx.INodeProto): string {
  const called = name === undefined || name === null || name === '' ? (output?.[0] ?? '') : name;
  return `node ${quoted(called)} (${quoted(opType ?? '').slice(1, -1)})`;
}

/** What a type of numbers is called. */
export function typeWords(type: number): string {
  return DataType[type] ?? String(type);
}

/** Whether numbers of a type are of floating point. */
export function isFloating(type: number): boolean {
  return type in floatTypes;
}
