"""PyTorch as `bench --peers` measures it: tasks as JSON lines on standard input, CPU seconds as JSON lines on standard output.

Training is a plain loop: one Sequential, slices of a random order, Adam, the mean squared error. Frames come in two styles:
`chunked` as somebody writes them who knows what is slow (8192 pixels at a time, the hash as one product in float64, whose
sums of whole numbers are exact), `layered` with temporaries of 64-bit whole numbers a layer, 131072 pixels at a time.
Geometry is edge subdivision (Berzins 2023, arXiv:2306.07212) on arrays: every neuron of every layer cuts the edges on whose
ends it has different signs, and the cut points of a region are joined.
"""
import json
import sys
import time

import numpy
import torch

SLOPE = 0.01


def network(widths, seed=1):
    torch.manual_seed(seed)
    layers, inputs = [], 2
    for width in widths:
        layers += [torch.nn.Linear(inputs, width), torch.nn.LeakyReLU(SLOPE)]
        torch.nn.init.kaiming_normal_(layers[-2].weight)
        inputs = width
    return torch.nn.Sequential(*layers, torch.nn.Linear(inputs, 1))


class Training:
    def __init__(self, task):
        self.model = network(task["widths"])
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, foreach=True)
        self.points, self.batch, self.epochs = task["points"], task["batch"], task["epochs"]
        self.x = torch.rand(self.points, 2)
        self.y = ((self.x - 0.5).norm(dim=1, keepdim=True) > 0.25).float()

    def run(self):
        for _ in range(self.epochs):
            order = torch.randperm(self.points)
            for at in range(0, self.points, self.batch):
                chosen = order[at : at + self.batch]
                self.optimizer.zero_grad(set_to_none=True)
                loss = torch.nn.functional.mse_loss(self.model(self.x[chosen]), self.y[chosen])
                loss.backward()
                self.optimizer.step()


class Frame:
    def __init__(self, task):
        self.model = network(task["widths"])
        self.size, self.style = task["size"], task["style"]
        generator = numpy.random.default_rng(1)
        # Sums of 2000 of these stay below 2^53.
        self.words = [torch.from_numpy(generator.integers(0, 2**41, width)) for width in task["widths"]]

    @torch.no_grad()
    def run(self):
        middles = (torch.arange(self.size) + 0.5) / self.size
        y, x = torch.meshgrid(middles, middles, indexing="ij")
        pixels = torch.stack([x.reshape(-1), y.reshape(-1)], dim=1)
        chunk = 8192 if self.style == "chunked" else 131072
        for at in range(0, len(pixels), chunk):
            self.part(pixels[at : at + chunk])

    def part(self, h):
        hashes, layer = 0, 0
        for module in self.model:
            h = module(h)
            if isinstance(module, torch.nn.LeakyReLU):
                words, layer = self.words[layer], layer + 1
                if self.style == "chunked":
                    hashes = hashes + (h > 0).double() @ words.double()
                else:
                    hashes = hashes + ((h > 0).to(torch.int64) * words).sum(dim=1)
        return h, hashes


class Geometry:
    """Vertices, edges with the regions on their two sides, and regions of the unit square under a network."""

    def __init__(self, task):
        file = open(task["file"], "rb")
        size = int.from_bytes(file.read(8), "little")
        head = json.loads(file.read(size))
        data = file.read()
        head.pop("__metadata__", None)
        tensors = {
            name: numpy.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).astype("f8")
            for name, entry in head.items()
        }
        weights = [name for name in sorted(tensors, key=lambda name: head[name]["data_offsets"]) if tensors[name].ndim == 2]
        # The layers follow each other by their sizes; names count them.
        number = lambda name: [int(part) for part in name.replace(".", " ").split() if part.isdigit()]
        weights.sort(key=number)
        self.layers = [(tensors[name], tensors[name.replace("weight", "bias")]) for name in weights][:-1]
        self.regions = 0

    def run(self):
        points = numpy.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        ends = numpy.array([[0, 1], [1, 2], [2, 3], [3, 0]])
        # Region on either side of an edge; -1 is outside of the square.
        sides = numpy.array([[0, -1]] * 4)
        regions = 1
        h = points
        for weight, bias in self.layers:
            z = h @ weight.T + bias
            for neuron in range(weight.shape[0]):
                values = z[:, neuron]
                first, second = values[ends[:, 0]], values[ends[:, 1]]
                cut = numpy.flatnonzero((first > 0) != (second > 0))
                if len(cut) == 0:
                    if not (values > 0).any() or (values > 0).all():
                        continue
                share = (first[cut] / (first[cut] - second[cut]))[:, None]
                fresh = numpy.arange(len(cut)) + len(points)
                points = numpy.vstack([points, points[ends[cut, 0]] * (1 - share) + points[ends[cut, 1]] * share])
                z = numpy.vstack([z, z[ends[cut, 0]] * (1 - share) + z[ends[cut, 1]] * share])
                z[fresh, neuron] = 0
                # The part of each cut edge on the positive side becomes an edge of its own.
                positive_first = first[cut] > 0
                tail = ends[cut].copy()
                tail[positive_first, 1] = fresh[positive_first]
                tail[~positive_first, 0] = fresh[~positive_first]
                ends[cut[positive_first], 0] = fresh[positive_first]
                ends[cut[~positive_first], 1] = fresh[~positive_first]
                ends = numpy.vstack([ends, tail])
                sides = numpy.vstack([sides, sides[cut]])
                # A region that is cut has two cut points; the two are joined, and its positive side is a region of its own.
                region = numpy.concatenate([sides[cut, 0], sides[cut, 1]])
                point = numpy.concatenate([fresh, fresh])
                inside = region >= 0
                order = numpy.argsort(region[inside], kind="stable")
                region, point = region[inside][order], point[inside][order]
                if not (len(region) % 2 == 0 and (region[0::2] == region[1::2]).all()):
                    raise ValueError("a region was cut in other than two points")
                region, pairs = region[0::2], point.reshape(-1, 2)
                new_name = numpy.full(regions, -1)
                new_name[region] = regions + numpy.arange(len(region))
                regions += len(region)
                middle = z[ends[:, 0], neuron] + z[ends[:, 1], neuron] > 0
                for side in (0, 1):
                    old = sides[:, side]
                    moved = middle & (old >= 0)
                    named = numpy.where(moved, new_name[old], -1)
                    sides[:, side] = numpy.where(named >= 0, named, old)
                ends = numpy.vstack([ends, pairs])
                sides = numpy.vstack([sides, numpy.stack([region, new_name[region]], axis=1)])
            h = numpy.where(z > 0, z, SLOPE * z)
        self.regions = regions
        return regions


KINDS = {"train": Training, "frame": Frame, "geometry": Geometry}


def about():
    """Version of PyTorch and the kernels that its matrix products use, where OpenBLAS tells them."""
    import ctypes

    kernels = None
    with open("/proc/self/maps") as maps:
        names = {line.split()[-1] for line in maps if "openblas" in line}
    for name in sorted(names):
        tell = getattr(ctypes.CDLL(name), "openblas_get_corename", None)
        if tell is not None:
            tell.restype = ctypes.c_char_p
            kernels = f"OpenBLAS, {tell().decode()}"
    return {"name": f"PyTorch {torch.__version__}", "kernels": kernels or torch.__config__.parallel_info().split("\n")[0]}


def main():
    torch.set_num_threads(1)
    torch.rand(8, 8) @ torch.rand(8, 8)
    print(json.dumps(about()), flush=True)
    tasks = {}
    for line in sys.stdin:
        task = json.loads(line)
        if line not in tasks:
            tasks[line] = KINDS[task["kind"]](task)
            if task["kind"] == "train":
                tasks[line].run()
        start = time.process_time()
        tasks[line].run()
        seconds = time.process_time() - start
        print(json.dumps({"seconds": seconds, "regions": getattr(tasks[line], "regions", None)}), flush=True)


main()
