"""Everything that changes a bytearray: what it answers, the contents then, what a view forbids."""

from itertools import product

from methods import HUGE, R0, R1, R2, R3, words
from subjects import table_grid
from values import Hole

P0, P1, P2, P3, P4 = map(Hole, range(5))

SUBJECTS = [b"abcde"[:size] for size in range(6)]
ODD = [None, "a", 1.5, b"a", b"", bytearray(b"a"), True, "", (1,), *HUGE]


def change(name, step, over):
    """A step on its own; while a view is alive; and again when that is released."""
    yield table_grid(name, [("bytearray", P0), step, ("content", R0)], over)
    yield table_grid(
        f"{name}/viewed",
        [("bytearray", P0), ("mv", R0), step, ("mv.tobytes", R1), ("mv.release", R1), step, ("content", R0)],
        over,
    )


def limits(size):
    return [None, *range(-size - 1, size + 2)]


def slice_changes():
    steps = [None, -3, -2, -1, 1, 2, 3]
    for size, subject in enumerate(SUBJECTS):
        bounds = limits(size)
        sources = [b"STUVWXY"[:count] for count in range(size + 2)]
        set_step = ("ba.setslice", R0, P1, P2, P3, P4)
        yield table_grid(
            f"setslice/{size}",
            [("bytearray", P0), set_step, ("content", R0)],
            [[subject], bounds, bounds, steps, sources],
        )
        delete_step = ("ba.delslice", R0, P1, P2, P3)
        yield from change(f"delslice/{size}", delete_step, [[subject], bounds, bounds, steps])
    few = [None, 0, 1, 3, -2]
    sources = [
        b"",
        b"X",
        b"XY",
        [],
        [1],
        [2, 3],
        (4, 5),
        [1, 256],
        [7, "a"],
        ["a"],
        [None],
        bytearray(b"XYZ"),
    ]
    yield from change(
        "setslice/viewed",
        ("ba.setslice", R0, P1, P2, P3, P4),
        [[b"", b"abcd"], few, few, [None, 2, -1], sources],
    )
    odd = [None, 1, True, 0, "a", 1.5, *HUGE]
    yield from change(
        "setslice/odd",
        ("ba.setslice", R0, P1, P2, P3, P4),
        [[b"abc"], odd, [None, "b", 2], odd, [b"xy", 5, "ab", None, [300], 1.5, True]],
    )
    yield from change("delslice/odd", ("ba.delslice", R0, P1, P2, P3), [[b"abc"], odd, odd, odd])


def self_changes():
    """A bytearray assigned to a part of itself, and views of it."""
    bounds = [None, 0, 1, 2, 4, -1]
    for name, source in {"itself": R0, "a view": R1, "a part": R2, "a backwards view": R3}.items():
        yield table_grid(
            f"setslice/of {name}",
            [
                ("bytearray", b"abcd"),
                ("mv", R0),
                ("mv.slice", R1, 1, 3, None),
                ("mv.slice", R1, None, None, -1),
                ("ba.setslice", R0, P0, P1, P2, source),
                ("content", R0),
                ("ba.extend", R0, source),
                ("content", R0),
                *[("mv.release", view) for view in (R1, R2, R3) if view != source],
                ("ba.setslice", R0, P0, P1, P2, source),
                ("ba.extend", R0, source),
                ("content", R0),
            ],
            [bounds, bounds, [None, 1, 2, -1, -2]],
        )


def item_changes():
    values = [0, 97, 255, 256, -1, *ODD]
    for size, subject in enumerate(SUBJECTS):
        at = [*range(-size - 2, size + 3), True, "a", 1.5, None, b"a", *HUGE]
        yield from change(f"set/{size}", ("ba.set", R0, P1, P2), [[subject], at, values])
        yield from change(f"insert/{size}", ("ba.insert", R0, P1, P2), [[subject], at, values])
        yield from change(f"pop/{size}", ("ba.pop", R0, P1), [[subject], at])
        yield from change(f"delete/{size}", ("ba.delete", R0, P1), [[subject], at])
    some = [*words(b"ab", 4), b"\xff\0"]
    yield from change("append", ("ba.append", R0, P1), [[b"", b"a"], [0, 97, 255, 256, -1, *ODD]])
    yield from change("remove", ("ba.remove", R0, P1), [some, [97, 98, 0, 255, 256, -1, *ODD]])
    for name in ("clear", "reverse", "pop"):
        yield from change(name, (f"ba.{name}", R0), [some])
    yield table_grid(
        "copy",
        [("bytearray", P0), ("kept", "ba.copy", R0), ("ba.append", R1, 33), ("content", R0), ("content", R1)],
        [some],
    )


def whole_changes():
    sources = [
        b"",
        b"X",
        b"XYZ",
        bytearray(b"uv"),
        [],
        [1],
        [1, 2, 255],
        (3,),
        [256],
        [1, -1],
        [1, "a"],
        ["a", 300],
        [1.5],
        [None],
    ]
    sources += [5, 0, "ab", None, 1.5, True, [2**70]]
    yield from change("extend", ("ba.extend", R0, P1), [[b"", b"abc"], sources])
    counts = [-2, -1, 0, 1, 2, 3, 5, True, False, "a", 1.5, None, b"a", *HUGE]
    yield from change("imul", ("ba.imul", R0, P1), [[b"", b"a", b"abc"], counts])
    taken = [*range(-7, 8), None, True, "a", 1.5, b"a", *HUGE]
    yield from change("takebytes", ("ba.takebytes", R0, P1), [SUBJECTS, taken])
    yield from change("takebytes/all", ("ba.takebytes", R0), [SUBJECTS])


def sequences():
    """Three changes after another: heads, tails and gaps of the storage."""
    steps = [
        ["ba.append", 33],
        ["ba.insert", 0, 34],
        ["ba.insert", 2, 35],
        ["ba.pop"],
        ["ba.pop", 0],
        ["ba.delslice", None, 3, None],
        ["ba.delslice", 3, None, None],
        ["ba.delslice", 2, 5, None],
        ["ba.delslice", None, None, 2],
        ["ba.setslice", 0, 1, None, b"HEAD"],
        ["ba.setslice", -1, None, None, b"TAIL"],
        ["ba.setslice", 2, 4, None, b""],
        ["ba.setslice", None, None, -2, b""],
        ["ba.extend", b"0123456789abcdef"],
        ["ba.imul", 2],
        ["ba.takebytes", 2],
        ["ba.takebytes", -1],
        ["ba.clear"],
        ["ba.reverse"],
    ]
    for one, two in product(steps, repeat=2):
        yield table_grid(
            f"after another/{one[0]} {one[1:]} {two[0]} {two[1:]}",
            [
                ("bytearray", b"abcdefgh"),
                *[
                    step
                    for name, *args in (one, two, one, two, two)
                    for step in ((name, R0, *args), ("content", R0), ("b.len", R0))
                ],
            ],
            [[0]],
        )


def resizes():
    """Came with 3.14."""
    sizes = [*range(-1, 12), 100, True, False, "a", 1.5, None, b"a", -(2**70)]
    yield from change("resize", ("ba.resize", R0, P1), [SUBJECTS, sizes])
    yield table_grid(
        "resize/again",
        [
            ("bytearray", b"abcdef"),
            *[step for axis in (P0, P1, P2) for step in (("ba.resize", R0, axis), ("content", R0))],
        ],
        [[0, 2, 6, 9]] * 3,
    )
    yield table_grid(
        "resize/of a part",
        [
            ("bytearray", b"abcdef"),
            ("ba.delslice", R0, None, P0, None),
            ("ba.resize", R0, P1),
            ("content", R0),
        ],
        [[0, 2, 5], [0, 1, 4, 9]],
    )
