"""The methods that bytes and bytearrays share: small domains, tried without gaps."""

from itertools import product

from subjects import subject_grid, table_grid
from values import Hole, Reg

R0, R1, R2, R3 = map(Reg, range(4))
P0, P1, P2, P3 = map(Hole, range(4))


def words(letters, longest):
    """Every word of these letters, the shortest first."""
    return [bytes(word) for size in range(longest + 1) for word in product(letters, repeat=size)]


LETTERS = b"ab \n\0"
ALL = words(LETTERS, 4)
MOST = words(LETTERS, 3)
SHORT = words(LETTERS, 2)
BOUNDS = [None, *range(-5, 6)]
HUGE = [2**70, -(2**70)]
SEARCHES = ["find", "rfind", "index", "rindex", "count", "startswith", "endswith"]


def arguments(*lists):
    """The calls with the first so many of some arguments, as one axis: a list of argument lists."""
    return [list(args) for size in range(len(lists) + 1) for args in product(*lists[:size])]


def calls(name, subjects, methods, args):
    """Each of the methods, with as many arguments as these have; one grid for every count."""
    for count in sorted({len(one) for one in args}):
        over = [one for one in args if len(one) == count]
        holes = [Hole(1, at) for at in range(count)]
        steps = [("subject", P0), *((f"b.{method}", R0, *holes) for method in methods)]
        yield subject_grid(f"{name}/{count}", steps, [subjects, over] if count else [subjects])


# -- searching


def searches():
    methods = ["find", "rfind", "count", "startswith", "endswith", "contains"]
    for part, domain in {"words": (ALL, SHORT), "periods": (words(b"ab", 6), words(b"ab", 3))}.items():
        yield from calls(f"search/{part}", domain[0], methods, [[needle] for needle in domain[1]])
    needles = [[needle] for needle in SHORT]
    yield from calls("search/index", MOST, ["index", "rindex"], needles)
    limits = list(product([b"", b"a", b"ab"], BOUNDS, BOUNDS))
    yield from calls("search/limits", LIMITED, SEARCHES, limits)
    yield from calls("search/start", LIMITED, SEARCHES, [one[:2] for one in limits[:: len(BOUNDS)]])
    yield from calls("search/byte", LIMITED, SEARCHES[:5], list(product([97, 98, 0], BOUNDS, BOUNDS)))
    numbers = [[byte] for byte in (*range(0, 256, 5), 255, 256, -1, 2**70, -(2**70), True, False)]
    texts = [bytes(range(256)), b"\x00\x01\xff", b""]
    yield from calls("search/every byte", texts, [*SEARCHES, "contains"], numbers)
    yield from odd_searches()


LIMITED = [b"", b"a", b"ab", b"ba", b"aab", b"abab", b"baba", b"aaaaa"]


def odd_searches():
    needles = [b"a", 97, "a", None, 1.5, 256, (97,), bytearray(b"a")]
    limits = [None, 1, True, "a", 1.5, b"a", *HUGE]
    args = list(product(needles, limits, limits))
    yield from calls("search/odd", [b"", b"aba"], SEARCHES[:5], args)
    affixes = [b"a", (b"a",), (), 97, "a", None, (97,), ("a", b"a"), (b"a", "a"), (b"b", bytearray(b"ab"))]
    args = list(product(affixes, limits, limits))
    yield from calls("affix/odd", [b"", b"aba"], SEARCHES[5:], args)
    several = [(b"", b"ab"), (b"b", b"a"), (b"x", b""), (b"ba",), ((b"a",),), (b"abab", b"aba")]
    args = list(product(several, BOUNDS, BOUNDS))
    yield from calls("affix/several", [b"", b"ab", b"abab"], SEARCHES[5:], args)
    odd = [[one] for one in ["a", None, 1.5, 256, -1, (97,), True]]
    yield from calls("contains/odd", [b"", b"aba", b"\x01"], ["contains"], odd)


# -- parts


def splits():
    both = ["split", "rsplit"]
    separators = [None, b"a", b" ", b"ab", b"\n"]
    yield from calls("split/words", ALL, both, list(product(separators, [-1, 0, 1, 2])))
    yield from calls("split/most", MOST, both, [[], *([one] for one in (None, *SHORT))])
    yield from calls("split/periods", words(b"ab", 5), both, list(product([b"a", b"aa", b"aba"], [-1, 1, 2])))
    spaces = words(b"a\t\v\f\r \x1c\x85\xa0", 3)
    yield from calls("split/spaces", spaces, both, arguments([None], [1]))
    odd = [None, b"", b"a", 97, "a", 1.5, (b"a",), bytearray(b"a")]
    most = [-1, 1, True, None, "a", 1.5, *HUGE]
    yield from calls("split/odd", [b"", b"a b a"], both, list(product(odd, most)))


def lines():
    ends = words(b"a\n\r\v\x85", 4)
    yield from calls("splitlines", ends, ["splitlines"], [[], [True], [False]])
    keep = [[keep] for keep in (0, 1, 2)]
    yield from calls("splitlines/odd", [b"", b"a\n", b"\x1c\f\x1d\x1e"], ["splitlines"], keep)


def partitions():
    both = ["partition", "rpartition"]
    yield from calls("partition", ALL, both, [[one] for one in (b"a", b" ", b"ab", b"aa", b"a\n")])
    odd = [[one] for one in (b"", None, 97, "a", 1.5, (b"a",), bytearray(b"a"))]
    yield from calls("partition/odd", [b"", b"bab"], both, odd)


def strips():
    three = ["strip", "lstrip", "rstrip"]
    sets = [None, b"", b"a", b"ba", b" \n", b"\0", b"aba\0"]
    yield from calls("strip", ALL, three, [[], *([one] for one in sets)])
    yield from calls("strip/spaces", words(b"a\t\v\f\r \x1c\x85\xa0", 3), three, [[]])
    odd = [[one] for one in (97, "a", 1.5, (97,), bytearray(b"a"), True)]
    yield from calls("strip/odd", [b"", b"aba"], three, odd)
    affixes = ["removeprefix", "removesuffix"]
    yield from calls("remove", MOST, affixes, [[one] for one in SHORT])
    odd = [[one] for one in (None, 97, "a", 1.5, (b"a",), bytearray(b"a"))]
    yield from calls("remove/odd", [b"", b"aba"], affixes, odd)


def slices():
    for size in range(6):
        limits = [None, *range(-size - 1, size + 2)]
        steps = [None, *range(-3, 4)]
        args = list(product(limits, limits, steps))
        yield from calls(f"slice/{size}", [b"abcdef"[:size]], ["slice"], args)
    huge = [None, 1, 2**31, -(2**62), *HUGE]
    yield from calls("slice/huge", [b"abcdef"], ["slice"], list(product(huge, huge, huge)))
    odd = [None, 1, True, 0, "a", 1.5, b"a"]
    yield from calls("slice/odd", [b"abc"], ["slice"], list(product(odd, odd, odd)))
    at = [[index] for index in (*range(-5, 6), True, "a", 1.5, None, b"a", *HUGE)]
    yield from calls("get", [b"", b"a", b"\x00\x80\xff\n"], ["get"], at)
    yield from calls("all", [b"", *SHORT, bytes(range(256))], ["len", "list"], [[]])


# -- building


def replacements():
    texts = [b"", b"x", b"aa", b"ab"]
    some = list(product([b"", b"a", b"ab", b"aa", b" "], texts, [-1, 1, 2]))
    yield from calls("replace", MOST, ["replace"], some)
    pairs = list(product([b"", b"a", b"ab", b"aba", b"\n\0"], texts))
    yield from calls("replace/all", ALL, ["replace"], pairs[::3])
    yield from calls(
        "replace/periods", words(b"ab", 6), ["replace"], list(product([b"ab", b"aba"], texts, [-1, 0, 2]))
    )
    odd = [b"a", b"", None, 97, "a", 1.5, (b"a",), bytearray(b"a")]
    counts = [-2, 100, True, None, "a", 1.5, *HUGE]
    yield from calls("replace/odd", [b"", b"aba"], ["replace"], list(product(odd, odd, counts)))


def translations():
    turned = bytes(reversed(range(256)))
    tables = [None, turned, bytes(256)]
    deleted = [b"", b"a", b"ab", b"a\0a", bytes(range(256))]
    yield from calls("translate", MOST, ["translate"], arguments(tables, deleted)[1:])
    odd = [b"", bytes(255), bytes(257), "a", 97, 1.5, (97,), bytearray(turned)]
    sets = [b"a", None, "a", 97, 1.5, bytearray(b"a")]
    yield from calls("translate/odd", [b"", b"aba"], ["translate"], arguments(odd, sets)[1:])
    every = [[bytes(range(256)), deleted[2]], [turned, bytes(range(0, 256, 3))]]
    yield from calls("translate/every", [bytes(range(256))], ["translate"], every)
    pairs = [[b"", b""], [b"ab", b"ba"], [b"aa", b"xy"], [b"a", b""], [b"", b"a"], [b"ab", b"a"]]
    pairs += product([b"a", None, "a", 97, bytearray(b"a")], repeat=2)
    yield from calls("maketrans", [b""], ["maketrans"], pairs)


def joins():
    items = [b"", b"a", bytearray(b"bc"), "a", 97, None]
    lists = [list(one) for size in range(4) for one in product(items, repeat=size)]
    yield from calls("join", [b"", b", "], ["join"], [[one] for one in lists])
    odd = [5, None, 1.5, "ab", b"", b"ab", (b"a", b"b"), [[b"a"]], True]
    yield from calls("join/odd", [b"-"], ["join"], [[one] for one in odd])


def paddings():
    three = ["center", "ljust", "rjust"]
    subjects = [b"", b"a", b"ab", b"abc", b"abcd"]
    fills = [b"*", bytearray(b"-"), b"\0"]
    yield from calls("pad", subjects, three, arguments(range(-1, 11), fills)[1:])
    fills = [b"", b"ab", "*", 42, None, 1.5, bytearray(), b"*"]
    yield from calls(
        "pad/odd", [b"", b"abc"], three, arguments([1, 5, True, None, "a", 1.5, b"a"], fills)[1:]
    )
    yield from calls("zfill", words(b"+-0a", 3), ["zfill"], [[width] for width in range(-1, 7)])
    odd = [[one] for one in (None, "a", 1.5, True, b"a")]
    yield from calls("zfill/odd", [b"", b"-1"], ["zfill"], odd)
    # A C int, in CPython.
    wide = [[one] for one in (2**31, -(2**31), -(2**31) - 1, 2**63)]
    yield from calls("expandtabs/wide", [b"", b"ab"], ["expandtabs"], wide)
    huge = [[2**70], [-(2**70)]]
    yield from calls("pad/huge", [b"", b"abc"], [*three, "zfill", "expandtabs", "repeat"], huge)
    tabs = words(b"a\t\n\r", 4)
    yield from calls("expandtabs", tabs, ["expandtabs"], [[], *([size] for size in (-1, 0, 1, 2, 3, 8))])
    yield from calls("expandtabs/odd", [b"", b"a\tb"], ["expandtabs"], odd)


CASES = "capitalize title swapcase upper lower".split()
CASES += "isalnum isalpha isascii isdigit islower isspace istitle isupper".split()


def cases():
    yield from calls("case", words(b"Aa1_\x80 ", 4), CASES, [[]])
    every = [bytes([byte]) for byte in range(256)]
    every += [b"a" + byte for byte in every] + [b"A" + byte for byte in every]
    yield from calls("case/every byte", every, CASES, [[]])
    curious = [b"Hello World_X 3A'S", b"they're BILL's", b"\xc3\x84\xe4 aB", b"A-b C.d", b"1a 2B"]
    yield from calls("case/curious", curious, CASES, [[]])


# -- operators


def operators():
    some = words(b"ab\0\xff", 3)
    yield from calls("compare", some, ["compare", "eq"], [[one] for one in some])
    odd = ["a", None, 97, 1.5, True, (97,), [], bytearray(b"a"), bytearray(), b"a"]
    yield from calls("compare/odd", [b"", b"a", b"b"], ["compare", "eq", "concat"], [[one] for one in odd])
    yield from calls("concat", SHORT, ["concat"], [[one] for one in SHORT])
    counts = [-1, 0, 1, 2, 3, 7, True, False, "a", 1.5, None, b"a", bytearray(b"a"), (2,)]
    yield from calls("repeat", [b"", b"a", b"ab\0"], ["repeat"], [[one] for one in counts])


# What an argument may be made of: registers 1 and 2, and the step that fills register 3 from them.
OPERANDS = {
    "plain": ("mv.slice", R2, None, None, None),
    "strided": ("mv.slice", R2, None, None, 2),
    "backwards": ("mv.slice", R2, None, None, -1),
    "one item of a stride": ("mv.slice", R2, 2, 3, 2),
    "nothing of a stride": ("mv.slice", R2, 2, 2, 2),
    "grid": ("mv.cast", R2, "B", [2, 2]),
    "pairs": ("mv.cast", R2, "H"),
    "signed": ("mv.cast", R2, "b"),
    "characters": ("mv.cast", R2, "c"),
    "scalar": ("mv.cast", R2, "I", []),
    "read-only": ("mv.toreadonly", R2),
}
USES = [
    ("find", R3),
    ("rfind", R3),
    ("index", R3),
    ("rindex", R3),
    ("count", R3),
    ("contains", R3),
    ("startswith", R3),
    ("endswith", (b"x", R3)),
    ("split", R3),
    ("rsplit", R3, 1),
    ("partition", R3),
    ("rpartition", R3),
    ("strip", R3),
    ("lstrip", R3),
    ("rstrip", R3),
    ("removeprefix", R3),
    ("removesuffix", R3),
    ("replace", R3, b"-"),
    ("replace", b"a", R3),
    ("translate", R3),
    ("translate", None, R3),
    ("maketrans", R3, b"wxyz"),
    ("maketrans", b"wxyz", R3),
    ("join", [R3, b"-"]),
    ("center", 20, R3),
    ("concat", R3),
    ("eq", R3),
    ("compare", R3),
    ("mod", R3),
    ("new", R3),
    ("repeat", R3),
]
# A bytearray can be compared with a view, bytes cannot; it copies what it is to be parted at.
DIFFERENT = {"compare", "partition", "rpartition"}


def iterated():
    """What a view is joined of: its items. Released views say so since 3.14 only."""
    for kind, view in OPERANDS.items():
        steps = [
            ("subject", b"-"),
            ("bytes", b"abcd"),
            ("mv", R1),
            view,
            ("b.join", R0, R3),
            ("b.join", R0, [R3, R3]),
        ]
        yield subject_grid(f"operand/items/{kind}", steps, [])


def operands():
    """Every method with every kind of view, alive and released."""
    for owner in ("bytes", "bytearray"):
        for kind, view in OPERANDS.items():
            for at, (name, *args) in enumerate(USES):
                use = (f"b.{name}", R0, *args)
                steps = [(owner, P1), ("mv", R1), view, use, ("mv.release", R3), use, ("mv.tobytes", R2)]
                over = [[b"abcabc", b"%b", b"dcba"], [b"abcd"]]
                where = f"operand/{owner}/{kind}/{at} {name}"
                if name in DIFFERENT:
                    for subject in ("bytes", "bytearray"):
                        yield table_grid(f"{where}/{subject}", [(subject, P0), *steps], over)
                else:
                    yield subject_grid(where, [("subject", P0), *steps], over)
