"""Small domains, tried without gaps: slices, casts, equality, shapes, indices, layouts, locks."""

import struct
from itertools import permutations, product
from math import prod

from grids import grid
from values import Hole, Reg

R0, R1, R2, R3, R4, R5 = map(Reg, range(6))
P0, P1, P2, P3 = map(Hole, range(4))

NATIVE = list("cbB?hHiIlLqQnNPefd")
CARRIED = ["<I", ">I", "=I", "<q", ">H", "!h", "<d", ">f", "<e", "=?", "<l", "<L", "@i", "@B", "@d"]
CARRIED += ["2H", "HH", "<HB", "4s", "4p", "xB", "3x", "<?", ">Q", "@P", "@n"]
# What `struct` cannot read, with the size of an item: unequal even to itself.
UNREADABLE = {"w": 4, "u": 2, "T{B:a:}": 1, "T{<I:a:}": 4, "g": 16, "": 1, "B:a:": 1, "i4": 4, "(2)h": 4}
SIZES = {fmt: struct.calcsize(fmt) for fmt in NATIVE + CARRIED} | UNREADABLE

ALPHABET = b"abcdefgh"
WIDE = struct.pack("<8h", 1, -2, 300, 32767, -32768, 0, 77, 513)


def parts(axis, count):
    return [Hole(axis, item) for item in range(count)]


def limits(n):
    return [None, *range(-n - 1, n + 2)]


def slices():
    steps = [None, -3, -2, -1, 0, 1, 2, 3]
    for n in range(6):
        for fmt, content in (("B", ALPHABET[:n]), ("h", WIDE[: 2 * n])):
            yield grid(
                f"slice/{fmt}/{n}",
                [
                    ("mem", content),
                    ("mv", R0),
                    ("mv.cast", R1, fmt),
                    ("mv.slice", R2, P0, P1, P2),
                    ("mv.layout", R3),
                ],
                [limits(n), limits(n), steps],
            )
    # A slice of a slice: strides multiply, and an empty one keeps them.
    yield grid(
        "slice/of/slice",
        [
            ("bytes", ALPHABET),
            ("mv", R0),
            ("mv.slice", R1, None, None, P0),
            ("mv.slice", R2, P1, P2, P3),
            ("mv.layout", R3),
        ],
        [[1, 2, 3, -1, -2, -3], [None, 1, -1], [None, 0, 2, -1], [1, 2, -1, -2]],
    )
    huge = [None, 2, 2**31, -(2**31) - 1, 2**62, -(2**62), 2**70, -(2**70)]
    yield grid(
        "slice/huge",
        [("bytes", ALPHABET), ("mv", R0), ("mv.slice", R1, P0, P1, P2), ("mv.tobytes", R2)],
        [huge, huge, huge],
    )
    odd = [None, 1, True, "a", 1.5, b"a", [1]]
    yield grid(
        "slice/odd",
        [("bytes", ALPHABET), ("mv", R0), ("mv.slice", R1, P0, P1, P2), ("mv.layout", R2)],
        [odd, odd, odd],
    )


def slice_assignments():
    for n in range(6):
        for fmt, memory, unit in (("B", ALPHABET[:n], b"STUVW"), ("h", WIDE[: 2 * n], WIDE[6:])):
            sources = [unit[: struct.calcsize(fmt) * k] for k in range(n + 1)]
            yield grid(
                f"assign/{fmt}/{n}",
                [
                    ("mem", memory),
                    ("mv", R0),
                    ("mv.cast", R1, fmt),
                    ("bytes", P3),
                    ("mv", R3),
                    ("mv.cast", R4, fmt),
                    ("mv.setslice", R2, P0, P1, P2, R5),
                    ("content", R0),
                ],
                [limits(n), limits(n), [None, -2, -1, 0, 2, 3], sources],
            )
    yield from overlapping_assignments()
    yield assignments_by_format()


def overlapping_assignments():
    """Source and target share memory: every pair of slices of 5 items of one length."""
    forwards = [[a, b, s] for s in (1, 2) for a in range(5) for b in range(a + 1, 6)]
    backwards = [[a, None, s] for s in (-1, -2) for a in range(5)]
    for fmt, memory in (("B", ALPHABET[:5]), ("h", WIDE[:10])):
        for length in range(1, 6):
            keys = [k for k in forwards + backwards if len(range(*slice(*k).indices(5))) == length]
            yield grid(
                f"assign/overlap/{fmt}/{length}",
                [
                    ("mem", memory),
                    ("mv", R0),
                    ("mv.cast", R1, fmt),
                    ("mv.slice", R2, *parts(1, 3)),
                    ("mv.setslice", R2, *parts(0, 3), R3),
                    ("content", R0),
                ],
                [keys, keys],
            )


def exporter_of(axis, memory):
    """An axis of [format, itemsize, count, content] as a one-dimensional exporter."""
    fmt, itemsize, count, _ = parts(axis, 4)
    return ("nd", memory, fmt, itemsize, [count], [itemsize], 0, False)


def assignments_by_format():
    axis = [[fmt, size, 2, bytes(range(2 * size))] for fmt, size in SIZES.items()]
    return grid(
        "assign/formats",
        [
            ("mem", Hole(0, 3)),
            exporter_of(0, R0),
            ("mv", R1),
            ("mem", Hole(1, 3)),
            exporter_of(1, R3),
            ("mv.setslice", R2, None, None, None, R4),
            ("content", R0),
        ],
        [axis, axis],
    )


def casts():
    for size in (0, 12, 16, 7):
        content = bytes((0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1)[:size])
        axis = [
            [fmt, itemsize, size // itemsize, content]
            for fmt, itemsize in SIZES.items()
            if itemsize and size % itemsize == 0
        ]
        targets = [*SIZES, "z", "@", "BB", " B", "B ", "1B", "<", "@@B", "é", "B\0", 5, None, b"B"]
        yield grid(
            f"cast/formats/{size}",
            [
                ("mem", content),
                exporter_of(0, R0),
                ("mv", R1),
                ("mv.cast", R2, P1),
                ("mv.attributes", R3),
                ("mv.tolist", R3),
                ("mv.tobytes", R3),
            ],
            [axis, targets],
        )
    yield from shape_casts()
    yield from cast_faults()


def factorisations(number, ndim):
    if ndim == 1:
        return [[number]]
    return [
        [first, *rest]
        for first in range(1, number + 1)
        if number % first == 0
        for rest in factorisations(number // first, ndim - 1)
    ]


def shape_casts():
    content = bytes(range(24))
    right = [shape for n in (24, 12, 6, 3) for ndim in (1, 2, 3, 4) for shape in factorisations(n, ndim)]
    for fmt in "BbcHid":
        yield grid(
            f"cast/shapes/{fmt}",
            [
                ("bytes", content),
                ("mv", R0),
                ("mv.cast", R1, fmt, P0),
                ("mv.attributes", R2),
                ("mv.tolist", R2),
                ("mv.tobytes", R2, "F"),
                ("mv.cast", R2, "B"),
                ("mv.attributes", R3),
                ("mv.slice", R2, None, None, -1),
                ("mv.layout", R4),
            ],
            [right],
        )
    small = [list(shape) for ndim in range(4) for shape in product((0, 1, 2, 3, -1), repeat=ndim)]
    yield grid(
        "cast/shapes/small",
        [("bytes", P0), ("mv", R0), ("mv.cast", R1, "B", P1), ("mv.attributes", R2)],
        [[content[:n] for n in (0, 1, 2, 4, 6, 12)], small],
    )
    several = [[4], [2, 2], [1, 4], [1, 1, 4], [], [2], [1], [2, 1]]
    yield grid(
        "cast/shapes/twice",
        [
            ("bytes", ALPHABET[:4]),
            ("mv", R0),
            ("mv.cast", R1, P0, P1),
            ("mv.cast", R2, P2, P3),
            ("mv.attributes", R3),
        ],
        [["B", "h", "i"], several, ["B", "c", "h"], several],
    )


def cast_faults():
    """Each fault alone and with others: which one is told decides the class of the error."""
    shapes = [[4], [2, 2], [], [0], [-1], [2, 0], [2, -1], [3], [2**62, 4], [2**70], ["a"], [1.5], [None]]
    shapes += [(2, 2), "ab", 4, [1] * 64, [1] * 65, [True, 4], b"ab"]
    making = {
        "nothing": [("mv.slice", R1, None, None, None)],
        "strided": [("mv.slice", R1, None, None, 2)],
        "backwards": [("mv.slice", R1, None, None, -1)],
        "empty": [("mv.slice", R1, 0, 0, None)],
        "2-D": [("mv.cast", R1, "B", [2, 2])],
        "0-D": [("mv.slice", R1, 0, 1, None), ("mv.cast", R2, "B", [])],
        "2-D empty": [("mv.cast", R1, "B", [2, 2]), ("mv.slice", R2, 0, 0, None)],
        "2-D backwards": [("mv.cast", R1, "B", [2, 2]), ("mv.slice", R2, None, None, -1)],
    }
    for name, steps in making.items():
        last = Reg(1 + len(steps))
        for released in (False, True):
            yield grid(
                f"cast/faults/{name}{'/released' if released else ''}",
                [
                    ("bytes", ALPHABET[:4]),
                    ("mv", R0),
                    *steps,
                    *([("mv.release", last)] if released else []),
                    ("mv.cast", last, P0, P1),
                ],
                [["B", "c", "h", "i", "q", "@B", "<i", "z", "", "é", 5], shapes],
            )


def equality():
    def axis(content_of, extra):
        rows = []
        for fmt, size in SIZES.items():
            content = content_of(fmt, size)
            if content is not None:
                rows.append([fmt, size, len(content) // size if size else 2, content])
        return rows + extra

    def packed(*values):
        def content_of(fmt, size):
            if fmt in UNREADABLE:
                return bytes(2 * size)
            count = len(struct.unpack(fmt, bytes(size)))
            try:
                return b"".join(struct.pack(fmt, *[value] * count) for value in values)
            except (struct.error, OverflowError):
                return None

        return content_of

    zeros = axis(lambda fmt, size: bytes(2 * size), [])
    sixteen = axis(lambda fmt, size: bytes(range(1, 17)) if size and "?" not in fmt else None, [])
    for name, rows in {
        "small": axis(packed(1, 0), []),
        "negative": axis(packed(-1, -2), axis(packed(255, 254), [])),
        "text": axis(packed(b"a", b"b"), axis(packed(97, 98), [])),
        "zeros": zeros,
        "empty": axis(lambda fmt, size: b"", []),
        "raw": sixteen,
    }.items():
        if name == "empty":
            rows = [[fmt, size, 0, content] for fmt, size, _, content in rows]
        yield grid(
            f"equal/{name}",
            [
                ("mem", Hole(0, 3)),
                exporter_of(0, R0),
                ("mv", R1),
                ("mem", Hole(1, 3)),
                exporter_of(1, R3),
                ("mv.eq", R2, R4),
            ],
            [rows, rows],
        )
    yield from equality_of_numbers()
    yield from equality_of_shapes()


def equality_of_numbers():
    """Integers and floats compare exactly; NaN equals nothing, not even in the very same memory."""
    numbers = [0, 1, -1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**63 + 1, -(2**63), 2**64 - 1]
    floats = [0.0, -0.0, 1.0, 1.5, 2.0**53, 2.0**63, 2.0**64, -(2.0**63), 0.1, 65504.0]
    floats += [float("inf"), float("-inf"), float("nan"), 5e-324, 3.4028234663852886e38]
    rows = []
    for fmt in ["q", "Q", "n", "N", "d", "f", "e", "<q", ">Q", ">d", "<e", "<f", "B", "b"]:
        for value in numbers + floats:
            try:
                if isinstance(value, float) and fmt[-1] not in "efd":
                    continue
                rows.append([fmt, SIZES.get(fmt, struct.calcsize(fmt)), 1, struct.pack(fmt, value)])
            except (struct.error, OverflowError):
                pass
    chosen = [row for row in rows if row[0] in ("q", "Q", "d", ">d", "e", "B", "<q", "f")]
    yield grid(
        "equal/numbers",
        [
            ("mem", Hole(0, 3)),
            exporter_of(0, R0),
            ("mv", R1),
            ("mem", Hole(1, 3)),
            exporter_of(1, R3),
            ("mv.eq", R2, R4),
            ("mv.eq", R2, R2),
        ],
        [rows, chosen],
    )


def equality_of_shapes():
    content = bytes([1, 1, 1, 1, 1, 1])
    shapes = [list(s) for ndim in range(4) for s in product((0, 1, 2), repeat=ndim) if prod(s) <= 6]

    def array(axis, memory):
        shape, strides = parts(axis, 2)
        return ("nd", memory, "B", 1, shape, strides, 0, False)

    axis = [[shape, [1] * len(shape)] for shape in shapes]
    yield grid(
        "equal/shapes",
        [
            ("mem", content),
            ("mem", content),
            array(0, R0),
            array(1, R1),
            ("mv", R2),
            ("mv.eq", R4, R3),
        ],
        [axis, axis],
    )
    yield grid(
        "equal/others",
        [
            ("bytes", P0),
            ("mv", R0),
            ("mv.slice", R1, None, None, P1),
            ("mv.eq", R2, P2),
        ],
        [
            [b"", b"a", b"abc"],
            [1, -1, 2],
            [None, 0, 97, "abc", "", b"abc", b"cba", b"ac", b"", [97], True, (97, 98, 99), 1.5],
        ],
    )


def strides_of(shape, order):
    """Dense strides of the axes in that order, the last varying fastest."""
    strides = [0] * len(shape)
    stride = 1
    for axis in reversed(order):
        strides[axis] = stride
        stride *= max(1, shape[axis])
    return strides


def layouts():
    """[shape, strides, offset] over 40 items: any order of the axes, directions, gaps and repeats."""
    found = []
    for ndim in range(4):
        extents = (0, 1, 2, 3) if ndim < 3 else (0, 1, 2)
        for shape in product(extents, repeat=ndim):
            for order in permutations(range(ndim)):
                dense = strides_of(shape, order)
                for signs in product((1, -1), repeat=ndim):
                    for gap in (1, 2):
                        strides = [sign * gap * stride for sign, stride in zip(signs, dense)]
                        offset = sum(-s * max(0, n - 1) for s, n in zip(strides, shape) if s < 0)
                        if offset + 1 < 40 and [list(shape), strides, offset] not in found:
                            found.append([list(shape), strides, offset])
    return found


def arrays():
    content = bytes((7 * at + 3) % 256 for at in range(80))
    for fmt in ("B", "h"):
        size = struct.calcsize(fmt)
        axis = [[shape, [size * s for s in strides], size * at] for shape, strides, at in layouts()]
        yield grid(
            f"layout/{fmt}",
            [
                ("mem", content),
                ("nd", R0, fmt, size, *parts(0, 3), False),
                ("mv", R1),
                ("mv.attributes", R2),
                ("mv.tobytes", R2),
                ("mv.tobytes", R2, "F"),
                ("mv.tobytes", R2, "A"),
                ("mv.tolist", R2),
                ("mv.hex", R2, ":", 3),
                ("mv.eq", R2, R2),
                ("mv.slice", R2, None, None, -1),
                ("mv.layout", R3),
            ],
            [axis],
        )
    shapes = [list(shape) for ndim in range(4) for shape in product((0, 1, 2), repeat=ndim)]
    strides = {ndim: [list(s) for s in product((0, 1, 2, 4, -1), repeat=ndim)] for ndim in range(4)}
    for ndim in range(4):
        yield grid(
            f"contiguous/{ndim}",
            [
                ("mem", content),
                ("nd", R0, "B", 1, P0, P1, 8, True),
                ("mv", R1),
                ("mv.attributes", R2),
                ("mv.tobytes", R2, "A"),
            ],
            [[shape for shape in shapes if len(shape) == ndim], strides[ndim]],
        )
    yield grid(
        "tobytes/orders",
        [("bytes", content[:12]), ("mv", R0), ("mv.cast", R1, "B", P0), ("mv.tobytes", R2, P1)],
        [
            [[12], [3, 4], [2, 3, 2], [1, 12]],
            [None, "C", "F", "A", "c", "f", "X", "", "CF", 5, 1.5, b"C"],
        ],
    )


def indices():
    keys = [[], [0], [1], [-1], [2], [-3], [2**31], [2**62], [2**70], [-(2**70)], [True], ["a"], [None]]
    keys += [[1.5], [b"a"], [[0]], [0, 0], [-1, -1], [0, 3], [2, 0], [0, "a"], [None, 0], [0, 1.5]]
    keys += [[0, 0, 0], [1, 2, 1], [-1, -3, -2], [0, 0, 2], [0, 3, 0], [0, 0, "a"], [0, 0, 0, 0]]
    for ndim, shape in enumerate(([], [2], [2, 3], [2, 3, 2])):
        for fmt in ("B", "<H", "i"):
            size = struct.calcsize(fmt)
            strides = [size * s for s in strides_of(shape, range(ndim))]
            for read_only in (False, True):
                yield grid(
                    f"index/{ndim}/{fmt}{'/read-only' if read_only else ''}",
                    [
                        ("mem", bytes(range(100, 100 + 48))),
                        ("nd", R0, fmt, size, shape, strides, 0, read_only),
                        ("mv", R1),
                        ("mv.get", R2, P0),
                        ("mv.set", R2, P0, P1),
                        ("content", R0),
                    ],
                    [keys, [7, 256, "a", 2**40]],
                )
    for n in range(6):
        for fmt, memory in (("B", ALPHABET[:n]), ("h", WIDE[: 2 * n])):
            yield grid(
                f"index/length/{fmt}/{n}",
                [
                    ("mem", memory),
                    ("mv", R0),
                    ("mv.cast", R1, fmt),
                    ("mv.slice", R2, None, None, P1),
                    ("mv.get", R3, [P0]),
                    ("mv.set", R3, [P0], 65),
                    ("content", R0),
                ],
                [list(range(-n - 2, n + 3)), [1, -1, 2, -2]],
            )
    for shape in ([], [2], [2, 3], [0], [0, 3], [2, 0]):
        strides = strides_of(shape, range(len(shape)))
        yield grid(
            f"shape/{'x'.join(map(str, shape))}",
            [
                ("mem", ALPHABET),
                ("nd", R0, "B", 1, shape, strides, 0, False),
                ("mv", R1),
                ("mv.len", R2),
                ("mv.items", R2),
                ("mv.tolist", R2),
                ("mv.slice", R2, *parts(0, 3)),
                ("mv.layout", R3),
                ("mv.setslice", R2, *parts(0, 3), R2),
                ("mv.toreadonly", R2),
                ("mv.hash", R4),
            ],
            [[[None, None, None], [1, None, None], [None, None, -1], [5, 9, 2]]],
        )


def hexes():
    yield grid(
        "hex/groups",
        [
            ("bytes", P0),
            ("mv", R0),
            ("mv.hex", R1, P1, P2),
            ("mv.slice", R1, None, None, -2),
            ("mv.hex", R2, P1, P2),
        ],
        [[ALPHABET[:n] for n in range(9)], [":", "-", " "], list(range(-9, 10))],
    )
    yield grid(
        "hex/faults",
        [("bytes", ALPHABET), ("mv", R0), ("mv.hex", R1, *parts(0, 2))],
        [[[sep, n] for sep in ["", "::", "é", "\x7f", "\0", "€", 5, b":", b"::"] for n in (1, 0, -2)]],
    )
    yield grid(
        "hex/plain",
        [("bytes", P0), ("mv", R0), ("mv.hex", R1), ("mv.hex", R1, P1)],
        [[ALPHABET[:n] for n in range(9)], [":", "x"]],
    )
    yield grid(
        "hex/items",
        [("bytes", ALPHABET), ("mv", R0), ("mv.cast", R1, *parts(0, 2)), ("mv.hex", R2, ".", P1)],
        [[["h", [4]], ["i", [2]], ["B", [2, 4]], ["h", [2, 2]], ["q", []]], [-3, -1, 1, 2, 3]],
    )
