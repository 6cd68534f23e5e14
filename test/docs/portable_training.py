"""Training in arithmetic `portable-1`: tiles, gradients in their order of sums, optimisers; from docs/format.md alone."""

import math

from portable_run import affine, e32, f32, layers_of, leaky, log1p32, logistic, order, rounded, total_of

MOMENTS = {"adam": 2, "adamw": 2, "sgd": 0, "momentum": 1, "rmsprop": 1}


def power(base, exponent):
    result = 1.0
    while exponent > 0:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def cosine(t):
    if t > 0.5:
        return -cosine(1 - t)
    even = t <= 0.25
    x = math.pi * t if even else math.pi * (0.5 - t)
    y, s = x * x, 0.0
    for n in range(20 if even else 21, 1, -2):
        s = (1 + s) * (-y / (n * (n - 1)))
    return 1 + s if even else x * (1 + s)


def learning_rate(rate, schedule, epoch):
    if schedule["kind"] == "step":
        for _ in range(epoch // schedule["every"]):
            rate *= schedule["factor"]
    if schedule["kind"] == "cosine":
        low = schedule["minimum"]
        if epoch >= schedule["epochs"]:
            return low
        return low + (rate - low) * ((1 + cosine(epoch / schedule["epochs"])) / 2)
    return rate


class Training:
    """One cell in training. After `epoch` epochs: `parameters`, `moments`, `step`, `phase_step`, `layer_squares`."""

    def __init__(self, config, points, parameters):
        self.settings, self.points, self.parameters = config["training"], points, parameters
        self.layers = layers_of(config["network"])
        self.slope = f32(config["network"]["slope"])
        self.batch = min(self.settings["batchSize"], points.count)
        neurons = sum(config["network"]["hidden"])
        strips = min(16, max(4, 2**20 // (64 * max(neurons, 1))))
        self.tile = 16 * min(strips, (self.batch + 15) // 16)
        self.epoch = self.step = 0
        self.layer_squares = [0.0] * len(self.layers)
        self.phase = None
        self.enter(self.settings["phases"][0])

    def enter(self, phase):
        if phase is self.phase:
            return
        self.phase, self.phase_step = phase, 0
        self.moments = [[0.0] * len(self.parameters) for _ in range(MOMENTS[phase["optimizer"]["name"]])]

    def run_epoch(self):
        """Loss and gradient norm of the next epoch."""
        self.enter([phase for phase in self.settings["phases"] if phase["fromEpoch"] <= self.epoch][-1])
        rate = learning_rate(self.phase["optimizer"]["learningRate"], self.settings["schedule"], self.epoch)
        places = order(self.settings["seed"], "shuffle", self.epoch, self.points.count)
        loss = squares = 0.0
        steps = 0
        for start in range(0, self.points.count, self.batch):
            batch = places[start : start + self.batch]
            for first in range(0, len(batch), self.tile):
                loss += self.run_tile(batch[first : first + self.tile], len(batch), first == 0)
            self.step += 1
            self.phase_step += 1
            steps += 1
            self.layer_squares = [self.square(layer) for layer in self.layers]
            squares += total_of(self.layer_squares)
            self.update(rate)
        self.epoch += 1
        return loss / (self.points.count * len(self.points.labels)), math.sqrt(squares / steps)

    def run_tile(self, samples, batch, first):
        """Loss of a tile; its part of the gradient is added up."""
        activations = [[[column[at] for at in samples] for column in self.points.inputs]]
        for layer in self.layers[:-1]:
            z = affine(self.parameters, layer, activations[-1])
            activations.append([leaky(column, self.slope) for column in z])
        outputs = affine(self.parameters, self.layers[-1], activations[-1])
        labels = [[column[at] for at in samples] for column in self.points.labels]
        terms, delta = self.loss(outputs, labels, f32(1 / (batch * len(outputs))))
        if first:
            self.gradient = [0.0] * len(self.parameters)
        for layer, below in zip(reversed(self.layers), reversed(activations)):
            self.add_gradient(layer, delta, below)
            delta = self.delta_below(layer, delta, below)
        return tile_sum(terms)

    def loss(self, outputs, labels, v):
        """Loss terms and deltas, a column an output."""
        if self.settings["loss"] == "mse":
            differences = [rounded([z - t for z, t in zip(*columns)]) for columns in zip(outputs, labels)]
            terms = [[d * d for d in column] for column in differences]
            return terms, [rounded([d * f32(v + v) for d in column]) for column in differences]
        terms, delta = [], []
        for columns in zip(outputs, labels):
            terms.append([f32(f32(max(z, 0.0) - f32(z * t)) + log1p32(e32(-abs(z)))) for z, t in zip(*columns)])
            delta.append(rounded([f32(logistic(z) - t) * v for z, t in zip(*columns)]))
        return terms, delta

    def add_gradient(self, layer, delta, below):
        inputs, outputs, weights, biases = layer
        samples = summing_order(len(delta[0]))
        above = [[[column[s] for s in lane] for lane in samples] for column in delta]
        under = [[[column[s] for s in lane] for lane in samples] for column in below]
        for j in range(outputs):
            for i in range(inputs):
                lanes = [lane_sum(rounded([d * a for d, a in zip(*lane)])) for lane in zip(above[j], under[i])]
                self.add_part(weights + j * inputs + i, lanes)
            self.add_part(biases + j, [lane_sum(lane) for lane in above[j]])

    def add_part(self, place, lanes):
        part = f32(f32(lanes[0] + lanes[1]) + f32(lanes[2] + lanes[3]))
        self.gradient[place] = f32(self.gradient[place] + part)

    def delta_below(self, layer, delta, below):
        inputs, outputs, weights, _ = layer
        if weights == 0:
            return []
        found = []
        for i in range(inputs):
            total = [0.0] * len(delta[0])
            for j in range(outputs):
                w = self.parameters[weights + j * inputs + i]
                total = rounded(map(float.__add__, total, rounded([w * d for d in delta[j]])))
            found.append(rounded([t * (1.0 if a > 0 else self.slope) for t, a in zip(total, below[i])]))
        return found

    def square(self, layer):
        inputs, outputs, weights, _ = layer
        squares = [g * g for g in self.gradient[weights : weights + (inputs + 1) * outputs]]
        whole = len(squares) // 4 * 4
        four = [total_of(squares[lane:whole:4]) for lane in range(4)]
        total = (four[0] + four[2]) + (four[1] + four[3])
        for one in squares[whole:]:
            total += one
        return total

    def update(self, rate):
        o = self.phase["optimizer"]
        rule = RULES[o["name"]](o, rate, self.phase_step)
        for place, (w, g) in enumerate(zip(self.parameters, self.gradient)):
            w, *moments = rule(w, g, *[moment[place] for moment in self.moments])
            self.parameters[place] = w
            for moment, value in zip(self.moments, moments):
                moment[place] = 0.0 if abs(value) < 2.0**-126 else value


def summing_order(count):
    """Samples of a tile for each of four lanes, in the order they are added."""
    strips = (count + 15) // 16
    places = [[16 * strip + 4 * quarter for quarter in range(4) for strip in range(strips)]] * 4
    return [[place + lane for place in column if place + lane < count] for lane, column in enumerate(places)]


def lane_sum(values):
    total = 0.0
    for value in values:
        total = f32(total + value)
    return total


def tile_sum(terms):
    count = len(terms[0])
    a = b = 0.0
    for strip in range(0, count, 16):
        for column in terms:
            for quarter in range(strip, strip + 16, 4):
                four = (column[quarter : quarter + 4] + [0.0] * 4)[:4]
                a += four[0] + four[2]
                b += four[1] + four[3]
    return a + b


def adam(o, rate, t):
    decoupled = o["name"] == "adamw"
    shrink = f32(1 - rate * o["weightDecay"]) if decoupled else 1.0
    decay = 0.0 if decoupled else f32(o["weightDecay"])
    first, scale = f32(1 - o["beta1"]), f32(rate / (1 - power(o["beta1"], t)))
    keep, second = f32(o["beta2"]), f32(1 - o["beta2"])
    spread, epsilon = f32(1 / math.sqrt(1 - power(o["beta2"], t))), f32(o["epsilon"])

    def rule(w, g, m, v):
        w = f32(w * shrink)
        g = f32(g + f32(w * decay))
        m = f32(m + f32(f32(g - m) * first))
        v = f32(f32(v * keep) + f32(second * f32(g * g)))
        bottom = f32(f32(f32(math.sqrt(v)) * spread) + epsilon)
        return f32(w - f32(f32(scale * m) / bottom)), m, v

    return rule


def sgd(o, rate, _):
    rate, decay = f32(rate), f32(o["weightDecay"])
    return lambda w, g: (f32(w - f32(rate * f32(g + f32(w * decay)))),)


def momentum(o, rate, _):
    rate, decay, keep = f32(rate), f32(o["weightDecay"]), f32(o["momentum"])

    def rule(w, g, m):
        m = f32(f32(m * keep) + f32(g + f32(w * decay)))
        return f32(w - f32(rate * m)), m

    return rule


def rmsprop(o, rate, _):
    rate, decay, epsilon = f32(rate), f32(o["weightDecay"]), f32(o["epsilon"])
    keep, fresh = f32(o["alpha"]), f32(1 - o["alpha"])

    def rule(w, g, m):
        g = f32(g + f32(w * decay))
        m = f32(f32(m * keep) + f32(fresh * f32(g * g)))
        return f32(w - f32(f32(rate * g) / f32(f32(math.sqrt(m)) + epsilon))), m

    return rule


RULES = {"adam": adam, "adamw": adam, "sgd": sgd, "momentum": momentum, "rmsprop": rmsprop}
