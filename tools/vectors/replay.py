"""Runs recorded vectors again in another CPython: `python3 replay.py FOLDER`.

Says where this interpreter answers differently. Where long or pointers have other sizes than recorded, steps
whose arguments name such a format are left out, and so is what follows from them.
"""

import gzip
import json
import struct
import sys
from collections import Counter
from itertools import product
from pathlib import Path

from grids import outcome_at, registers
from machine import Machine
from subjects import of_kind
from values import decode, fill

WIDTHS = set("lLnNP")


def load(path):
    lines = gzip.decompress(path.read_bytes()).decode().rstrip("\n").split("\n")
    head, *records = map(json.loads, lines)
    return head, records


def depends_on_width(value):
    """Whether a format in these arguments has a machine's size, or a number needs a 64-bit Py_ssize_t."""
    if isinstance(value, (list, tuple)):
        return any(depends_on_width(item) for item in value)
    if type(value) is int:
        return 2**31 <= abs(value) < 2**63
    return isinstance(value, str) and value[:1] not in tuple("<>=!") and bool(WIDTHS & set(value))


class Replay:
    def __init__(self, portable, kind=None):
        self.portable = portable
        self.machine = Machine(kind)
        self.lost = False

    def outcome(self, name, args, to):
        """The outcome here, or None when it cannot be compared."""
        if self.portable and depends_on_width(args):
            self.lost = True
        if self.lost or any(number not in self.machine.regs for number in registers(args)):
            return None
        return self.machine.step(name, args, to)


def program_steps(record, portable):
    replay = Replay(portable)
    for name, args, want in record["steps"]:
        yield name, args, want, replay.outcome(name, decode(args), want.get("to", 0))


def grid_steps(record, portable):
    over = [decode(axis) for axis in record["over"]]
    template = [(name, decode(args), to) for name, args, to in record["steps"]]
    kinds = (bytes, bytearray) if "kinds" in record else (None,)
    for (index, row), kind in product(enumerate(product(*over)), kinds):
        replay = Replay(portable, kind)
        for (name, args, to), column in zip(template, record["want"]):
            want = of_kind(outcome_at(column, index), kind)
            args = fill(args, row)
            if want != 0:
                yield name, args, want, replay.outcome(name, args, to)


def main(folder):
    different = compared = left_out = 0
    groups = Counter()
    for path in sorted(folder.glob("*.jsonl.gz")):
        head, records = load(path)
        if head["python"].startswith("3.14") and sys.version_info < (3, 14):
            continue
        portable = head["sizes"] != {code: struct.calcsize(code) for code in "lnP"}
        for record in records:
            steps = grid_steps if "over" in record else program_steps
            for name, args, want, found in steps(record, portable):
                if found is None or (portable and name == "st.calcsize" and depends_on_width(want.get("v"))):
                    left_out += 1
                    continue
                compared += 1
                if found != want:
                    different += 1
                    groups[path.name, record["id"].split(" ")[0], name] += 1
                    if groups[path.name, record["id"].split(" ")[0], name] <= 2:
                        print(record["id"], name, args, "recorded", want, "here", found)
    print(f"{sys.version.split()[0]}: {compared} compared, {left_out} left out, {different} different")
    for group, count in groups.most_common():
        print(count, *group)
    return different


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)
