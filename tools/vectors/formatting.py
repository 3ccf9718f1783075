"""`template % values`: every flag with every conversion, and what is wrong with a template or its values."""

from itertools import combinations, product

from methods import R0, words
from subjects import subject_grid
from values import Hole

P0, P1 = Hole(0), Hole(1)

FLAGS = ["".join(chosen) for size in range(6) for chosen in combinations("-+ #0", size)]
INTEGERS = [0, 7, -255, 2**70, -(2**70), 1.5, -2.75, True]
FLOATS = [0.0, -0.0, 1.5, -1234.5678, 1e-7, 1e22, 0.5, 2.5, 999999.5, float("inf"), float("nan"), 3]
# A number that is not whole: 1.0 and 1 are one value in JavaScript.
NOT_WHOLE = [0.1, -1.5, 1e-5, 0.0001, 1.7976931348623157e-308, 5e-324, 123456789.125, 4503599627370495.5]
TEXTS = [
    "",
    "a",
    "a'b",
    'a"b',
    "'\"",
    "\n\t\r\\\x00\x7f\x1b",
    "\u00e9\u00ff\x80\xa0",
    "\u0100\u20ac\uffff",
    "\U0001f600",
]
TEXTS += ["\ud800", "\udcff'"]
VALUES = [0, -1, 2**70, True, False, None, float("inf"), float("-inf"), float("nan"), *NOT_WHOLE, *TEXTS]
VALUES += [b"", b"a'\"\xff\n", bytearray(b"x'"), [], [1, "a", [None, b"b"]]]


def formats(name, templates, values):
    templates = [template.encode() if isinstance(template, str) else template for template in templates]
    yield subject_grid(name, [("subject", P0), ("b.mod", R0, P1)], [templates, values])


def templates(flags, widths, precisions, conversions):
    return ["%" + "".join(parts) for parts in product(flags, widths, precisions, conversions)]


def numbers():
    integers = templates(FLAGS, ["", "1", "6"], ["", ".", ".0", ".4"], "diuoxX")
    yield from formats("mod/integers", integers, [(value,) for value in INTEGERS])
    floats = templates(FLAGS, ["", "12"], ["", ".", ".0", ".3"], "eEfFgG")
    yield from formats("mod/floats", floats, [(value,) for value in FLOATS])
    precise = templates(["", "#"], [""], [".1", ".2", ".6", ".15", ".17", ".20", ".50"], "efgG")
    many = [*NOT_WHOLE, 1e300, -1e100, 2.675, 0.125, 1e15, 123456.5, 5e-5, 9.5, 99.95, 10**25, 2**70, 0.0]
    yield from formats("mod/precision", precise, many)
    wide = templates(["", "-", "0", "+#0"], ["20", "40"], [".20", ".30"], "dxo")
    yield from formats("mod/wide", wide, [2**100, -(2**64) - 1, 12345, 0])


def others():
    texts = templates(FLAGS, ["", "1", "6"], ["", ".", ".0", ".2"], "bsarc")
    yield from formats(
        "mod/text", texts, [(b"abc",), (bytearray(b"z"),), b"", (None,), ("\u00e9",), (65,), (0.5,)]
    )
    yield from formats("mod/representation", ["%a", "%r", "%.3a", "<%8r>"], [(value,) for value in VALUES])
    yield from formats(
        "mod/alone",
        ["%a", "%s", "%d", "%c", "a", ""],
        [*(value for value in VALUES if type(value) is not list), ()],
    )
    characters = [
        *range(0, 256, 17),
        10,
        256,
        -1,
        2**70,
        -(2**70),
        b"a",
        b"\xff",
        b"",
        b"ab",
        bytearray(b"a"),
        "a",
        None,
        1.5,
        True,
    ]
    yield from formats(
        "mod/character", ["%c", "%3c", "%-3c|", "%.0c", "%03c"], [(one,) for one in characters]
    )
    wrong = [
        b"5",
        bytearray(b"5"),
        "5",
        None,
        (b"5",),
        ("5",),
        (None,),
        ([],),
        (10**400,),
        (-(10**400),),
        (1.5,),
        (float("inf"),),
    ]
    yield from formats("mod/wrong", templates([""], [""], ["", ".2"], "diuoxXeEfFgGcbsar"), wrong)


MALFORMED = [
    "%",
    "a%",
    "%5",
    "%.",
    "%5.",
    "%-",
    "%#",
    "%z",
    "%y",
    "%n",
    "%A",
    "%D",
    "%\0",
    b"%\xff",
    "%(",
    "%(a",
    "%(a)",
]
MALFORMED += [
    "%*",
    "%.*",
    "%**d",
    "%.**d",
    "%.-3d",
    "%-.3d",
    "%l",
    "%ld",
    "%hd",
    "%Ld",
    "%lld",
    "%hhd",
    "%qd",
    "%ls",
]
MALFORMED += [
    "%%",
    "%5%",
    "%-%",
    "%.3%",
    "%l%",
    "%*%",
    "%()%",
    "%d%%",
    "%%%d%%",
    "%5.3%d",
    "% d",
    "%  d",
    "%--d",
    "%0-5d",
]
MALFORMED += [
    "%99999999999999999999d",
    "%.99999999999999999999d",
    "%+-0# 5d",
    "%5 d",
    "%.5.5d",
    "%.3ld",
    "%1$d",
    "%(a)*d",
]
COUNTED = ["", "a", "%d", "%d%d", "%s", "%s%d", "%d%s", "%%", "%c%c", "%a%%%a", "%b,%b,%b"]


def faults():
    values = [
        (),
        (5,),
        (5, 6),
        (5, 6, 7),
        5,
        (b"a",),
        b"a",
        (b"a", 5),
        (5, b"a"),
        None,
        (None,),
        {},
        {b"a": 5},
    ]
    values += ["a", 1.5, bytearray(b"a"), (b"a", b"b", b"c"), ({},)]
    yield from formats("mod/malformed", MALFORMED, values)
    yield from formats("mod/count", COUNTED, values)
    yield from formats("mod/letters", ["%" + chr(letter) for letter in range(128)], [(5,), (), (b"a",)])
    stars = ["%*d|", "%-*d|", "%0*d|", "%.*f|", "%*.*f|", "%*s|", "%.*s|", "%*c|", "%.*x|"]
    values = [
        (5, 42),
        (-5, 42),
        (0, 42),
        (5, b"abc"),
        (2, 3, 1.5),
        (-8, -1, 1.5),
        (5,),
        (),
        ("5", 42),
        (1.5, 42),
        (None, 42),
    ]
    values += [(2**70, 42), (True, 42), (b"5", 42), (5, 42, 7), (-(2**70), 42), (5, 2**31, 1.5)]
    yield from formats("mod/stars", stars, values)


def mappings():
    found = [
        "%(a)d",
        "%(a)s",
        "%(b)s",
        "%(a)d%(b)s%(a)x",
        "%()d",
        "%((a))d",
        "%(a(b)c)d",
        "%(a)5d|",
        "%(a)-5d|",
        "%(a)%",
    ]
    found += [
        "%(x)d",
        "%(a)d%d",
        "%d%(a)d",
        "%(a)*d",
        "%(a)z",
        "%(a",
        "%(a)",
        "%(b)d",
        "%(a)%%(b)s",
        "%s",
        "%d",
        "",
        "a",
    ]
    values = [
        {},
        {b"a": 5},
        {b"a": 5, b"b": b"x"},
        {b"": 1, b"(a)": 2, b"a(b)c": 3, b"a": -4},
        {b"a": None, b"b": "text"},
    ]
    values += [5, (5,), (), ({b"a": 5},), b"a", "a", None, 1.5]
    yield from formats("mod/mapping", found, values)


def literal_text():
    """What stands between conversions is copied as it is."""
    yield from formats(
        "mod/between", [b"\xff\0" + word + b"%d" + word for word in words(b"a%", 3)], [(7,), (7, 8), ()]
    )
