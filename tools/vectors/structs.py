"""struct: every prefix and code at its boundaries, alignment, counts, strings, offsets, faults."""

import struct
from itertools import product

from exhaustive import P0, P1, R0, R1, R2
from grids import grid
from items import INTEGER_CODES, boundaries, floats_32, half_floats, patterns
from programs import FLOATS, NOT_NUMBERS, TRUTHS
from values import Hole

PREFIXES = ["", "@", "=", "<", ">", "!"]
STANDARD = list("cbB?hHiIlLqQefd")
NATIVE_ONLY = list("nNP")


def codes_of(prefix):
    return STANDARD + NATIVE_ONLY if prefix in ("", "@") else STANDARD


def values_of(fmt):
    code = fmt[-1]
    if code == "?":
        return TRUTHS
    if code == "c":
        return [b"a", b"\xff", b"", b"ab", bytearray(b"a"), 97, "a", None, True]
    if code in INTEGER_CODES:
        return boundaries(fmt) + [1.5, float("inf"), float("nan"), True] + NOT_NUMBERS
    return FLOATS + half_floats() + floats_32() + [0, 1, True, 2**53 + 1, 10**400] + NOT_NUMBERS


def single_values():
    for prefix in PREFIXES:
        for code in codes_of(prefix):
            fmt = prefix + code
            size = struct.calcsize(fmt)
            yield grid(f"pack/{fmt}", [("st.pack", fmt, [P0])], [values_of(fmt)])
            content = [pattern + pattern[::-1] for pattern in patterns(size)]
            yield grid(f"unpack/{fmt}", [("st.unpack", f"{prefix}2{code}", P0)], [content])


SAMPLE = {
    "b": -2, "h": -300, "i": -70000, "q": -(2**40), "d": 1.5, "f": -0.25, "c": b"c",
    "?": True, "P": 2**40, "3s": b"xyz", "e": 0.5, "N": 77, "l": -9,
}  # fmt: skip


def alignment():
    """Padding comes before a member, in native mode only; `0q` pads the end."""
    members = ["b", "h", "i", "q", "d", "c", "3s", "P", "x", "0i", "?", "f"]
    triples = []
    for combination in product(members, repeat=3):
        values = [SAMPLE[member] for member in combination if member in SAMPLE]
        triples.append(["".join(combination), values])
    for prefix, suffix in (("", ""), ("@", "0q"), ("<", ""), (">", "0q"), ("=", "")):
        axis = [[prefix + fmt + suffix, values] for fmt, values in triples]
        if prefix not in ("", "@"):
            axis = [pair for pair in axis if "P" not in pair[0]]
        if prefix in ("=", ">"):
            axis = axis[::7]
        yield grid(
            f"align/{prefix}{suffix}",
            [
                ("st.calcsize", Hole(0, 0)),
                ("st.pack", Hole(0, 0), Hole(0, 1)),
            ],
            [axis],
        )
    yield grid(
        "align/into",
        [
            ("mem", b"\xee" * 40),
            ("st.packinto", Hole(0, 0), R0, P1, Hole(0, 1)),
            ("content", R0),
            ("st.unpackfrom", Hole(0, 0), R0, P1),
        ],
        [[[fmt, values] for fmt, values in triples[::5]], [0, 3]],
    )


def formats():
    spaces = ["", " ", "\t\n", "h", " h", "h ", " 2h i ", "2 h", "h 2", "2", "c c", "h\x0bh", "h\x0ch"]
    spaces += ["h\rh", "h\xa0h", "i4"]
    prefixes = ["<", "@", "< h", " <h", "h<", "<>h", "@<h", "<n", ">N", "=P", "!n", "n", "N", "P"]
    counts = ["0h", "00h", "1h", "01h", "0s", "s", "0p", "p", "10s", "10p", "x", "0x", "5x", "-1h", "+1h"]
    counts += ["1.5h", "99999999999999999999h", "9223372036854775808b", "4611686018427387904h"]
    padded = ["bi", "ib", "ib0i", "bq", "qb", "@b0xq", "b0q", "0qb", "xq", "9223372036854775807bb"]
    letters = ["z", "hz", "é", "b\0", "\0", "h,h", "(2)h", "T{h}", "&h", *"uwgOaAESB?"]
    texts = [*spaces, *prefixes, *counts, *padded, *letters, 5, None, 1.5, ["h"]]
    yield grid(
        "format/calcsize",
        [("st.calcsize", P0), ("st.pack", P0, []), ("st.unpack", P0, b"")],
        [texts],
    )
    huge = ["2147483647x", "4294967296s", "1152921504606846976d", "9223372036854775807s1x"]
    yield grid("format/huge", [("st.calcsize", P0)], [huge])
    counted = [prefix + str(n) + code for prefix in ("", "<") for n in (0, 1, 2, 3, 5) for code in STANDARD]
    rows = []
    for fmt in counted:
        value = b"c" if fmt[-1] == "c" else 1
        rows.append([fmt, [value] * int(fmt.strip("<@")[:-1]), struct.calcsize(fmt)])
    yield grid(
        "format/counts",
        [
            ("st.calcsize", Hole(0, 0)),
            ("st.pack", Hole(0, 0), Hole(0, 1)),
            ("st.pack", Hole(0, 0), [1]),
            ("st.unpack", Hole(0, 0), bytes(range(16))),
        ],
        [rows],
    )
    yield grid(
        "format/argument-counts",
        [("st.pack", P0, P1)],
        [["", "x", "h", "hh", "2h", "3s", "0s", "0h", "<hx"], [[], [1], [1, 2], [1, 2, 3], [b"a"], [1, "a"]]],
    )


def strings():
    texts = [b"abcdefgh"[:n] for n in range(8)] + [bytearray(b"ab"), "ab", 97, None, [97]]
    for code in "sp":
        fmts = [prefix + count + code for prefix in ("", "<") for count in ("", "0", "1", "2", "3", "6")]
        yield grid(f"string/{code}", [("st.pack", P0, [P1])], [fmts, texts])
        content = [b"", b"a", b"\0\0", b"ab\0", b"\5a", b"\2ab", b"\xffabcde", b"\0abcde", b"\3ab\0de"]
        yield grid(
            f"string/unpack/{code}",
            [("st.unpack", P0, P1), ("st.unpackfrom", P0, P1), ("st.iterunpack", P0, P1)],
            [fmts, content],
        )
    yield grid(
        "string/long",
        [("st.pack", P0, [b"z" * 300]), ("st.unpackfrom", P0, b"\xff" + b"y" * 400)],
        [["255p", "256p", "257p", "300p", "300s", "100s"]],
    )
    yield grid(
        "string/views",
        [("mem", b"abc"), ("mv", R0), ("st.pack", P0, [R1])],
        [["3s", "3p", "c", "<3s"]],
    )


SOURCES = {
    "bytes": [("bytes", b"abcdefgh")],
    "bytearray": [("bytearray", b"abcdefgh")],
    "mem": [("mem", b"abcdefgh")],
    "view": [("mem", b"abcdefgh"), ("mv", R0)],
    "wide": [("mem", b"abcdefgh"), ("mv", R0), ("mv.cast", R1, "h")],
    "2-D": [("mem", b"abcdefgh"), ("mv", R0), ("mv.cast", R1, "B", [2, 4])],
    "0-D": [("mem", b"abcd"), ("mv", R0), ("mv.cast", R1, "i", [])],
    "strided": [("mem", b"abcdefgh"), ("mv", R0), ("mv.slice", R1, None, None, 2)],
    "backwards": [("mem", b"abcdefgh"), ("mv", R0), ("mv.slice", R1, None, None, -1)],
    "read-only": [("mem", b"abcdefgh"), ("mv", R0), ("mv.toreadonly", R1)],
    "released": [("mem", b"abcdefgh"), ("mv", R0), ("mv.release", R1)],
    "empty": [("mem", b""), ("mv", R0)],
}


def buffers():
    offsets = [*range(-10, 11), 2**31, 2**62, -(2**62), 2**70, -(2**70)]
    fmts = ["", "b", "<h", ">i", "<q", "<3h", "x", "<bxh", "8s", "9s", "z", "<0h"]
    for name, steps in SOURCES.items():
        last = (R0, R1, R2)[sum(step[0] != "mv.release" for step in steps) - 1]
        yield grid(
            f"buffer/{name}",
            [
                *steps,
                ("st.unpack", P0, last),
                ("st.iterunpack", P0, last),
                ("st.unpackfrom", P0, last),
            ],
            [fmts],
        )
        yield grid(f"buffer/{name}/from", [*steps, ("st.unpackfrom", P0, last, P1)], [fmts, offsets])
        yield grid(
            f"buffer/{name}/into",
            [*steps, ("st.packinto", Hole(0, 0), last, P1, Hole(0, 1)), ("content", R0)],
            [
                [["", []], ["b", [1]], ["<h", [513]], [">i", [-2]], ["<bxh", [1, 2]], ["b", [300]], ["b", []],
                 ["3s", [b"XY"]], ["<q", ["a"]], ["z", []], ["9s", [b""]], ["x", []], ["<f", [1e40]]],
                offsets,
            ],
        )  # fmt: skip
    yield grid(
        "buffer/others",
        [
            ("st.unpack", "b", P0),
            ("st.unpackfrom", "b", P0),
            ("st.iterunpack", "b", P0),
            ("st.packinto", "b", P0, 0, [1]),
        ],
        [[None, 5, "a", [1]]],
    )
    yield grid(
        "buffer/offsets",
        [("mem", b"abcd"), ("st.unpackfrom", "b", R0, P0), ("st.packinto", "b", R0, P0, [1])],
        [["a", 1.5, None, b"a", True]],
    )
    yield grid(
        "buffer/faults",
        [("mem", b"\1\2\3\4"), ("st.packinto", "<bb", R0, P0, P1)],
        [[0, 3, -1, -9, 9], [[1, 300], [1], [1, 2, 3], ["a", 300], [1, 2]]],
    )


def complexes():
    """F and D, complex numbers (3.14)."""
    values = [1 + 2j, complex(-0.0, 0.0), complex(float("inf"), float("nan")), 1e40 + 0j, 1, 1.5, True]
    values += ["a", None, b"a", complex(0, 1e40)]
    for prefix in ("", "<", ">"):
        for code in "FD":
            size = struct.calcsize(prefix + code)
            content = [bytes(size), bytes(range(1, size + 1)), struct.pack(prefix + code, 1.5 - 2j)]
            yield grid(
                f"complex/{prefix}{code}",
                [("st.calcsize", prefix + code), ("st.pack", prefix + code, [P0])],
                [values],
            )
            yield grid(
                f"complex/unpack/{prefix}{code}",
                [
                    ("st.unpack", prefix + code, P0),
                    ("st.calcsize", "b" + code),
                    ("st.pack", f"{prefix}b2{code}", [1, 1j, 2]),
                ],
                [content],
            )
