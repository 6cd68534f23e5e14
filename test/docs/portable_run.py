"""Points, initial weights, orders, training and measures of a cell in arithmetic `portable-1`, from docs/format.md alone."""

import math
import struct
from array import array

STREAMS = {"data": 0, "init": 1, "shuffle": 2, "label-noise": 3}


def f32(x):
    """x rounded to float32; what is too large becomes infinite."""
    return array("f", [x])[0]


def rounded(values):
    """A list of numbers rounded to float32 each."""
    return array("f", values).tolist()


def total_of(values):
    """The sum of numbers in their order, each sum rounded; Python's own `sum` of float64 carries what was rounded off."""
    total = 0.0
    for value in values:
        total += value
    return total


# Random numbers


def philox(c0, c1, c2, c3, k0, k1):
    for _ in range(10):
        p, q = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (q >> 32) ^ c1 ^ k0, q & 0xFFFFFFFF, (p >> 32) ^ c3 ^ k1, p & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def words(seed, stream, subsequence, start, count):
    found = []
    for block in range(start // 4, (start + count + 3) // 4):
        found.extend(philox(block & 0xFFFFFFFF, block >> 32, subsequence, 0, seed, STREAMS[stream]))
    return found[start % 4 : start % 4 + count]


def order(seed, stream, subsequence, count):
    keys = words(seed, stream, subsequence, 0, count)
    return sorted(range(count), key=lambda i: (keys[i], i))


def integer(seed, stream, subsequence, i):
    first, second = words(seed, stream, subsequence, 2 * i, 2)
    return (first >> 5) * 2**26 + (second >> 6)


def uniform(seed, stream, subsequence, i):
    return integer(seed, stream, subsequence, i) / 2**53


A = [2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946]
A += [1971.5909503065513, 133.14166789178438, 3.3871328727963665]
B = [5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751]
B += [687.1870074920579, 42.31333070160091, 1]
C = [0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045]
C += [5.769497221460691, 4.630337846156546, 1.4234371107496835]
D = [1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851]
D += [1.6763848301838038, 2.053191626637759, 1]
E = [2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124]
E += [0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103]
F = [2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133]
F += [0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1]


def polynomial(coefficients, x):
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def ln(x):
    high, low = struct.unpack(">II", struct.pack(">d", x))
    m = high & 0xFFFFF
    c = (m + 0x95F64) & 0x100000
    k = (high >> 20) - 1023 + (c >> 20)
    (x,) = struct.unpack(">d", struct.pack(">II", m | (c ^ 0x3FF00000), low))
    f = x - 1
    s = f / (2 + f)
    z = s * s
    w = z * z
    g = 0.5 * f * f
    u = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
    v = 1.818357216161805012e-1 + w * 1.479819860510658591e-1
    v = z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * v))
    y = s * (g + v + u) + k * 1.90821492927058770002e-10
    return k * 6.9314718036912381649e-1 - (g - y - f)


def exp(x):
    n = math.floor(x * 1.442695040888963387 + 0.5)
    a, b = x - n * 6.9314718036912381649e-1, n * 1.90821492927058770002e-10
    r = a - b
    t = r * r
    c = 6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8)
    c = r - t * (1.66666666666666019037e-1 + t * (-2.77777777770155933842e-3 + t * c))
    return (1 - (b - (r * c) / (2 - c) - a)) * 2.0**n


def normal(seed, stream, subsequence, i):
    n = integer(seed, stream, subsequence, i)
    q = (n - 2**52 + 0.5) / 2**53
    tail = (n + 0.5 if n < 2**52 else 2**53 - n - 0.5) / 2**53
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return (q * polynomial(A, r)) / polynomial(B, r)
    r = math.sqrt(-ln(tail))
    size = polynomial(C, r - 1.6) / polynomial(D, r - 1.6) if r <= 5 else polynomial(E, r - 5) / polynomial(F, r - 5)
    return -size if q < 0 else size


# Points and initial parameters


class Points:
    """Columns of coordinates and labels, one list each."""

    def __init__(self, picture, pixels):
        width, height, channels, data = picture
        self.inputs = [
            rounded([(pixel % width + 0.5) / width for pixel in pixels]),
            rounded([(pixel // width + 0.5) / height for pixel in pixels]),
        ]
        self.labels = [rounded([data[pixel * channels + c] / 255 for pixel in pixels]) for c in range(channels)]
        self.count = len(pixels)


def points_of(config, picture, pixel_order):
    """Training and validation points."""
    data, seed = config["data"], config["seed"]
    total = len(pixel_order)
    pixels = pixel_order[: data["points"]]
    training = Points(picture, pixels)
    if data["randomLabels"]:
        sources = [math.floor(uniform(seed, "label-noise", 1, pixel) * total) for pixel in pixels]
        training.labels = Points(picture, sources).labels
    if data["labelNoise"] > 0:
        for at, pixel in enumerate(pixels):
            if uniform(seed, "label-noise", 0, pixel) < data["labelNoise"]:
                for column in training.labels:
                    column[at] = f32(1 - column[at])
    return training, Points(picture, pixel_order[total - data["validation"] :])


def layers_of(network):
    """(inputs, outputs, place of the weights, place of the biases) of each affine layer."""
    layers, inputs, at = [], 2, 0
    for outputs in network["hidden"] + [network["outputs"]]:
        layers.append((inputs, outputs, at, at + inputs * outputs))
        at += (inputs + 1) * outputs
        inputs = outputs
    return layers


def initial_parameters(network, seed):
    rules = {
        "he-normal": lambda n: (("normal", math.sqrt(2 / n)), ("constant", 0.1)),
        "he-uniform": lambda n: (("uniform", math.sqrt(6 / n)), ("constant", 0.1)),
        "pytorch": lambda n: (("uniform", 1 / math.sqrt(n)), ("uniform", 1 / math.sqrt(n))),
        "hanin-rolnick": lambda n: (("normal", math.sqrt(2 / n)), ("normal", 0.001)),
    }
    parameters = []
    for inputs, outputs, _, _ in layers_of(network):
        weight, bias = rules[network["initialization"]](inputs)
        for (kind, scale), count in ((weight, inputs * outputs), (bias, outputs)):
            for i in range(len(parameters), len(parameters) + count):
                if kind == "normal":
                    parameters.append(scale * normal(seed, "init", 0, i))
                elif kind == "uniform":
                    parameters.append(scale * (2 * uniform(seed, "init", 0, i) - 1))
                else:
                    parameters.append(scale)
    return rounded(parameters)


# Values


def affine(parameters, layer, columns):
    """Columns of pre-activations from columns of activations."""
    inputs, outputs, weights, biases = layer
    found = []
    for j in range(outputs):
        z = [parameters[biases + j]] * len(columns[0])
        for i in range(inputs):
            w = parameters[weights + j * inputs + i]
            z = rounded(map(float.__add__, z, rounded([w * a for a in columns[i]])))
        found.append(z)
    return found


def leaky(z, slope):
    return [s if value < s else value for value, s in zip(z, rounded([slope * value for value in z]))]


E32 = [f32(c) for c in (1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)]


def e32(x):
    """exp(x) for x <= 0 in float32."""
    x = max(x, -87.0)
    n = round(f32(x * f32(1.44269504088896341)))
    r = f32(x - f32(n * f32(0.693359375)))
    r = f32(r - f32(n * f32(-2.12194440e-4)))
    p = f32(1.9875691500e-4)
    for c in E32:
        p = f32(f32(p * r) + c)
    return f32(f32(f32(f32(p * f32(r * r)) + r) + 1) * 2.0**n)


def log1p32(u):
    s = f32(u / f32(u + 2))
    q = f32(s * s)
    p = f32(1 / 15)
    for odd in (13, 11, 9, 7, 5, 3, 1):
        p = f32(f32(p * q) + f32(1 / odd))
    return f32(f32(s + s) * p)


def logistic(z):
    e = e32(-abs(z))
    return f32((e if z < 0 else 1.0) / f32(1 + e))


def fmix(h):
    h ^= h >> 16
    h = h * 0x85EBCA6B & 0xFFFFFFFF
    h ^= h >> 13
    h = h * 0xC2B2AE35 & 0xFFFFFFFF
    return h ^ h >> 16


def hash_term(layer, neuron):
    lanes = [fmix((0x9E3779B9 + 2 * (65536 * layer + neuron) + lane) & 0xFFFFFFFF) for lane in (0, 1)]
    return lanes[0], lanes[1]


class Network:
    """A network whose values are asked for."""

    def __init__(self, config, parameters):
        self.layers = layers_of(config["network"])
        self.slope = f32(config["network"]["slope"])
        self.parameters = parameters
        self.squashed = config["training"]["loss"] == "bce"

    def evaluate(self, columns):
        """Columns of values, and the pairs of hash lanes, at columns of coordinates."""
        lanes = [[0] * len(columns[0]), [0] * len(columns[0])]
        for number, layer in enumerate(self.layers[:-1]):
            z = affine(self.parameters, layer, columns)
            for neuron, column in enumerate(z):
                for lane, term in zip(lanes, hash_term(number, neuron)):
                    lane[:] = [(sum_ + term) & 0xFFFFFFFF if value > 0 else sum_ for sum_, value in zip(lane, column)]
            columns = [leaky(column, self.slope) for column in z]
        values = affine(self.parameters, self.layers[-1], columns)
        if self.squashed:
            values = [[logistic(z) for z in column] for column in values]
        return values, list(zip(*lanes))
