/** Which networks engines compute. */
import { checkedParameterCount, type Shape } from '../network/shape.ts';

/** Throws where a network cannot be computed: widths, outputs, slope or the number of parameters are wrong. */
export function checkNetwork(shape: Shape, slope: number, parameters: Float32Array): void {
  for (const width of shape.hidden) {
    if (!(Number.isInteger(width) && width >= 1 && width <= 65536)) {
      throw new RangeError(`A hidden layer must have 1 to 65536 neurons, not ${width}.`);
    }
  }
  if (!(Number.isInteger(shape.outputs) && shape.outputs >= 1 && shape.outputs <= 3)) {
    throw new RangeError(`A network must have 1 to 3 outputs, not ${shape.outputs}.`);
  }
  if (!(0 <= slope && slope < 1)) throw new RangeError(`The slope must lie in [0, 1), not at ${slope}.`);
  const expected = checkedParameterCount(shape);
  if (parameters.length !== expected) {
    throw new RangeError(`The shape needs ${expected} parameters, but there are ${parameters.length}.`);
  }
}
