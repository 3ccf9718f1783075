"""Bytes from text and text from bytes: encodings, handlers of errors, digits, constructors."""

from itertools import product

from methods import HUGE, R0, R1, R2, R3, arguments, calls, words
from subjects import subject_grid, table_grid
from values import Hole

P0, P1, P2, P3 = map(Hole, range(4))

ENCODINGS = ["utf-8", "latin-1", "ascii"]
# `namereplace` needs the names of Unicode, which no engine has.
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace"]
HANDLERS += ["surrogateescape", "surrogatepass", "nonsense"]
NAMES = """
    utf-8 UTF-8 utf8 Utf_8 u8 U8 utf UTF utf8_ucs2 utf8_ucs4 cp65001 utf--8 -utf-8 utf-8- utf.8 utf/8 ut-f8 utf-9
    latin-1 latin1 LATIN_1 l1 L1 l-1 latin la-tin1 iso-8859-1 ISO8859-1 iso_8859_1 iso88591 8859 iso8859 iso-ir-100
    iso_8859_1_1987 iso_8859-1:1987 cp819 ibm819 csisolatin1 csISOLatin1 8859_1
    ascii ASCII us-ascii US_ASCII us 646 cp367 ibm367 csascii iso646-us iso_646.irv_1991 iso-ir-6 ansi_x3.4_1968
    ansi_x3_4_1968 ansi_x3.4_1986 ansi_x3_4_1986 nonsense
""".split()
NAMES += ["", " ascii", "ascii ", "utf 8", "latin 1", "utf  8", "utf8\0", "\u00e9", "utf\u00e98"]
NAMES += [None, 5, b"ascii", True]


def decodings():
    critical = words(b"\x41\x80\xbf\xc2\xe0\xa0\xed\xf0\x90\xf4\xff", 3)
    longer = [
        lead + rest for lead in (b"\xf0", b"\xf4", b"\xf3") for rest in words(b"\x41\x80\x8f\x90\xbf", 3)
    ]
    surrogates = [b"a" + one for one in words(b"\xed\xa0\x80\xbf", 4) if one.startswith(b"\xed")]
    every = [bytes([byte]) for byte in range(256)] + [b"", b"a\xe9\xffb", b"\xff\xfeab\x80"]
    for handler in HANDLERS:
        subjects = critical + longer + surrogates
        yield from calls(f"decode/utf-8/{handler}", subjects, ["decode"], [["utf-8", handler]])
        others = [["latin-1", handler], ["ascii", handler]]
        yield from calls(f"decode/others/{handler}", every, ["decode"], others)
    yield from calls("decode/default", critical, ["decode"], [[]])
    yield from calls("decode/names", [b"", b"a", b"\xc3\xa4"], ["decode"], [[name] for name in NAMES])
    odd = list(product(["utf-8", "ascii", None, "nonsense"], ["nonsense", "", "Strict", None, 5, "\u00e9"]))
    yield from calls("decode/odd", [b"", b"a", b"\xff"], ["decode"], odd)


CHARACTERS = (
    "a\x7f\x80\u00e9\u00ff\u0100\u20ac\uffff\U0001f600\U0010ffff\ud800\udbff\udc00\udc7f\udc80\udcff\udfff"
)


def texts(longest):
    """Texts in which no two surrogates make a pair: that would be one character in JavaScript."""
    found = []
    for size in range(longest + 1):
        for text in map("".join, product(CHARACTERS, repeat=size)):
            pairs = zip(text, text[1:])
            if not any("\ud800" <= a < "\udc00" <= b < "\ue000" for a, b in pairs):
                found.append(text)
    return found


def encodings():
    for encoding in ENCODINGS:
        args = [[text, encoding, handler] for handler in HANDLERS for text in texts(2)]
        yield from calls(f"encode/{encoding}", [b""], ["new"], args)
    three = [
        "ab\u00e9\u00e9c",
        "\u20ac\u20ac\udc80\ud800\ud800x",
        "x\udc80\udc41\udcffy",
        "\U0001f600\u20ac\u00e9a\0",
    ]
    args = [list(args) for args in product(three, ENCODINGS, HANDLERS)]
    yield from calls("encode/longer", [b""], ["new"], args)
    yield from calls(
        "encode/names", [b""], ["new"], [list(args) for args in product(["", "a", "\u00e9"], NAMES[:-3])]
    )


def constructors():
    values = [0, 1, 5, -1, *HUGE, True, False, 1.5, float("nan"), "", "abc", b"", b"ab", bytearray(b"ab")]
    values += [
        [],
        [1, 2, 255],
        [256],
        [-1],
        [1, 300, "a"],
        ["a", 300],
        [1.5],
        [None],
        [b"a"],
        [True],
        (1, 2),
        [2**70],
    ]
    yield from calls("new", [b""], ["new"], [[], *([value] for value in values)])
    texts = ["a", "\u00e9", b"a", 5, [1], bytearray(b"a"), 1.5]
    codes = ["ascii", "utf-8", "nonsense", 5, b"ascii"]
    odd = [
        list(args)
        for size in (2, 3)
        for args in product(texts, codes, ["strict", "ignore", 5, b"a"][: 4 * (size == 3) or 1])
    ]
    yield from calls(
        "new/odd",
        [b""],
        ["new"],
        [args[: 2 + (at >= len(texts) * len(codes))] for at, args in enumerate(odd)],
    )
    for owner in ("bytes", "bytearray", "mem"):
        yield subject_grid(
            f"new/views/{owner}",
            [
                ("subject", b""),
                (owner, b"abcdef"),
                ("mv", R1),
                ("mv.slice", R2, P0, P1, P2),
                ("b.new", R0, R3),
            ],
            [[None, 1, -2], [None, 4, 0], [None, 2, -1, -3]],
        )
    yield subject_grid(
        "new/layouts",
        [
            ("subject", b""),
            ("mem", bytes(range(24))),
            ("nd", R1, P1, 2, Hole(0, 0), Hole(0, 1), Hole(0, 2), False),
            ("b.new", R0, R2),
            ("mv", R2),
            ("b.new", R0, R3),
        ],
        [
            [[[2, 3], [2, 4], 0], [[2, 3], [-12, 4], 12], [[0, 2], [2, 2], 0], [[], [], 3], [[4], [-4], 20]],
            ["<H", "h", "T{<B:a:<b:b:}"],
        ],
    )


# -- digits and literals


def hexes():
    subjects = [b"\x00\x01\xab\xff\x10\x7f\x80"[:size] for size in range(8)]
    separators = [":", b"-", "\x00", "\xff", b"\x80", "\x7f"]
    counts = [*range(-8, 9), True, False, *HUGE]
    counts += [2**31 - 1, 2**31, -(2**31), -(2**31) - 1]  # a C int, in CPython
    yield from calls(
        "hex",
        subjects,
        ["hex"],
        [[], *([one] for one in separators), *map(list, product(separators[:3], counts))],
    )
    odd = ["", "::", "\u0100", "\u20ac", b"", b"ab", None, 5, 1.5, [":"], bytearray(b":"), (":",), ":"]
    wrong = [1, 0, "a", 1.5, None, b"a", *HUGE]
    yield from calls(
        "hex/odd", [b"", b"abc"], ["hex"], [*([one] for one in odd), *map(list, product(odd, wrong))]
    )
    yield from calls("hex/every", [bytes(range(256))], ["hex"], [[], ["\n", 16], [" "]])


def from_hexes():
    """Bytes-like digits came with 3.14."""
    texts = [word.decode() for word in words(b"0aFg \n", 4)]
    texts += [
        "\t1\v2\f\r",
        "12\x0034",
        "1\u0661",
        "ab\x1ccd",
        "ab\xa0cd",
        "ab\x85cd",
        "0x12",
        " 12",
        "12 ",
        "12\u2003",
    ]
    texts += ["\U0001f60012", "1\U0001f6002", bytes(range(256)).hex(), bytes(range(256)).hex(" ").upper()]
    yield from calls("fromhex", [b""], ["fromhex"], [[text] for text in texts])
    digits = [word for word in words(b"0aG \xff", 3)]
    odd = [None, 5, 1.5, [], [48, 48], ("00",), True, bytearray(b"a1 b2"), b"a1\x00", b"\x0b0c"]
    yield from calls("fromhex/bytes", [b""], ["fromhex"], [[one] for one in digits + odd])
    yield subject_grid(
        "fromhex/views",
        [
            ("subject", b""),
            ("bytes", b"a1b2"),
            ("mv", R1),
            ("mv.slice", R2, None, None, P0),
            ("b.fromhex", R0, R3),
        ],
        [[None, 2, -1]],
    )


def literals():
    every = [bytes([byte]) for byte in range(256)] + words(b"a'\"\\\n", 3) + words(b"'\"\0", 3)
    for kind in ("bytes", "bytearray"):
        yield table_grid(f"repr/{kind}", [(kind, P0), ("b.repr", R0)], [every])


def base64s():
    some = [b"\xff\xfe\xfd\xfc\xfb\xfa\x00\x10"[:size] for size in range(9)] + [bytes(range(256))]
    yield from calls("tobase64", some, ["tobase64"], [[]])
    texts = ["", "AA==", "AAA=", "AAAA", "+/+/", "//79/Pv6ABA=", "YWI=", "YWJj"]
    yield from calls("frombase64", [b""], ["frombase64"], [[text] for text in texts])
