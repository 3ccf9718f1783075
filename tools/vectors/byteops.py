"""The operations on bytes and bytearrays, as CPython does them.

The same table in TypeScript is test/conformance/byteOperations.ts. An operation `b.…` has a subject of
either kind, `ba.…` a bytearray.
"""

import base64
import operator

# Methods that both kinds have, called with what the step gives.
METHODS = """
    find rfind index rindex count startswith endswith split rsplit splitlines strip lstrip rstrip
    removeprefix removesuffix replace translate maketrans join center ljust rjust zfill expandtabs
    capitalize title swapcase upper lower isalnum isalpha isascii isdigit islower isspace istitle isupper
    hex fromhex decode
""".split()


def method(name):
    return lambda b, *args: getattr(b, name)(*args)


def partition(name):
    """The parts are all of one kind here. CPython's bytes answer with the separator that they were given."""
    return lambda b, separator: tuple(type(b)(part) for part in getattr(b, name)(separator))


def set_slice(b, start, stop, step, source):
    b[start:stop:step] = source


def delete(b, index):
    del b[index]


def delete_slice(b, start, stop, step):
    del b[start:stop:step]


def repeat_in_place(b, count):
    b *= count


def resize_locked(b):
    """Raises BufferError when the bytearray is exported."""
    b.append(0)
    b.pop()


def take_bytes(b, count=None):
    """What bytearray.take_bytes of 3.15 does, by hand: its checks come in this order, and the lock counts
    even when nothing is taken."""
    size = len(b)
    if count is None:
        count = size
    else:
        count = operator.index(count)
        if count < 0:
            count += size
    if not 0 <= count <= size:
        raise IndexError
    resize_locked(b)
    taken = bytes(b[:count])
    del b[:count]
    return taken


QUESTIONS = {f"b.{name}": method(name) for name in METHODS} | {
    "b.partition": partition("partition"),
    "b.rpartition": partition("rpartition"),
    "b.len": lambda b: len(b),
    "b.get": lambda b, index: b[index],
    "b.slice": lambda b, start, stop, step: b[start:stop:step],
    "b.list": lambda b: list(b),
    "b.repr": lambda b: repr(b),
    "b.contains": lambda b, item: item in b,
    "b.eq": lambda b, other: b == other,
    "b.compare": lambda b, other: (b > other) - (b < other),
    "b.concat": lambda b, other: b + other,
    "b.repeat": lambda b, count: b * count,
    "b.mod": lambda b, values: b % values,
    "b.new": lambda b, *args: type(b)(*args),
    "b.tobase64": lambda b: base64.b64encode(b).decode(),
    "b.frombase64": lambda b, text: type(b)(base64.b64decode(text, validate=True)),
    "ba.set": lambda b, index, value: operator.setitem(b, index, value),
    "ba.append": lambda b, value: b.append(value),
    "ba.extend": lambda b, values: b.extend(values),
    "ba.insert": lambda b, index, value: b.insert(index, value),
    "ba.pop": lambda b, *index: b.pop(*index),
    "ba.remove": lambda b, value: b.remove(value),
    "ba.clear": lambda b: b.clear(),
    "ba.reverse": lambda b: b.reverse(),
    "ba.copy": lambda b: b.copy(),
    "ba.resize": lambda b, size: b.resize(size),
    "ba.imul": repeat_in_place,
    "ba.delete": delete,
    "ba.setslice": set_slice,
    "ba.delslice": delete_slice,
    "ba.takebytes": take_bytes,
}
