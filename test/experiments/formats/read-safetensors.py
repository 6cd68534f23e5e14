"""Reads a safetensors file by the format's specification alone and evaluates it as PyTorch's nn.Linear would.

Prints one JSON document: tensors by name (dtype, shape, values), and the outputs at the points given as "x,y".
Specification: github.com/huggingface/safetensors, "Format". Nothing but Python's standard library.
"""

import json
import struct
import sys

with open(sys.argv[1], "rb") as file:
    data = file.read()
(length,) = struct.unpack("<Q", data[:8])
header = json.loads(data[8 : 8 + length].decode("utf-8"))
assert data[8:9] == b"{", "the header begins with a brace"
metadata = header.pop("__metadata__", {})
assert all(isinstance(text, str) for text in metadata.values()), "metadata are texts"
buffer = data[8 + length :]

tensors = {}
covered = 0
for name, tensor in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
    begin, end = tensor["data_offsets"]
    assert begin == covered, "no holes, no overlaps"
    covered = end
    assert tensor["dtype"] == "F32"
    count = 1
    for extent in tensor["shape"]:
        count *= extent
    assert end - begin == 4 * count
    values = struct.unpack("<%df" % count, buffer[begin:end])
    tensors[name] = {"dtype": tensor["dtype"], "shape": tensor["shape"], "values": values}
assert covered == len(buffer), "the data fill the file"

slope = float(metadata["negative_slope"])
depth = len(tensors) // 2


def outputs(point):
    for layer in range(depth):
        weight = tensors["layers.%d.weight" % layer]
        rows, columns = weight["shape"]
        bias = tensors["layers.%d.bias" % layer]["values"]
        flat = weight["values"]
        point = [
            sum(flat[row * columns + column] * point[column] for column in range(columns)) + bias[row]
            for row in range(rows)
        ]
        if layer < depth - 1:
            point = [z if z > 0 else slope * z for z in point]
    return point


points = [[float(word) for word in argument.split(",")] for argument in sys.argv[2:]]
print(json.dumps({"tensors": tensors, "metadata": metadata, "outputs": [outputs(point) for point in points]}))
