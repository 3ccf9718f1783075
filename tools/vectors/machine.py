"""The register machine: every operation of the vectors, as CPython does it.

The same table in TypeScript is test/conformance/operations.ts. A step is [name, arguments, outcome]:
{"to": n} stored in register n · {"v": value} · {"e": "ValueError"} raised · 0 not executed.
"""

import array
import struct

import byteops
from exporters import Logging, Strided
from values import Long, Reg, encode, encode_long

FULL = slice(None, None, None)


def key(indices):
    """m[()] for none, m[i] for one, m[i, j] for more."""
    return indices[0] if len(indices) == 1 else tuple(indices)


def set_item(m, indices, value):
    m[key(indices)] = value


def set_slice(m, start, stop, step, value):
    m[start:stop:step] = value


def look(thing):
    """A view to look at memory with: a log shall tell of the steps alone."""
    return memoryview(thing.memory if type(thing) is Logging else thing)


def pack_into(fmt, target, offset, values):
    """A failed pack_into leaves a partial write in CPython, and none here: it is undone."""
    before = None
    try:
        with look(target) as view:
            before = None if view.readonly else view.tobytes()
    except (TypeError, ValueError):
        pass
    try:
        struct.pack_into(fmt, target, offset, *values)
    except Exception:
        if before is not None:
            with look(target) as view:
                if view.c_contiguous and view.nbytes:
                    with view.cast("B") as flat:
                        flat[:] = before
        raise


def attributes(m):
    return [
        m.format,
        m.itemsize,
        m.nbytes,
        m.ndim,
        list(m.shape),
        list(m.strides),
        list(m.suboffsets),
        m.readonly,
        m.c_contiguous,
        m.f_contiguous,
        m.contiguous,
    ]


def layout(m):
    """What a slice can change, and the content."""
    return [list(m.shape), list(m.strides), m.contiguous, m.tobytes()]


def hashed(m):
    """The bytes whose hash the view has: hash values themselves differ per process."""
    value = hash(m)
    try:
        content = m.tobytes()
    except ValueError:  # released after it was hashed
        return True
    assert value == hash(content)
    return content


def next_item(iterator):
    try:
        return [next(iterator)]
    except StopIteration:
        return []


def content(source):
    with memoryview(source) as view:
        return view.tobytes()


# What makes a new object; its outcome is {"to": n}.
MAKERS = {
    "subject": None,  # bytes in one run of the steps, a bytearray in the other
    "bytes": lambda content: bytes(content),
    "bytearray": lambda content: bytearray(content),
    "mem": lambda content: bytearray(content),
    "array": lambda code, content: array.array(code, content),
    "nd": Strided,
    "exporter": Logging,
    "mv": lambda source: memoryview(source),
    "mv.slice": lambda m, start, stop, step: m[start:stop:step],
    "mv.cast": lambda m, fmt, *shape: m.cast(fmt, *shape),
    "mv.toreadonly": lambda m: m.toreadonly(),
    "mv.iter": lambda m: iter(m),
    "bytes.from": lambda source: bytes(source),
    "bytearray.from": lambda source: bytearray(source),
    # What another operation answers, kept for the steps that follow.
    "kept": lambda name, *args: QUESTIONS[name](*args),
}

# What answers with a value, or changes something.
QUESTIONS = {
    "content": content,
    "exporter.log": lambda exporter: list(exporter.log),
    "mv.attributes": attributes,
    "mv.layout": layout,
    "mv.obj": lambda m, source: m.obj is source,
    "mv.len": lambda m: len(m),
    "mv.get": lambda m, indices: m[key(indices)],
    "mv.set": set_item,
    "mv.setslice": set_slice,
    "mv.tobytes": lambda m, *order: m.tobytes(*order),
    "mv.tolist": lambda m: m.tolist(),
    "mv.items": lambda m: list(m),
    "mv.next": next_item,
    "mv.hex": lambda m, *grouping: m.hex(*grouping),
    "mv.eq": lambda m, other: m == other,
    "mv.hash": hashed,
    "mv.count": lambda m, value: m.count(value),
    "mv.index": lambda m, value, *limits: m.index(value, *limits),
    "mv.release": lambda m: m.release(),
    "mv.exit": lambda m: m.__exit__(None, None, None),
    **byteops.QUESTIONS,
    "st.calcsize": lambda fmt: struct.calcsize(fmt),
    "st.pack": lambda fmt, values: struct.pack(fmt, *values),
    "st.unpack": lambda fmt, source: struct.unpack(fmt, source),
    "st.unpackfrom": lambda fmt, source, *offset: struct.unpack_from(fmt, source, *offset),
    "st.packinto": pack_into,
    "st.iterunpack": lambda fmt, source: list(struct.iter_unpack(fmt, source)),
}

# A byte above 1 read as a native bool is undefined behaviour in C, so is not recorded.
READS_ITEMS = {"mv.get", "mv.tolist", "mv.items", "mv.eq", "mv.count", "mv.index", "mv.iter"}


def reads_odd_bool(objects):
    for thing in objects:
        try:
            with look(thing) as view:
                if "?" in view.format and max(view.tobytes(), default=0) > 1:
                    return True
        except (TypeError, ValueError, BufferError):
            pass
    return False


class Machine:
    """Runs steps. Every object made stays in its register: nothing is freed while a program runs.

    `kind` is what `subject` makes: bytes or bytearray.
    """

    def __init__(self, kind=None):
        self.regs = {}
        self.is_long = False  # then results are checksums
        self.makers = MAKERS | {"subject": kind}

    def resolve(self, value):
        if type(value) is Reg:
            return self.regs[value.number]
        if type(value) is list:
            return [self.resolve(item) for item in value]
        if type(value) is tuple:
            return tuple(self.resolve(item) for item in value)
        return value

    def step(self, name, args, to=None):
        """The outcome, or None when it may not be recorded."""
        try:
            objects = [self.resolve(arg) for arg in args]
        except KeyError:  # the register is empty: the step that should have filled it failed
            return None
        if name in READS_ITEMS and reads_odd_bool(objects):
            return None
        maker = self.makers.get(name)
        operation = maker or QUESTIONS[name]
        try:
            result = operation(*objects)
        except Exception as error:
            return refusal(error, name)
        self.is_long = self.is_long or has_long(args)
        if maker:
            self.regs[to] = result
            return {"to": to}
        return {"v": encode_long(result) if self.is_long else encode(result)}


def has_long(value):
    return type(value) is Long or (isinstance(value, (list, tuple)) and any(map(has_long, value)))


def refusal(error, name):
    outcome = {"e": "StructError" if isinstance(error, struct.error) else type(error).__name__}
    if name.startswith("b.") and isinstance(error, UnicodeError) and not is_astral(error.object):
        outcome["at"] = [error.start, error.end]
    return outcome


def is_astral(text):
    """JavaScript counts an astral character as two, so a place in such a text is another one there."""
    return isinstance(text, str) and max(map(ord, text), default=0) > 0xFFFF
