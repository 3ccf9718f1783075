"""Records the vectors: `python3 generate.py FOLDER`, the same bytes every time.

On CPython 3.14 and later (Pyodide here, which has 4-byte longs and pointers) it records what came with 3.14,
in formats whose sizes are the same everywhere; on 3.12 and 3.13 (64-bit Linux) everything else.
"""

import gzip
import json
import struct
import sys
from pathlib import Path

import curated
import exhaustive
import items
import locks
import structs
from programs import random_program

SEED = 20_260_101
PROGRAMS = 4000
NEWEST_PROGRAMS = 1500


def random_programs(count, first, **options):
    for seed in range(first, first + count):
        yield {"id": f"random {seed}", "steps": random_program(seed, **options)}


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
    "programs": lambda: random_programs(PROGRAMS, SEED),
}

NEWEST_FILES = {
    "since-3.14": lambda: [*curated.newest_programs(), *items.searches(), *structs.complexes()],
    "programs-3.14": lambda: random_programs(NEWEST_PROGRAMS, SEED, portable=True, newest=True),
}


def outcomes(record):
    """Every outcome of a program or a grid that was executed."""
    if "over" not in record:
        return [outcome for _, _, outcome in record["steps"]]
    rows = 1
    for axis in record["over"]:
        rows *= len(axis)
    found = []
    for column in record["want"]:
        found += [column["all"]] * rows if isinstance(column, dict) else column
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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(path, records):
    records = list(records)
    head = header(records)
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
