"""Reading and checking entries, from docs/format.md alone: logs, records, canonical JSON, digests, pictures."""

import hashlib
import json
import math
import os
import struct
import zlib
from array import array


class Disagreement(Exception):
    """Something is not as docs/format.md says."""


def expect(condition, what):
    if not condition:
        raise Disagreement(what)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# Canonical JSON


def number_text(value):
    """A number as ECMAScript prints it."""
    if isinstance(value, int):
        value = float(value)
    if math.isnan(value):
        return '"NaN"'
    if math.isinf(value):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":
        fraction = ""
    n = len(whole) + int(exponent or 0)
    digits = whole + fraction
    n -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    if 0 < n <= 21:
        body = digits.ljust(n, "0")
        return sign + body[:n] + ("." + body[n:] if len(body) > n else "")
    if -6 < n <= 0:
        return sign + "0." + "0" * -n + digits
    body = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{body}e{'+' if n > 0 else '-'}{abs(n - 1)}"


def canonical_json(value):
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{canonical_json(value[key])}" for key in keys) + "}"


def number_from(value):
    """A number that canonical JSON may have written as a text."""
    return float(value.replace("Infinity", "inf")) if isinstance(value, str) else value


# Logs


def crc_table():
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def frames(log):
    """Payloads of a log. Raises where it is not good to its end."""
    at = 0
    while at < len(log):
        expect(at + 8 <= len(log), f"a frame header at byte {at} is cut off")
        length, checksum = struct.unpack_from("<II", log, at)
        expect(4 <= length <= 1 << 30 and at + 8 + length <= len(log), f"the length at byte {at} is impossible")
        payload = log[at + 8 : at + 8 + length]
        expect(crc32c(payload) == checksum, f"the checksum at byte {at} does not match")
        yield payload
        at += 8 + length


BYTES = {"u8": 1, "u32": 4, "f32": 4, "f64": 8}


def unpacked(dtype, length, planes):
    """Elements from their byte planes, most significant first."""
    width = BYTES[dtype]
    joined = bytearray(width * length)
    for place, plane in enumerate(planes):
        joined[place::width] = plane
    if dtype == "u8":
        return list(joined)
    if dtype == "f64":
        return list(struct.unpack(f">{length}d", joined))
    words = struct.unpack(f">{length}I", joined)
    if dtype == "u32":
        return list(words)
    turned = [(word >> 1) | ((word & 1) << 31) for word in words]
    return array("f", struct.pack(f"={length}I", *turned))


def record(payload):
    """Header of a payload and its arrays by name."""
    (header_length,) = struct.unpack_from("<I", payload)
    text = payload[4 : 4 + header_length].decode("utf-8")
    header = json.loads(text)
    expect(canonical_json(header) == text, "a header is not canonical JSON")
    at = 4 + header_length
    arrays = {}
    for section in header.pop("sections"):
        planes = []
        for place in range(BYTES[section["dtype"]]):
            deflated = place < len(section["deflated"])
            size = section["deflated"][place] if deflated else section["length"]
            stored = payload[at : at + size]
            planes.append(zlib.decompress(stored, -15) if deflated else stored)
            expect(len(planes[-1]) == section["length"], f"a plane of {section['name']} has the wrong length")
            at += size
        arrays[section["name"]] = unpacked(section["dtype"], section["length"], planes)
    expect(at == len(payload), "sections do not end where their record does")
    return header, arrays


# Digests


def float_bytes(values):
    return struct.pack(f"<{len(values)}f", *values)


def state_digest(step, phase_step, moments):
    head = struct.pack("<QQI", step, phase_step, len(moments))
    return sha256(head + b"".join(float_bytes(moment) for moment in moments))


def first_link(cell_id):
    return sha256(cell_id.encode())


def next_link(previous, epoch, weights_digest, metrics):
    metrics_digest = sha256(canonical_json(metrics).encode())
    parts = [bytes.fromhex(previous), struct.pack("<Q", epoch)]
    return sha256(b"".join(parts + [bytes.fromhex(weights_digest), bytes.fromhex(metrics_digest)]))


def whole_metrics(header, arrays):
    """Metrics of a snapshot with what is kept in sections put back."""
    columns = zip(arrays["epochs"], arrays["losses"], arrays["epochGradientNorms"])
    epochs = [{"epoch": e, "loss": loss, "gradientNorm": norm} for e, loss, norm in columns]
    return {**header["metrics"], "gradientNorms": arrays["gradientNorms"], "epochs": epochs}


def moments_of(arrays):
    return [arrays[name] for name in ("moment0", "moment1") if name in arrays]


# Entries


def read_entry(folder):
    """entry.json, with its digests and those of the files it names checked."""
    text = read(folder, "entry.json").decode("utf-8")
    entry = json.loads(text)
    expect(entry["format"] == "creasebook-entry" and entry["version"] in (1, 2), "not an entry of version 1 or 2")
    fields = {key: value for key, value in entry.items() if key != "digest"}
    expect(sha256(canonical_json(fields).encode()) == entry["digest"], "the digest of entry.json does not match")
    expect(sha256(read(folder, "sweep.yaml")) == entry["sweep"]["sha256"], "the sweep file was changed")
    for target in entry["targets"]:
        expect(sha256(read(folder, target["file"])) == target["sha256"], f"{target['file']} was changed")
    if entry["version"] == 2:
        entry["cells"] = read_cells(folder, entry["cells"])
    for cell in entry["cells"]:
        digest = sha256(canonical_json(cell["config"]).encode())
        expect(digest[:16] == cell["id"], f"the configuration of cell {cell['id']} has another id")
    return entry


STATES = ("queued", "paused", "finished", "failed", "interrupted", "cancelled")


def read_cells(folder, named):
    """The cells of cells.json with what cells.index says of them."""
    data = read(folder, named["file"])
    expect(sha256(data) == named["sha256"], "cells.json is not the one that entry.json names")
    whole = json.loads(data)
    expect(whole["format"] == "creasebook-cells" and whole["version"] == 1, "not cells of version 1")
    expect(len(whole["cells"]) == named["count"], "another number of cells")
    told = read_index(folder)
    cells = []
    for cell_id, label, epochs, place, numbers in whole["cells"]:
        config = {}
        fields = list(whole["config"].items())
        fields += [(path, values[number]) for (path, values), number in zip(whole["differing"].items(), numbers) if number >= 0]
        for path, value in fields:
            *above, name = path.split(".")
            part = config
            for step in above:
                part = part.setdefault(step, {})
            part[name] = value
        axes = {name: values[number] for (name, values), number in zip(whole["axes"].items(), place) if number >= 0}
        cell = {"id": cell_id, "label": label, "epochs": epochs, "axes": axes, "config": config}
        cells.append({**cell, **told.get(cell_id, {"state": "queued", "lastEpoch": None, "lastLink": None})})
    return cells


def read_index(folder):
    """What cells.index says of each cell."""
    told = {}
    if not os.path.exists(os.path.join(folder, "cells.index")):
        return told
    for payload in frames(read(folder, "cells.index")):
        expect(struct.unpack_from("<I", payload) == (1,) and (len(payload) - 4) % 160 == 0, "other rows")
        for at in range(4, len(payload), 160):
            state, epoch = struct.unpack_from("<B3xI", payload, at + 8)
            last = None if epoch == 0xFFFFFFFF else epoch
            link = None if last is None else payload[at + 32 : at + 64].hex()
            told[payload[at : at + 8].hex()] = {"state": STATES[state], "lastEpoch": last, "lastLink": link}
    return told


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


THINNED_ARRAYS = ["epochs", "losses", "epochGradientNorms", "gradientNorms"]


def read_cell(folder, cell):
    """Snapshots, thinned ones among them, states and previews of a cell, each as (header, arrays), with digests and chain checked."""
    place = os.path.join(folder, "cells", cell["id"])
    snapshots, states = [], []
    link = first_link(cell["id"])
    for payload in frames(read(place, "records")):
        header, arrays = record(payload)
        expect(header["type"] in ("snapshot", "thinned", "state", "event"), f"a {header['type']} among the records")
        if header["type"] == "event":
            continue
        if header["type"] == "thinned":
            expect(snapshots and header["keyFrame"] is None, "a first snapshot, or a state, was thinned")
            expect(list(arrays) == THINNED_ARRAYS, f"a thinned snapshot holds {', '.join(arrays)}")
        else:
            digest = sha256(float_bytes(arrays["weights"]))
            expect(digest == header["weightsDigest"], "weights do not match their digest")
        if header["type"] == "state":
            digest = state_digest(header["step"], header["phaseStep"], moments_of(arrays))
            expect(digest == header["stateDigest"], "a state does not match its digest")
            states.append((header, arrays))
            continue
        metrics = header["metrics"]
        link = next_link(link, metrics["epoch"], header["weightsDigest"], whole_metrics(header, arrays))
        expect(link == header["link"], f"the link of epoch {metrics['epoch']} does not match")
        if header["keyFrame"] is not None:
            digest = state_digest(metrics["step"], header["keyFrame"]["phaseStep"], moments_of(arrays))
            expect(digest == metrics["stateDigest"], f"the state of epoch {metrics['epoch']} does not match its digest")
        snapshots.append((header, arrays))
    expect(snapshots[-1][0]["metrics"]["epoch"] == cell["lastEpoch"], "the entry names another last epoch")
    expect(snapshots[-1][0]["type"] == "snapshot", "the last snapshot was thinned")
    expect(link == cell["lastLink"], "the entry names another last link")
    previews = [record(payload) for payload in frames(read(place, "previews"))]
    check_weights_file(place, cell, snapshots[-1])
    return snapshots, states, previews


def check_weights_file(place, cell, snapshot):
    header, arrays = snapshot
    name = f"epoch-{header['metrics']['epoch']}.safetensors"
    if not os.path.exists(os.path.join(place, "weights", name)):
        return
    data = read(place, "weights", name)
    (length,) = struct.unpack_from("<Q", data)
    tensors = json.loads(data[8 : 8 + length])
    metadata = tensors.pop("__metadata__")
    expect(metadata["cell"] == cell["id"] and length % 8 == 0, f"{name} has another header")
    expect(data[8 + length :] == float_bytes(arrays["weights"]), f"{name} holds other weights")
    last = tensors[f"layers.{len(cell['config']['network']['hidden'])}.weight"]
    expect(last["shape"][0] == cell["config"]["network"]["outputs"], f"{name} has other shapes")


# Pictures


def picture_from_png(data):
    """Width, height, channels and bytes of a PNG of 8 bits, grey or RGB, not interlaced."""
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", content)
            expect(depth == 8 and colour in (0, 2) and interlaced == 0, "another kind of PNG file")
        if kind == b"IDAT":
            packed += content
        at += 12 + length
    channels = 1 if colour == 0 else 3
    return width, height, channels, unfiltered(zlib.decompress(packed), width * channels, height, channels)


def unfiltered(lines, size, height, step):
    above, whole = bytearray(size), bytearray()
    for row in range(height):
        kind, line = lines[row * (size + 1)], bytearray(lines[row * (size + 1) + 1 : (row + 1) * (size + 1)])
        if kind == 2:
            line = bytearray((a + b) & 255 for a, b in zip(line, above))
        elif kind != 0:
            for at in range(size):
                left = line[at - step] if at >= step else 0
                corner = above[at - step] if at >= step else 0
                guess = [0, left, 0, (left + above[at]) >> 1, paeth(left, above[at], corner)][kind]
                line[at] = (line[at] + guess) & 255
        whole += line
        above = line
    return bytes(whole)


def paeth(left, above, corner):
    distances = [(abs(above - corner), 0, left), (abs(left - corner), 1, above), (abs(left + above - 2 * corner), 2, corner)]
    return min(distances)[2]


def picture_digest(picture):
    width, height, channels, data = picture
    return sha256(f"picture {width} {height} {channels}".encode() + b"\0" + data)
