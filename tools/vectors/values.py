"""How Python values are written in the vectors. The reader is test/conformance/values.ts.

null, true, false, "text", integers JavaScript holds exactly, and lists are plain JSON; the rest is tagged:

    {"i": "9007199254740993"}   an integer beyond 2**53     {"f": "3ff0…"}  a float, its 64 bits; or "nan"
    {"b": "6162"}               bytes                       {"a": "6162"}   bytearray
    {"t": [...]}                tuple                       {"c": [f, f]}   complex, two floats' bits
    {"d": [[key, value], …]}    dict, its keys bytes        {"s": "6162"}   bytes or bytearray, as the subject is
    {"g": [7, 900, "6162"]}     bytes, 900 random ones of these; 7 is the seed (`Long`)
    {"r": 3}                    what register 3 holds       {"p": [0, 1]}   a hole of a grid: item 1 of axis 0
"""

import struct
import zlib
from dataclasses import dataclass

SAFE = 2**53 - 1


@dataclass(frozen=True)
class Reg:
    """A register of the machine."""

    number: int


@dataclass(frozen=True)
class Hole:
    """A place in a grid's steps that takes one value of the grid's axis."""

    axis: int
    item: int | None = None  # of an axis whose values are lists


class Long(bytes):
    """Random bytes of some letters: written as what they are made of."""

    def __new__(cls, seed, size, letters):
        state = seed
        found = bytearray()
        for _ in range(size):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            found.append(letters[(state >> 16) % len(letters)])
        self = super().__new__(cls, found)
        self.source = [seed, size, letters.hex()]
        return self


def float_bits(value):
    return "nan" if value != value else struct.pack(">d", value).hex()


def bits_float(text):
    return float("nan") if text == "nan" else struct.unpack(">d", bytes.fromhex(text))[0]


def encode(value):
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if -SAFE <= value <= SAFE else {"i": str(value)}
    if kind is float:
        return {"f": float_bits(value)}
    if kind is bytes:
        return {"b": value.hex()}
    if kind is bytearray:
        return {"a": value.hex()}
    if kind is Long:
        return {"g": value.source}
    if kind is list:
        return [encode(item) for item in value]
    if kind is tuple:
        return {"t": [encode(item) for item in value]}
    if kind is dict:
        return {"d": [[key.decode(), encode(item)] for key, item in value.items()]}
    if kind is complex:
        return {"c": [float_bits(value.real), float_bits(value.imag)]}
    if kind is Reg:
        return {"r": value.number}
    if kind is Hole:
        return {"p": value.axis if value.item is None else [value.axis, value.item]}
    raise TypeError(f"cannot record {value!r}")


def encode_long(value):
    """As `encode`; of what is long the length and a checksum: "#length:checksum" for the digits of bytes.

    {"h": "#…"} is text, its UTF-16 code units; {"l": {"b": "#…"}} a list of bytes, each after its length.
    """
    kind = type(value)
    if kind in (bytes, bytearray) and len(value) > 200:
        return {"b" if kind is bytes else "a": checked(len(value), value)}
    if kind is str and len(value) > 200:
        units = value.encode("utf-16-le", "surrogatepass")
        return {"h": checked(len(units) // 2, units)}
    if kind is list and value and type(value[0]) in (bytes, bytearray) and sum(map(len, value)) > 200:
        content = b"".join(len(item).to_bytes(4, "little") + item for item in value)
        return {"l": {"b" if type(value[0]) is bytes else "a": checked(len(value), content)}}
    if kind is list:
        return [encode_long(item) for item in value]
    if kind is tuple:
        return {"t": [encode_long(item) for item in value]}
    return encode(value)


def checked(length, content):
    return f"#{length}:{zlib.crc32(content):08x}"


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    return DECODERS[tag](content)


DECODERS = {
    "i": int,
    "f": bits_float,
    "b": bytes.fromhex,
    "a": bytearray.fromhex,
    "t": lambda items: tuple(decode(item) for item in items),
    "g": lambda source: Long(source[0], source[1], bytes.fromhex(source[2])),
    "d": lambda items: {key.encode(): decode(item) for key, item in items},
    "c": lambda parts: complex(*map(bits_float, parts)),
    "r": Reg,
    "p": lambda place: Hole(*place) if isinstance(place, list) else Hole(place),
}


def fill(value, row):
    """`value` with every hole filled from `row`."""
    if type(value) is Hole:
        return row[value.axis] if value.item is None else row[value.axis][value.item]
    if type(value) is list:
        return [fill(item, row) for item in value]
    if type(value) is tuple:
        return tuple(fill(item, row) for item in value)
    return value
