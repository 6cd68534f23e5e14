#!/usr/bin/env python3
"""
Derives recorded runs again from docs/format.md alone: reads entries, checks logs, digests and links, draws the points and
initial weights of every cell of arithmetic `portable-1`, trains it, measures it, and compares every bit with the records.

    python3 derive-run.py [--all] ENTRY_FOLDER...

Prints a line a cell; exits with 1 at the first disagreement. Plain Python is slow: without --all, cells are trained as far
as MOST_SAMPLES go, and frames of more than MOST_PIXELS pixels are not drawn, their measures taken from the records.
"""

import math
import sys

import entry_format as entries
import portable_run as run
from entry_format import expect
from portable_training import Training

MOST_PIXELS = 2**14
MOST_SAMPLES = 20_000


def main(arguments):
    global MOST_PIXELS, MOST_SAMPLES
    if "--all" in arguments:
        MOST_PIXELS = MOST_SAMPLES = math.inf
    for folder in arguments:
        if folder == "--all":
            continue
        entry = entries.read_entry(folder)
        pictures = {}
        for target in entry["targets"]:
            picture = entries.picture_from_png(entries.read(folder, target["file"]))
            expect(entries.picture_digest(picture) == target["digest"], f"{target['file']} has another digest")
            pictures[target["digest"]] = picture
        orders = {}
        for cell in entry["cells"]:
            if cell["lastEpoch"] is None:
                continue
            check_cell(folder, entry, cell, pictures[cell["config"]["target"]], orders)


def check_cell(folder, entry, cell, picture, orders):
    snapshots, states, previews = entries.read_cell(folder, cell)
    config = cell["config"]
    expect(config["numerics"] == "portable-1", f"{config['numerics']} is not what this program computes")
    pixels = picture[0] * picture[1]
    key = (config["seed"], pixels)
    if key not in orders:
        orders[key] = run.order(config["seed"], "data", 0, pixels)
    derived = Derived(entry["snapshots"], cell, picture, orders[key])
    losses = []
    for number, (header, arrays) in enumerate(snapshots):
        recorded = entries.whole_metrics(header, arrays)
        if not derived.reaches(recorded["epoch"]):
            break
        derived.train_to(recorded["epoch"])
        is_thinned = header["type"] == "thinned"
        compare(derived.training, header["weightsDigest"] if is_thinned else arrays, header["keyFrame"])
        is_end = number == len(snapshots) - 1 and cell["state"] == "finished"
        # A thinned key frame is told by what was measured in key frames alone.
        is_key_frame = recorded["fineTruth"] is not None if is_thinned else header["keyFrame"] is not None
        metrics = derived.metrics(recorded, is_key_frame, is_end, losses)
        for name, value in recorded.items():
            same = entries.canonical_json(metrics[name]) == entries.canonical_json(number_tree(value))
            expect(same, f"{name} of epoch {recorded['epoch']} is {metrics[name]}, recorded is {value}")
        if not is_thinned:
            expect(derived.preview() == preview_of(previews, recorded["epoch"]), "another preview is recorded")
        derived.pending = []
    for header, arrays in states:
        if derived.training.epoch <= header["epoch"] and derived.reaches(header["epoch"]):
            derived.train_to(header["epoch"])
            compare(derived.training, arrays, header)
    if cell["state"] == "failed":
        derived.train_to_divergence(cell["epochs"])
    skipped = f", {derived.skipped} large frames not drawn" if derived.skipped else ""
    thinned = sum(header["type"] == "thinned" for header, _ in snapshots)
    among = f", {thinned} of them thinned," if thinned else ""
    print(
        f"{cell['id']}  {cell['state']}, {len(snapshots)} snapshots{among} to epoch {cell['lastEpoch']}, "
        f"trained to epoch {derived.training.epoch}{skipped}: all bits agree",
        flush=True,
    )


def compare(training, recorded, state):
    """The state of a training beside recorded arrays, or beside the digest that is left of the weights."""
    weights = entries.float_bytes(training.parameters)
    if isinstance(recorded, str):
        same = entries.sha256(weights) == recorded
    else:
        same = weights == entries.float_bytes(recorded["weights"])
    expect(same, f"the weights of epoch {training.epoch} are not those recorded")
    if state is None:
        return
    expect(state["phaseStep"] == training.phase_step, f"another phase step at epoch {training.epoch}")
    moments = [entries.float_bytes(moment) for moment in entries.moments_of(recorded)]
    derived = [entries.float_bytes(moment) for moment in training.moments]
    expect(moments == derived, f"the moments of epoch {training.epoch} are not those recorded")


def number_tree(value):
    """A value from a header, texts that stand for numbers turned into them."""
    if isinstance(value, dict):
        return {key: number_tree(item) for key, item in value.items()}
    return entries.number_from(value) if value in ("NaN", "Infinity", "-Infinity") else value


def preview_of(previews, epoch):
    header, arrays = [one for one in previews if one[0]["epoch"] == epoch][0]
    return header["width"], header["height"], header["outputs"], arrays["values"], arrays["boundary"]


class Derived:
    """A cell as it is computed here."""

    def __init__(self, settings, cell, picture, pixel_order):
        self.settings, self.config, self.picture = settings, cell["config"], picture
        self.points, self.validation = run.points_of(self.config, picture, pixel_order)
        parameters = run.initial_parameters(self.config["network"], self.config["seed"])
        self.training = Training(self.config, self.points, parameters)
        self.pending = []
        self.skipped = 0

    def reaches(self, epoch):
        """Whether training to an epoch takes no more samples than allowed."""
        return epoch * self.points.count <= MOST_SAMPLES

    def train_to(self, epoch):
        while self.training.epoch < epoch:
            loss, norm = self.training.run_epoch()
            self.pending.append({"epoch": self.training.epoch, "loss": loss, "gradientNorm": norm})

    def train_to_divergence(self, goal):
        while math.isfinite(self.training.run_epoch()[0]):
            expect(self.training.epoch < goal, "the recorded run failed, but this one does not")

    def metrics(self, recorded, is_key_frame, is_end, losses):
        """Measures of the current epoch; `losses` of the epochs before those pending are brought up to date."""
        training = self.training
        network = run.Network(self.config, training.parameters)
        width, height = self.preview_size()
        self.frame = Frame(network, self.picture, width, height)
        spikes = []
        for epoch in self.pending:
            if len(losses) >= 50:
                middle = sorted(losses[-50:])[24:26]
                if epoch["loss"] > 5 * ((middle[0] + middle[1]) / 2):
                    spikes.append(epoch["epoch"])
            losses.append(epoch["loss"])
        longer = max(self.picture[0], self.picture[1])
        return {
            "epoch": training.epoch,
            "step": training.step,
            "samples": training.epoch * self.config["data"]["points"],
            "trainMse": mean_square(network, self.points),
            "validationMse": mean_square(network, self.validation) if self.validation.count else None,
            "truth": {"stride": longer / self.settings["previewSize"], **self.frame.score()},
            "fineTruth": self.fine_truth(network, recorded, is_end) if is_key_frame else None,
            "distinctHashes": len(set(self.frame.hashes)),
            "boundaryShare": sum(self.frame.boundary()) / (width * height),
            "gradientNorms": [math.sqrt(square) for square in training.layer_squares],
            "epochs": self.pending,
            "spikes": spikes,
            "stateDigest": entries.state_digest(training.step, training.phase_step, training.moments),
        }

    def preview_size(self):
        width, height, _, _ = self.picture
        scale = self.settings["previewSize"] / max(width, height)
        return max(1, math.floor(width * scale + 0.5)), max(1, math.floor(height * scale + 0.5))

    def fine_truth(self, network, recorded, is_end):
        stride = 1 if is_end else self.settings["truthStride"]
        width, height = (max(1, math.floor(side / stride + 0.5)) for side in self.picture[:2])
        if width * height > MOST_PIXELS:
            self.skipped += 1
            return recorded["fineTruth"]
        return {"stride": stride, **Frame(network, self.picture, width, height).score()}

    def preview(self):
        frame = self.frame
        levels = [min(max(round(255 * v), 0), 255) for pixel in zip(*frame.values) for v in pixel]
        bits = frame.boundary() + [0] * 7
        packed = [sum(bits[at + k] << (7 - k) for k in range(8)) for at in range(0, frame.width * frame.height, 8)]
        return frame.width, frame.height, len(frame.values), levels, packed


def mean_square(network, points):
    values, _ = network.evaluate(points.inputs)
    total = 0.0
    for value, label in zip(zip(*values), zip(*points.labels)):
        for v, t in zip(value, label):
            total += (v - t) * (v - t)
    return total / (points.count * len(values))


class Frame:
    """Values, hashes and truth at the pixels of a frame of the unit square."""

    def __init__(self, network, picture, width, height):
        self.width, self.height = width, height
        across = run.rounded([(j + 0.5) / width for j in range(width)])
        down = run.rounded([(i + 0.5) / height for i in range(height)])
        self.values, self.hashes = network.evaluate([across * height, [y for y in down for _ in across]])
        columns, rows, channels, data = picture
        xs = [min(math.floor(((j + 0.5) / width) * columns), columns - 1) for j in range(width)]
        ys = [min(math.floor(((i + 0.5) / height) * rows), rows - 1) for i in range(height)]
        pixels = [y * columns + x for y in ys for x in xs]
        self.truth = [run.rounded([data[channels * p + c] / 255 for p in pixels]) for c in range(channels)]

    def boundary(self):
        width, hashes = self.width, self.hashes
        bits = []
        for at, own in enumerate(hashes):
            right = (at + 1) % width != 0 and hashes[at + 1] != own
            bits.append(int(right or (at + width < len(hashes) and hashes[at + width] != own)))
        return bits

    def score(self):
        total = 0.0
        outputs = len(self.values)
        both, ours, theirs = ([0] * 2**outputs for _ in range(3))
        for value, truth in zip(zip(*self.values), zip(*self.truth)):
            for v, t in zip(value, truth):
                total += (v - t) * (v - t)
            a = sum((v < 0.5) << k for k, v in enumerate(value))
            b = sum((t < 0.5) << k for k, t in enumerate(truth))
            ours[a] += 1
            theirs[b] += 1
            both[a] += a == b
        mse = total / (len(self.hashes) * outputs)
        shares = [both[c] / (ours[c] + theirs[c] - both[c]) for c in range(2**outputs) if theirs[c] > 0]
        if outputs == 1:
            dark = ours[1] + theirs[1] - both[1]
            return {"mse": mse, "iou": both[1] / dark if dark > 0 else None}
        return {"mse": mse, "iou": run.total_of(shares) / len(shares)}


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except entries.Disagreement as difference:
        print(f"disagreement: {difference}", file=sys.stderr)
        sys.exit(1)
