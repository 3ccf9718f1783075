"""The same work in CPython: `cpython.py FUNCTION FILE ITEMS [HEX ...]` prints samples (ns of an item) and the result.

A function takes the corpus and the further bytes, and returns what does the work once; it is measured as measure.ts does.
"""
import json
import platform
import struct
import sys
import time
import zlib


def get_float64(corpus):
    view = memoryview(corpus).cast("d")

    def run():
        total = 0.0
        for i in range(len(view)):
            total += view[i]
        return total

    return run


def slice_view(corpus):
    view = memoryview(corpus)
    sink = [None] * 1024

    def run():
        for i in range(len(view) - 64):
            sink[i & 1023] = view[i : i + 64]
        return sum(map(len, sink))

    return run


def equality(format):
    def prepare(corpus):
        view = memoryview(corpus).cast(format)
        other = memoryview(bytearray(corpus)).cast(format)
        return lambda: view == other

    return prepare


def strided_to_bytes(corpus):
    view = memoryview(corpus).cast("d")[::2]
    return lambda: view.tobytes()


def unpack_from(corpus):
    unpack = struct.Struct("<IdHH").unpack_from

    def run():
        total = 0
        for offset in range(0, len(corpus), 16):
            a, b, c, d = unpack(corpus, offset)
            total += a + b + c + d
        return total

    return run


def append_pieces(corpus):
    pieces = [corpus[at : at + 64] for at in range(0, len(corpus), 64)]

    def run():
        grown = bytearray()
        for _ in range(1024):
            for piece in pieces:
                grown += piece
        return grown

    return run


def append_bytes(corpus):
    def run():
        grown = bytearray()
        append = grown.append
        for i in range(1 << 20):
            append(i & 255)
        return grown

    return run


def find_every(corpus, wanted):
    def run():
        total = 0
        at = corpus.find(wanted)
        while at >= 0:
            total += at
            at = corpus.find(wanted, at + 1)
        return total

    return run


functions = {
    "find": lambda corpus, wanted: lambda: corpus.find(wanted),
    "find_every": find_every,
    "count": lambda corpus, wanted: lambda: corpus.count(wanted),
    "split": lambda corpus, separator: lambda: corpus.split(separator),
    "split_words": lambda corpus: lambda: corpus.split(),
    "replace": lambda corpus, old, new: lambda: corpus.replace(old, new),
    "translate": lambda corpus, table: lambda: corpus.translate(table),
    "drop": lambda corpus, dropped: lambda: corpus.translate(None, dropped),
    "append_pieces": append_pieces,
    "append_bytes": append_bytes,
    "get_float64": get_float64,
    "slice_view": slice_view,
    "equality_bytes": equality("B"),
    "equality_doubles": equality("d"),
    "strided_to_bytes": strided_to_bytes,
    "unpack_from": unpack_from,
}


def samples_of(run, items):
    runs = 0
    warm = time.perf_counter()
    while runs == 0 or time.perf_counter() - warm < 0.15:
        run()
        runs += 1
    per_sample = max(1, round(runs * 0.01 / (time.perf_counter() - warm)))
    samples = []
    start = time.perf_counter()
    while time.perf_counter() - start < 0.4:
        cpu = time.process_time_ns()
        before = time.perf_counter_ns()
        for _ in range(per_sample):
            run()
        ns = time.perf_counter_ns() - before
        samples.append((ns, time.process_time_ns() - cpu))
    good = [ns for ns, cpu_ns in samples if cpu_ns > 0.97 * ns]
    chosen = good if len(good) >= 5 else [min(sample) for sample in samples]
    return [ns / per_sample / items for ns in chosen]


def plain(value):
    """As check.ts."""
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes, crc32 {zlib.crc32(value)}"
    if isinstance(value, list):
        crc = 0
        for part in value:
            crc = zlib.crc32(part, (crc + len(part)) & 0xFFFFFFFF)
        return f"{len(value)} parts, crc32 {crc}"
    return value


def main(name, file, items, *more):
    if platform.python_implementation() != "CPython" or sys.version_info < (3, 11):
        return {"unavailable": f"wanted CPython 3.11 or later, found {platform.python_version()}"}
    with open(file, "rb") as corpus:
        run = functions[name](corpus.read(), *map(bytes.fromhex, more))
    items = int(items)
    return {"samples": samples_of(run, items), "result": plain(run())}


print(json.dumps(main(*sys.argv[1:])))
