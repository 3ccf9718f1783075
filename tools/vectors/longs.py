"""Long bytes: what is done to many bytes at a time, and where that begins and ends."""

from changes import change
from methods import CASES, P0, R0, R1, R2, calls
from subjects import subject_grid, table_grid
from values import Hole, Long

P1 = Hole(1)

AROUND = [33, 64, 65, 127, 255, 256, 257, 1025, 4099]
LARGE = [70003]
LETTERS = [b"ab", b"abcdefghijklmnopqrstuvwxyz. \n\tAZ", bytes(range(256)), b"a" * 300 + b"bc", b"a"]
RARE = LETTERS[3]

MANY = [Long(size, size, letters) for size in AROUND for letters in LETTERS]
MANY += [Long(size, size, letters) for size in LARGE for letters in LETTERS[1:3]]
REVERSED = bytes(reversed(range(256)))


def searches():
    needles = [b"b", b"c", b"bc", b"ab", b"aab", b"aaaaaaaaa", b"aaaaaaaab", b"zz", b"\xff", b"", 99, 0]
    limits = [(), (1,), (-900,), (7, -3), (None, 40), (33, 66)]
    args = [[needle, *limit] for needle in needles for limit in limits]
    yield from calls("long/search", MANY, ["find", "rfind", "count"], args)
    yield from calls(
        "long/contains", MANY, ["contains", "startswith", "endswith"], [[b"cab"], [b"a"], [b"a" * 40]]
    )


def parts():
    both = ["split", "rsplit"]
    separators = [[b"a"], [b"b"], [b" "], [None], [b"ab"], [b"\n"], [b"a", 5], [None, 7], [b"bc", 2]]
    yield from calls("long/split", MANY, both, [[], *separators])
    yield from calls("long/lines", MANY, ["splitlines"], [[], [True]])
    yield from calls("long/partition", MANY, ["partition", "rpartition"], [[b"b"], [b"zz"], [b"ba"]])
    yield from calls("long/strip", MANY, ["strip", "lstrip", "rstrip"], [[], [b"a"], [b"abcdefgh"]])
    yield from calls(
        "long/slice", MANY, ["slice"], [[1, -1, None], [None, None, -1], [3, None, 7], [-1, 2, -5]]
    )


def building():
    pairs = [
        [b"a", b"x"],
        [b"a", b""],
        [b"b", b"longer"],
        [b"ab", b"ba"],
        [b"", b"-"],
        [b"aa", b"b", 10],
        [b"zz", b"y"],
    ]
    yield from calls("long/replace", MANY, ["replace"], pairs)
    tables = [
        [REVERSED],
        [None, b"a"],
        [None, b"abc\n"],
        [REVERSED, b"b"],
        [REVERSED, bytes(range(0, 256, 2))],
    ]
    yield from calls("long/translate", MANY, ["translate"], [*tables, [None, b""], [None, bytes(range(256))]])
    yield from calls("long/case", MANY, CASES, [[]])
    yield from calls("long/pad", MANY, ["center", "ljust", "rjust", "zfill"], [[150], [5000]])
    yield from calls("long/tabs", MANY, ["expandtabs"], [[], [3]])
    yield from calls(
        "long/join", [b"", b", "], ["join"], [[[one, two, one]] for one, two in zip(MANY, MANY[1:])]
    )
    yield from calls("long/repeat", MANY, ["repeat"], [[2], [3]])
    yield from calls(
        "long/mod",
        [b"%s|%b|%.9s|%5000s", b"%a"],
        ["mod"],
        [[(one,) * 4] for one in MANY[:30:4]] + [[MANY[12]]],
    )


def texts():
    yield from calls("long/hex", MANY, ["hex"], [[], [":"], ["-", 4], [" ", -3]])
    handlers = ["ignore", "replace", "backslashreplace", "surrogateescape", "strict"]
    yield from calls(
        "long/decode", MANY, ["decode"], [[name, way] for name in ("utf-8", "ascii") for way in handlers]
    )
    for encoding in ("utf-8", "latin-1"):
        steps = [("subject", P0), ("kept", "b.decode", R0, "latin-1"), ("b.new", R0, R1, encoding)]
        yield subject_grid(f"long/encode/{encoding}", steps, [MANY])
    steps = [
        ("subject", P0),
        ("kept", "b.hex", R0),
        ("b.fromhex", R0, R1),
        ("kept", "b.hex", R0, " ", 2),
        ("b.fromhex", R0, R2),
    ]
    yield subject_grid("long/fromhex", steps, [MANY])
    steps = [("subject", P0), ("kept", "b.tobase64", R0), ("b.frombase64", R0, R1), ("b.eq", R0, R0)]
    yield subject_grid("long/base64", steps, [MANY])


def comparisons():
    """With the same but for one byte, near the end."""
    steps = [
        ("subject", P0),
        ("kept", "b.slice", R0, None, P1, None),
        ("kept", "b.concat", R1, b"a"),
        ("b.eq", R0, R2),
    ]
    yield subject_grid(
        "long/compare", [*steps, ("b.compare", R0, R2), ("b.eq", R0, R0)], [MANY, [None, -1, -2, -17]]
    )


CHANGED = [one for one in MANY if len(one) in (33, 256, 1025, 70003)]


def changed():
    steps = {
        "insert": ("ba.insert", R0, P1, 33),
        "pop": ("ba.pop", R0, P1),
        "delete": ("ba.delete", R0, P1),
        "head": ("ba.delslice", R0, None, P1, None),
        "tail": ("ba.delslice", R0, P1, None, None),
        "every third": ("ba.delslice", R0, P1, None, 3),
        "every third back": ("ba.delslice", R0, P1, None, -3),
        "gap": ("ba.setslice", R0, P1, -2, None, b"GAP"),
        "itself": ("ba.setslice", R0, P1, -2, None, R0),
        "take": ("ba.takebytes", R0, P1),
    }
    for name, step in steps.items():
        yield from change(f"long/{name}", step, [CHANGED, [0, 1, 7, 30, -1, -9, -30]])
    for name, step in {
        "reverse": ("ba.reverse", R0),
        "twice": ("ba.imul", R0, 2),
        "extend": ("ba.extend", R0, R0),
    }.items():
        yield from change(f"long/{name}", step, [CHANGED])
    for size in (33, 1025):
        yield table_grid(
            f"long/write/{size}",
            [("bytearray", P0), ("ba.setslice", R0, None, None, P1, SOURCES[size]), ("content", R0)],
            [[one for one in CHANGED if len(one) == size], [2, -2]],
        )


SOURCES = {size: Long(9, (size + 1) // 2, b"XY") for size in (33, 1025)}


def grids():
    yield from searches()
    yield from parts()
    yield from building()
    yield from texts()
    yield from comparisons()
    yield from changed()
