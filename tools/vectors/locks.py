"""Release, export locks and hashes: who may still do what, in every order."""

from itertools import permutations

from exhaustive import P0, P1, R0, R1, R2, R3, R4, SIZES, exporter_of, parts
from grids import grid
from values import Hole


def releases():
    """Every question put to a released view."""
    questions = [
        ("mv.attributes",),
        ("mv.obj", R0),
        ("mv.len",),
        ("mv.get", [0]),
        ("mv.get", []),
        ("mv.get", ["a"]),
        ("mv.set", [0], 1),
        ("mv.set", [9], "a"),
        ("mv.set", [], 1),
        ("mv.slice", 0, 1, None),
        ("mv.setslice", None, None, None, b"abc"),
        ("mv.setslice", None, None, None, None),
        ("mv.cast", "B"),
        ("mv.cast", 5),
        ("mv.cast", "z", [0]),
        ("mv.toreadonly",),
        ("mv.tobytes",),
        ("mv.tobytes", "X"),
        ("mv.tobytes", 5),
        ("mv.tolist",),
        ("mv.items",),
        ("mv.hex",),
        ("mv.hex", "::"),
        ("mv.hash",),
        ("mv.release",),
        ("mv.exit",),
        ("mv.eq", R0),
        ("mv.eq", R1),
        ("mv.eq", R2),
        ("mv.eq", None),
        ("mv",),
        ("content",),
        ("bytes.from",),
        ("bytearray.from",),
        ("st.unpack", "3B"),
        ("st.unpackfrom", "B"),
        ("st.packinto", "B", 0, [1]),
        ("st.iterunpack", "B"),
    ]
    for owner in ("bytes", "bytearray", "mem", "exporter"):
        for at, (name, *args) in enumerate(questions):
            target = [*args[:1], R1, *args[1:]] if name.startswith("st.") else [R1, *args]
            yield grid(
                f"released/{owner}/{at}/{name}",
                [
                    (owner, P0),
                    ("mv", R0),
                    ("mv.release", R1),
                    ("mv", R0),
                    (name, *target),
                    ("content", R0),
                ],
                [[b"abc"]],
            )


def locks():
    """Four views of one bytearray, released in every order: the last one unlocks it."""
    yield grid(
        "lock/orders",
        [
            ("bytearray", b"abcdefgh"),
            ("mv", R0),
            ("mv.slice", R1, 1, None, 2),
            ("mv.cast", R1, "h"),
            ("mv.toreadonly", R2),
            ("ba.append", R0, 1),
            *[
                step
                for at in range(4)
                for step in (("mv.release", Hole(0, at)), ("ba.append", R0, 2), ("b.hex", R0))
            ],
        ],
        [[list(order) for order in permutations((R1, R2, R3, R4))]],
    )
    # Two exports: each has its own lock.
    yield grid(
        "lock/exports",
        [
            ("bytearray", b"abc"),
            ("mv", R0),
            ("mv", R1),
            ("mv", R0),
            ("mv.slice", R3, 1, None, None),
            *[
                step
                for at in range(4)
                for step in (("mv.release", Hole(0, at)), ("ba.pop", R0), ("b.hex", R0))
            ],
            ("ba.pop", R0),
        ],
        [[list(order) for order in permutations((R1, R2, R3, R4))]],
    )
    changes = [
        ("ba.append", 1),
        ("ba.append", 300),
        ("ba.append", "a"),
        ("ba.extend", [1, 2]),
        ("ba.extend", []),
        ("ba.extend", b""),
        ("ba.extend", b"xy"),
        ("ba.extend", [1, 300]),
        ("ba.extend", 5),
        ("ba.extend", "ab"),
        ("ba.extend", R0),
        ("ba.extend", R1),
        ("ba.pop",),
        ("ba.pop", 0),
        ("ba.pop", -1),
        ("ba.pop", 9),
        ("ba.pop", "a"),
        ("ba.clear",),
        ("ba.set", 0, 65),
        ("ba.set", -1, 65),
        ("ba.set", 9, 65),
        ("ba.set", 0, 256),
        ("ba.set", 0, -1),
        ("ba.set", 0, "a"),
        ("ba.set", 0, b"a"),
        ("ba.set", "a", 1),
        ("b.get", 0),
        ("b.get", -1),
        ("b.get", 9),
        ("b.get", "a"),
    ]
    for at, (name, *args) in enumerate(changes):
        yield grid(
            f"lock/change/{at}/{name}",
            [
                ("bytearray", P0),
                ("mv", R0),
                (name, R0, *args),
                ("b.hex", R0),
                ("mv.release", R1),
                *([] if R1 in args else [(name, R0, *args)]),
                ("b.hex", R0),
                ("b.len", R0),
            ],
            [[b"", b"a", b"abc"]],
        )


def iterators():
    """An iterator takes the length when it is made, and looks for a release at every step."""
    for name, change in {"released": ("mv.release", R1), "written": ("mv.set", R1, [1], 9)}.items():
        yield grid(
            f"iterator/{name}",
            [
                ("bytearray", P0),
                ("mv", R0),
                ("mv.cast", R1, P1),
                ("mv.iter", R2),
                ("mv.next", R3),
                (change[0], R2 if change[0] == "mv.release" else R1, *change[2:]),
                ("mv.next", R3),
                ("mv.next", R3),
                ("mv.next", R3),
            ],
            [[b"", b"ab", b"abcd"], ["B", "b", "c", "h"]],
        )


def hashes():
    """Read-only, of bytes, over something hashable; a hash once taken survives the release."""
    axis = [[fmt, size, 8 // size if size else 1, b"abcdefgh"] for fmt, size in SIZES.items()]
    yield grid(
        "hash/formats",
        [
            ("mem", Hole(0, 3)),
            exporter_of(0, R0),
            ("mv", R1),
            ("mv.hash", R2),
            ("mv.toreadonly", R2),
            ("mv.hash", R3),
        ],
        [axis],
    )
    for owner in ("bytes", "bytearray", "mem", "exporter"):
        yield grid(
            f"hash/{owner}",
            [
                (owner, b"abcdef"),
                ("mv", R0),
                ("mv.hash", R1),
                ("mv.toreadonly", R1),
                ("mv.hash", R2),
                ("mv.cast", R2, *parts(0, 2)),
                ("mv.hash", R3),
                ("mv.slice", R3, None, None, -1),
                ("mv.hash", R4),
                ("mv.release", R4),
                ("mv.hash", R4),
                ("mv.release", R3),
                ("mv.hash", R3),
            ],
            [[["B", [6]], ["b", [6]], ["c", [2, 3]], ["h", [3]], ["@B", [6]], ["B", [1, 2, 3]], ["?", [6]]]],
        )


def exporters():
    """What an exporter is asked, and when it is told of the end."""
    yield grid(
        "exporter/log",
        [
            ("exporter", b"abc"),
            ("mv", R0),
            ("exporter.log", R0),
            ("mv.slice", R1, 1, None, None),
            ("mv", R1),
            ("mv.release", Hole(0, 0)),
            ("exporter.log", R0),
            ("mv.release", Hole(0, 1)),
            ("exporter.log", R0),
            ("mv.release", Hole(0, 1)),
            ("mv.release", Hole(0, 2)),
            ("exporter.log", R0),
            ("mv", R0),
            ("mv.set", R4, [0], 65),
            ("content", R0),
            ("mv.release", R4),
            ("exporter.log", R0),
        ],
        [[list(order) for order in permutations((R1, R2, R3))]],
    )
