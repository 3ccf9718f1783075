"""Reading and writing single items: every native format, boundary values, wrong types, odd floats."""

import struct

from exhaustive import NATIVE, P0, R0, R1, R2, R3
from grids import grid
from programs import FLOATS, INTEGERS, NOT_NUMBERS, TRUTHS
from values import Hole

INTEGER_CODES = "bBhHiIlLqQnNP"


def boundaries(code):
    bits = 8 * struct.calcsize(code)
    ends = [0, 1, -1, 2**bits - 1, 2**bits, 2 ** (bits - 1) - 1, 2 ** (bits - 1)]
    return ends + [-(2 ** (bits - 1)), -(2 ** (bits - 1)) - 1, -(2**bits), 2**64, -(2**63) - 1, 2**70]


def half_floats():
    """Values around every kind of half float: exact, halfway, just beside, subnormal, too large."""
    found = []
    for bits in [0, 1, 2, 3, 0x3FF, 0x400, 0x401, 0x3BFF, 0x3C00, 0x3C01, 0x7BFE, 0x7BFF]:
        low = struct.unpack("<e", struct.pack("<H", bits))[0]
        above = 65536.0 if bits == 0x7BFF else struct.unpack("<e", struct.pack("<H", bits + 1))[0]
        half = (low + above) / 2
        around = [low, half, next_float(half, -1), next_float(half, 1), next_float(low, 1)]
        found += around + [-value for value in around]
    return found


def next_float(value, direction):
    bits = struct.unpack("<q", struct.pack("<d", value))[0]
    return struct.unpack("<d", struct.pack("<q", max(0, bits + direction)))[0]


def floats_32():
    top = 3.4028234663852886e38  # the largest
    found = [top, next_float(top, 1), 3.4028235677973366e38, 3.4028235677973362e38]
    for value in (1.0, 1.1754943508222875e-38, 1.401298464324817e-45):
        step = 1.1920928955078125e-07 * value if value > 1e-40 else value
        half = value + step / 2
        found += [value, half, next_float(half, 1), next_float(half, -1)]
    return found + [-value for value in found] + [16777217.0, 7.006492321624085e-46, 7.006492321624086e-46]


def writes():
    for code in NATIVE:
        if code in INTEGER_CODES:
            odd = [1.5, -0.5, float("inf"), float("nan"), True, False]
            values = boundaries(code) + INTEGERS + odd + NOT_NUMBERS
        elif code == "?":
            values = TRUTHS
        elif code == "c":
            values = [b"a", b"\xff", b"", b"ab", bytearray(b"a"), 97, "a", None, 1.5, True, [97]]
        else:
            values = FLOATS + half_floats() + floats_32() + INTEGERS + NOT_NUMBERS
            values += [10**400, -(10**400), True, 1.7976931348623157e308]
        for prefix in ("", "@"):
            yield grid(
                f"set/{prefix}{code}",
                [
                    ("mem", bytes([0x55] * 3 * struct.calcsize(code))),
                    ("mv", R0),
                    ("mv.cast", R1, prefix + code),
                    ("mv.set", R2, [1], P0),
                    ("content", R0),
                ],
                [values],
            )


def patterns(size):
    found = [bytes(size), b"\xff" * size, b"\x01" + bytes(size - 1), bytes(size - 1) + b"\x01"]
    found += [bytes(size - 1) + b"\x80", b"\xff" * (size - 1) + b"\x7f", bytes(range(1, size + 1))]
    found += [bytes(range(0xF0, 0xF0 + size)), b"\x00" * (size - 1) + b"\x20"]
    if size >= 2:
        found += [bytes(size - 2) + top for top in (b"\x80\x3f", b"\xf0\x7f", b"\xf0\xff", b"\x00\x7c")]
        found += [bytes(size - 2) + top for top in (b"\x00\xfc", b"\x01\x7e", b"\xff\x03", b"\x00\x04")]
    return found


def reads():
    for code in NATIVE:
        size = struct.calcsize(code)
        content = [pattern for pattern in patterns(size) if code != "?" or max(pattern) < 2]
        yield grid(
            f"get/{code}",
            [
                ("bytes", P0),
                ("mv", R0),
                ("mv.cast", R1, code),
                ("mv.get", R2, [0]),
                ("mv.tolist", R2),
                ("mv.items", R2),
                ("mv.slice", R2, None, None, -1),
                ("mv.tolist", R3),
            ],
            [[pattern + pattern[::-1] for pattern in content]],
        )
    # Every half float with a byte at either end of its range, and all 256 of some bytes.
    halves = b"".join(struct.pack("<H", at) for at in range(0, 65536, 37) if not nan_half(at))
    yield grid(
        "get/e/many",
        [("bytes", P0), ("mv", R0), ("mv.cast", R1, "e"), ("mv.tolist", R2)],
        [[halves]],
    )
    yield grid(
        "get/bytes/all",
        [("bytes", bytes(range(256))), ("mv", R0), ("mv.cast", R1, P0), ("mv.tolist", R2), ("mv.hex", R2)],
        [["B", "b", "c"]],
    )


def nan_half(bits):
    return bits & 0x7C00 == 0x7C00 and bits & 0x3FF != 0


def searches():
    """count and index: `==` on items, positions clipped as list.index does (3.14)."""
    content = struct.pack("<8i", 1, 2, 1, -1, 0, 97, 1, 2)
    values = [1, 2, -1, 0, 97, 5, True, False, 1.5, 97.0, "a", None, b"a", 2**70, float("nan")]
    for fmt in ("i", "B", "b", "c", "h", "?"):
        data = content if fmt == "i" else b"\x01\x02\x01\xff\x00a\x01\x02"
        data = b"\x01\x00\x01\x01" if fmt == "?" else data
        yield grid(
            f"search/{fmt}",
            [
                ("bytes", data),
                ("mv", R0),
                ("mv.cast", R1, fmt),
                ("mv.slice", R2, None, None, Hole(1)),
                ("mv.count", R3, P0),
                ("mv.index", R3, P0),
            ],
            [values, [1, -1, 2, -2]],
        )
    limits = [-9, -8, -4, -1, 0, 1, 3, 7, 8, 9, 2**70, -(2**70)]
    yield grid(
        "search/limits",
        [
            ("bytes", b"abcabcab"),
            ("mv", R0),
            ("mv.index", R1, P0, Hole(1), Hole(2)),
            ("mv.index", R1, P0, Hole(1)),
        ],
        [[97, 99, 100], limits, limits],
    )
    nan = struct.pack("<3d", float("nan"), 0.0, -0.0)
    yield grid(
        "search/d",
        [("bytes", nan), ("mv", R0), ("mv.cast", R1, "d"), ("mv.count", R2, P0), ("mv.index", R2, P0)],
        [[0.0, -0.0, 0, float("nan"), 1.5, False, "a"]],
    )
    yield grid(
        "search/shapes",
        [
            ("mem", b"abcdef" * 4),
            ("nd", R0, Hole(1), 1, *[Hole(0, at) for at in range(2)], 0, False),
            ("mv", R1),
            ("mv.count", R2, 97),
            ("mv.index", R2, 97),
            ("mv.index", R2, 98, 0, 2),
            ("mv.release", R2),
            ("mv.count", R2, 97),
            ("mv.index", R2, 97),
        ],
        [[[[], []], [[2, 2], [2, 1]], [[0], [1]], [[3], [2]]], ["B", "<B", "b"]],
    )
