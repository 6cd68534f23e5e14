#!/usr/bin/env python3
"""The original's approach in PyTorch, for figures beside `bench --engine webgpu` on the same GPU.

Eager training, one network at a time, and activation hashes by forward hooks: each hook stores the pattern of its
layer, and the patterns are multiplied with random 64-bit numbers on the GPU, or copied and multiplied on the CPU.

    python3 original.py [--device cuda] [--epochs 10] [--sweep-epochs 200] [--size 1024]
"""

import argparse
import json
import time

import torch
from torch import nn


def network(width, depth, device):
    """Leaky-ReLU layers, He-normal weights and biases of 0.1, as the original has them."""
    layers = []
    inputs = 2
    for _ in range(depth):
        layers += [nn.Linear(inputs, width), nn.LeakyReLU(0.01)]
        inputs = width
    layers.append(nn.Linear(inputs, 1))
    model = nn.Sequential(*layers)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.constant_(layer.bias, 0.1)
    return model.to(device)


def points(count, device):
    """Points on an irrational lattice with the labels of a disc: those of the project's own bench."""
    index = torch.arange(count, dtype=torch.float64)
    xy = torch.stack([index * 0.7548776662466927 % 1, index * 0.5698402909980532 % 1], 1)
    labels = (torch.hypot(xy[:, 0] - 0.5, xy[:, 1] - 0.5) >= 0.25).float()
    return xy.float().to(device), labels[:, None].to(device)


def synchronise(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def train(model, data, epochs, batch=1024):
    """Eager Adam on mean squared error, reshuffled every epoch."""
    x, y = data
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(epochs):
        order = torch.randperm(len(x), device=x.device)
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x[chosen]), y[chosen]).backward()
            optimizer.step()


def seconds_of(device, work):
    synchronise(device)
    before = time.perf_counter()
    work()
    synchronise(device)
    return time.perf_counter() - before


@torch.no_grad()
def frame_hashes(model, size, device, on_cpu, chunk=1 << 18):
    """Values and 64-bit hashes of a size x size frame; returns the number of distinct hashes."""
    patterns = []
    hooks = [
        layer.register_forward_hook(lambda _module, _inputs, output: patterns.append(output > 0))
        for layer in model
        if isinstance(layer, nn.LeakyReLU)
    ]
    neurons = sum(layer.out_features for layer in model if isinstance(layer, nn.Linear)) - 1
    generator = torch.Generator().manual_seed(1)
    coefficients = torch.randint(-(1 << 62), 1 << 62, (neurons,), generator=generator, dtype=torch.int64)
    target = torch.device("cpu") if on_cpu else device
    coefficients = coefficients.to(target)
    centres = ((torch.arange(size, dtype=torch.float64) + 0.5) / size).float()
    rows, columns = torch.meshgrid(centres, centres, indexing="ij")
    xy = torch.stack([columns.flatten(), rows.flatten()], 1)
    hashes = []
    for start in range(0, len(xy), chunk):
        patterns.clear()
        model(xy[start : start + chunk].to(device))
        first = 0
        total = torch.zeros(len(patterns[0]), dtype=torch.int64, device=target)
        for pattern in patterns:
            width = pattern.shape[1]
            # Integer matrices are not multiplied on GPUs: products and sums wrap as the hash wants it.
            total += (pattern.to(target) * coefficients[first : first + width]).sum(1)
            first += width
        hashes.append(total)
    for hook in hooks:
        hook.remove()
    return len(torch.unique(torch.cat(hashes)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--sweep-epochs", type=int, default=200)
    parser.add_argument("--size", type=int, default=1024)
    options = parser.parse_args()
    device = torch.device(options.device)
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = False

    wide = network(100, 20, device)
    data = points(5050, device)
    train(wide, data, 1)
    figures = {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "torch": torch.__version__,
        "protocolTrainingSeconds": seconds_of(device, lambda: train(wide, data, options.epochs)),
    }
    for name, on_cpu in [("frameSecondsHashedOnGpu", False), ("frameSecondsHashedOnCpu", True)]:
        # At full size once before: the allocator takes its memory then.
        frame_hashes(wide, options.size, device, on_cpu)
        figures[name] = seconds_of(device, lambda c=on_cpu: frame_hashes(wide, options.size, device, c))

    cells = [(network(30, 30, device), points(count, device)) for count in [5000, 2500, 1250, 625, 312]]
    for cell in cells:
        train(*cell, 1)
    elapsed = seconds_of(device, lambda: [train(*cell, options.sweep_epochs) for cell in cells])
    figures["sweepSecondsFor6000Epochs"] = elapsed / options.sweep_epochs * 6000
    figures["sweepEpochsMeasured"] = options.sweep_epochs
    figures["sweepEpochsPerSecond"] = len(cells) * options.sweep_epochs / elapsed
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
