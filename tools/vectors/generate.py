"""Records the vectors: `python3 generate.py FOLDER`, the same bytes every time.

On CPython 3.14 and later (Pyodide here, which has 4-byte longs and pointers) it records what came with 3.14,
in formats whose sizes are the same everywhere; on 3.12 and 3.13 (64-bit Linux) everything else.
"""

import gzip
import json
import struct
import sys
from math import prod
from pathlib import Path

import changes
import curated
import exhaustive
import formatting
import items
import locks
import longs
import methods
import structs
import texts
from byteprograms import byte_program
from grids import outcome_at
from programs import random_program

SEED = 20_260_101
PROGRAMS = 4000
NEWEST_PROGRAMS = 1500
BYTE_PROGRAMS = 1000
NEWEST_BYTE_PROGRAMS = 350


def random_programs(count, program=random_program, **options):
    for seed in range(SEED, SEED + count):
        yield {"id": f"random {seed}", "steps": program(seed, **options)}


FILES = {
    "curated": lambda: curated.programs(),
    "slices": lambda: [*exhaustive.slices(), *exhaustive.slice_assignments()],
    "casts": exhaustive.casts,
    "equality": exhaustive.equality,
    "layouts": lambda: [*exhaustive.arrays(), *exhaustive.hexes()],
    "indices": exhaustive.indices,
    "locks": lambda: [
        *locks.releases(),
        *locks.locks(),
        *locks.iterators(),
        *locks.hashes(),
        *locks.exporters(),
    ],
    "items": lambda: [*items.writes(), *items.reads()],
    "struct": lambda: [*structs.single_values(), *structs.formats(), *structs.strings()],
    "struct-memory": lambda: [*structs.alignment(), *structs.buffers()],
    "programs": lambda: random_programs(PROGRAMS),
    "bytes-search": methods.searches,
    "bytes-parts": lambda: [
        *methods.splits(),
        *methods.lines(),
        *methods.partitions(),
        *methods.strips(),
        *methods.slices(),
    ],
    "bytes-build": lambda: [
        *methods.replacements(),
        *methods.translations(),
        *methods.joins(),
        *methods.paddings(),
        *methods.cases(),
        *methods.operators(),
    ],
    "bytes-views": lambda: [*methods.operands(), *methods.iterated()],
    "bytes-text": lambda: [
        *texts.decodings(),
        *texts.encodings(),
        *texts.constructors(),
        *texts.hexes(),
        *texts.literals(),
        *texts.base64s(),
    ],
    "bytes-format": lambda: [
        *formatting.numbers(),
        *formatting.others(),
        *formatting.faults(),
        *formatting.mappings(),
        *formatting.literal_text(),
    ],
    "bytes-long": longs.grids,
    "bytearray": lambda: [
        *changes.slice_changes(),
        *changes.self_changes(),
        *changes.item_changes(),
        *changes.whole_changes(),
        *changes.sequences(),
    ],
    "bytes-programs": lambda: random_programs(BYTE_PROGRAMS, byte_program),
}

NEWEST_FILES = {
    "since-3.14": lambda: [*curated.newest_programs(), *items.searches(), *structs.complexes()],
    "programs-3.14": lambda: random_programs(NEWEST_PROGRAMS, portable=True, newest=True),
    "bytes-3.14": lambda: [*texts.from_hexes(), *changes.resizes()],
    "bytes-programs-3.14": lambda: random_programs(NEWEST_BYTE_PROGRAMS, byte_program, newest=True),
}


def outcomes(record):
    """Every outcome of a program or a grid that was executed."""
    if "over" not in record:
        return [outcome for _, _, outcome in record["steps"]]
    rows = prod(map(len, record["over"]))
    found = []
    for column in record["want"]:
        found += [outcome_at(column, row) for row in range(rows)] * (2 if "kinds" in record else 1)
    return [outcome for outcome in found if outcome != 0]


def header(records):
    every = [outcome for record in records for outcome in outcomes(record)]
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "byteorder": sys.byteorder,
        "sizes": {code: struct.calcsize(code) for code in "lnP"},
        "seed": SEED,
        "records": len(records),
        "steps": len(every),
        "results": sum("to" not in outcome for outcome in every),
    }


def dump(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A surrogate on its own is no UTF-8.
    return text if is_utf8(text) else json.dumps(value, separators=(",", ":"))


def is_utf8(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def write(path, records):
    records = list(records)
    head = header(records)
    if path.name.startswith("byte"):
        head["of"] = "bytes"
    text = "\n".join([dump(head), *map(dump, records)]) + "\n"
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return f"{path.name}: {head['steps']} steps, {head['results']} of them results"


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    newest = sys.version_info >= (3, 14)
    for name, records in (NEWEST_FILES if newest else FILES).items():
        print(write(folder / f"{name}.jsonl.gz", records()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
