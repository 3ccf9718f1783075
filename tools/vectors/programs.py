"""Seeded random programs: views of views of shared memory, written, compared, released and locked.

The program is run while it is made, so that most steps do something: the arguments come from what the
objects are at that moment. Faults are wanted too, about one step in four.

What CPython and JavaScript cannot agree on is not generated; test/conformance/README.md has the list.
"""

import random
import struct

from exporters import Logging, Strided
from machine import MAKERS, Machine
from values import Reg, encode

PORTABLE = list("cbB?hHiIqQefd")
LP64 = list("lLnNP")
CARRIED = ["<I", ">h", "=q", ">d", "<e", "2H", "<hI", "3s", "5p", "x", "=?"]
MARKED = ["@B", "@h", "@i", "@d", "@c"]
NONSENSE = ["", "z", "@", "BB", "@@B", "<", "\u00e9", " B", "B ", "1B", "T{B:a:}"]
ARRAYS = list("bBhHiIqQfd")

FLOATS = [0.0, -0.0, 1.5, -2.25, 0.1, 1e40, -1e300, 65504.0, 65519.9, 65520.0, 5.9e-8, 2.9e-8, 1e-45]
FLOATS += [float("inf"), float("-inf"), float("nan"), 3.4028235677973366e38, 16777217.0]
INTEGERS = [0, 1, -1, 97, 127, 128, -128, -129, 255, 256, 32767, 32768, -32769, 65535, 65536]
INTEGERS += [2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**32 - 1, 2**32, 2**53 + 1]
INTEGERS += [2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64 - 1, 2**64, 2**70]
TRUTHS = [True, False, 0, 1, 2, -1, 0.0, 0.5, "", "a", None, 2**70]
NOT_NUMBERS = [None, "a", "", b"", b"a", b"ab", [], [1]]
NOT_INDICES = [None, "a", 1.5]
HUGE = [2**62, -(2**62), 2**70, -(2**70)]


class Generator:
    def __init__(self, seed, *, portable=False, newest=False):
        self.rng = random.Random(seed)
        self.machine = Machine()
        self.steps = []
        self.sources = []  # registers of what owns or exports memory
        self.subjects = []  # of bytes and bytearrays that are asked, and what they answered
        self.views = []
        self.iterators = []
        self.bytearrays = []
        self.exporters = []
        self.newest = newest
        self.portable = portable
        self.native = PORTABLE if portable else PORTABLE + LP64
        self.actions = [
            (6, self.new_source),
            (12, self.new_view),
            (16, self.slice),
            (10, self.cast),
            (3, self.read_only),
            (14, self.get),
            (14, self.set),
            (12, self.set_slice),
            (8, self.read),
            (7, self.compare),
            (3, self.hash),
            (5, self.release),
            (9, self.grow),
            (4, self.pack),
            (3, self.iterate),
            (2, self.copy),
        ]
        if newest:
            self.actions.append((8, self.search))

    def program(self, length):
        self.new_source()
        while not self.views:
            self.new_view()
        weights = [weight for weight, _ in self.actions]
        functions = [function for _, function in self.actions]
        while len(self.steps) < length:
            self.rng.choices(functions, weights)[0]()
        self.finish()
        return self.steps

    # -- plumbing

    def do(self, name, *args):
        """Runs a step and writes it down; the new register, or whether it went well."""
        to = len(self.machine.regs) if name in MAKERS else None
        outcome = self.machine.step(name, args, to)
        if outcome is None:
            return None
        self.steps.append([name, [encode(arg) for arg in args], outcome])
        if "e" in outcome:
            return None
        return Reg(to) if name in MAKERS else True

    def object(self, reg):
        return self.machine.regs[reg.number]

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def pick(self, items):
        return self.rng.choice(items)

    def view(self):
        """A register of a view, alive more often than not."""
        reg = self.pick(self.views)
        if not self.alive(reg) and self.chance(70):
            reg = self.pick(self.views)
        return reg

    def alive(self, reg):
        try:
            self.object(reg).nbytes
            return True
        except ValueError:
            return False

    def random_bytes(self, size):
        style = self.rng.randrange(4)
        if style == 0:
            return bytes(97 + at % 26 for at in range(size))
        if style == 1:
            return bytes(self.rng.choice((0, 1)) for _ in range(size))
        return self.rng.randbytes(size)

    def any_format(self):
        roll = self.rng.randrange(100)
        if roll < 30:
            return self.pick("BbcB")
        if roll < 75:
            return self.pick(self.native)
        if roll < 82:
            return self.pick(MARKED)
        return self.pick(CARRIED)

    # -- memory

    def new_source(self):
        kind = self.rng.randrange(12)
        size = self.rng.choice((0, 1, 3, 4, 6, 8, 12, 16))
        if kind < 2:
            self.sources.append(self.do("bytes", self.random_bytes(size)))
        elif kind < 5:
            reg = self.do("bytearray", self.random_bytes(size))
            self.sources.append(reg)
            self.bytearrays.append(reg)
        elif kind < 7:
            self.sources.append(self.do("mem", self.random_bytes(size)))
        elif kind == 7:
            reg = self.do("exporter", self.random_bytes(size))
            self.sources.append(reg)
            self.exporters.append(reg)
        elif kind < 10:
            code = self.pick(ARRAYS)
            count = self.rng.randrange(5)
            content = self.random_bytes(count * struct.calcsize(code))
            self.sources.append(self.do("array", code, content))
        else:
            self.new_array()

    def new_array(self):
        fmt = self.any_format()
        itemsize = struct.calcsize(fmt)
        shape = [self.rng.choice((0, 1, 2, 2, 3, 4)) for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3)))]
        strides, offset, size = self.layout(shape, max(1, itemsize))
        content = self.random_bytes(size)
        if "?" in fmt:
            content = bytes(byte & 1 for byte in content)
        memory = self.do("mem", content)
        read_only = 0 in strides or self.chance(25)
        reg = self.do("nd", memory, fmt, itemsize, shape, strides, offset, read_only)
        self.sources += [memory, reg]

    def layout(self, shape, itemsize):
        """Strides in any order and direction, with gaps; the first item's offset; the bytes needed."""
        order = list(range(len(shape)))
        if self.chance(40):
            self.rng.shuffle(order)
        strides = [0] * len(shape)
        stride = itemsize
        for axis in reversed(order):
            if self.chance(15):
                stride += self.rng.choice((itemsize, 1))
            strides[axis] = stride
            stride *= max(1, shape[axis])
        offset = self.rng.choice((0, 0, 1, itemsize))
        for axis, extent in enumerate(shape):
            if self.chance(20):
                offset += strides[axis] * max(0, extent - 1)
                strides[axis] = -strides[axis]
            elif self.chance(3):
                strides[axis] = 0
        return strides, offset, offset + stride + self.rng.choice((0, 3))

    def new_view(self):
        source = self.pick(self.sources + self.views if self.chance(30) else self.sources)
        if self.chance(2):
            self.do("mv", self.pick([None, 5, "abc", [1, 2]]))
            return
        reg = self.do("mv", source)
        if reg:
            self.views.append(reg)
            self.do("mv.attributes", reg)
            asked = self.pick([source, self.pick(self.sources)])
            # CPython's `obj` of an exporter written in Python is an internal wrapper.
            wrapped = isinstance(self.object(asked), (Strided, Logging))
            known = asked is source or not self.has_other_names(asked)
            if self.chance(15) and not wrapped and known:
                self.do("mv.obj", reg, asked)

    def has_other_names(self, reg):
        """CPython answers `b * 1` with `b` itself, which it does not promise: whether it did is not asked."""
        held = self.object(reg)
        return type(held) is bytes and sum(self.object(one) is held for one in self.subjects) > 1

    def keep(self, reg):
        if reg:
            self.views.append(reg)
            if self.chance(60):
                self.do("mv.attributes", reg)
            if self.chance(60):
                self.do("mv.tobytes", reg)

    # -- views

    def extent(self, reg):
        m = self.object(reg)
        return m.shape[0] if self.alive(reg) and m.ndim else 3

    def bound(self, extent):
        if self.chance(35):
            return None
        if self.chance(4):
            return self.pick(HUGE)
        return self.rng.randint(-extent - 2, extent + 2)

    def slice_key(self, extent):
        step = self.pick([None, None, 1, 1, 2, -1, -1, -2, 3])
        return [self.bound(extent), self.bound(extent), step]

    def slice(self):
        reg = self.view()
        limits = self.slice_key(self.extent(reg))
        if self.chance(5):
            limits[self.rng.randrange(3)] = self.pick(["a", 1.5])
        elif self.chance(3):
            limits[2] = 0
        self.keep(self.do("mv.slice", reg, *limits))

    def cast(self):
        reg = self.view()
        fmt = self.any_format() if self.chance(92) else self.pick(NONSENSE + [5, None])
        if self.chance(55):
            self.keep(self.do("mv.cast", reg, fmt))
            return
        size = self.object(reg).nbytes if self.alive(reg) else 4
        try:
            size //= max(1, struct.calcsize(fmt))
        except (struct.error, TypeError, UnicodeEncodeError):
            pass
        shape = self.shape_of(size)
        if self.chance(20):
            wrong = [[], [0], [-1], [size, 2], [2**62, 4], ["a"], [1.5], "ab", 4, [1] * 65, [None]]
            shape = self.pick(wrong[:4] + wrong[5:] if self.portable else wrong)
        if type(shape) is list and self.chance(20):
            shape = tuple(shape)
        self.keep(self.do("mv.cast", reg, fmt, shape))

    def shape_of(self, size):
        shape = []
        for divisor in (2, 3, 2):
            if size and size % divisor == 0 and self.chance(60):
                shape.append(divisor)
                size //= divisor
        shape.insert(self.rng.randint(0, len(shape)), size)
        return shape

    def read_only(self):
        self.keep(self.do("mv.toreadonly", self.view()))

    def release(self):
        reg = self.view()
        self.do(self.pick(["mv.release", "mv.release", "mv.exit"]), reg)
        if self.bytearrays:
            self.do("ba.append", self.pick(self.bytearrays), 7)

    # -- items

    def indices(self, reg):
        m = self.object(reg)
        shape = m.shape if self.alive(reg) else (3,)
        if self.chance(6):
            shape = shape[1:] if self.chance(50) else shape + (2,)
        found = [self.rng.randint(-extent, extent - 1) if extent else 0 for extent in shape]
        if found and self.chance(10):
            at = self.rng.randrange(len(found))
            found[at] = self.pick([found[at] + shape[at], -shape[at] - 1, 2**70])
        elif found and self.chance(4):
            found[self.rng.randrange(len(found))] = self.pick(NOT_INDICES)
        return found

    def code(self, reg):
        return self.object(reg).format[-1:] if self.alive(reg) else "B"

    def value(self, code):
        if code == "?":
            return self.pick(TRUTHS)
        if self.chance(12):
            return self.pick(NOT_NUMBERS)
        if code == "c":
            return self.pick([b"a", b"z", b"\0", b"", b"ab", bytearray(b"a"), 97, "a"])
        if code in "efd":
            return self.pick(FLOATS + INTEGERS + [10**400])
        if self.chance(4):
            return self.pick([1.5, -0.5, float("inf"), float("nan"), True])
        size = struct.calcsize(code) if code in self.native else 1
        fitting = [n for n in INTEGERS if -(2 ** (8 * size - 1)) <= n < 2 ** (8 * size)]
        return self.pick(fitting if self.chance(80) else INTEGERS)

    def get(self):
        reg = self.view()
        self.do("mv.get", reg, self.indices(reg))

    def set(self):
        reg = self.view()
        if self.do("mv.set", reg, self.indices(reg), self.value(self.code(reg))):
            self.see()

    def see(self):
        """After a write: the same memory through some other eyes."""
        self.do("content", self.pick(self.sources))
        self.do(self.pick(["mv.tobytes", "mv.tolist"]), self.pick(self.views))

    def set_slice(self):
        reg = self.view()
        m = self.object(reg)
        extent = self.extent(reg)
        limits = self.slice_key(extent)
        length = len(range(*slice(*limits).indices(extent)))
        source = self.source_of(reg, length)
        flat = self.alive(reg) and m.ndim == 1 and not m.readonly
        if flat and type(source) is bytes and self.chance(6):
            # One fault at a time: here the slice is a call of its own, and comes first.
            wrong = self.pick([0, "a"])
            if m.format.strip("@") in self.native:
                limits[2] = wrong
        if self.alive(reg) and m.ndim == 0 and m.format.strip("@") not in self.native:
            return  # of two faults, CPython tells that of the format first
        if self.do("mv.setslice", reg, *limits, source):
            self.see()

    def source_of(self, reg, length):
        if self.chance(5):
            return self.pick([None, 5, "a", [1, 2]])
        if self.chance(35):
            return self.random_bytes(length)
        m = self.object(reg)
        alike = [
            other
            for other in self.views
            if self.alive(reg)
            and self.alive(other)
            and self.object(other).format == m.format
            and self.object(other).shape == (length,)
        ]
        if alike and self.chance(80):
            return self.pick(alike)
        if self.alive(reg) and self.chance(60):
            start = self.rng.randint(0, max(0, self.extent(reg) - length))
            part = self.do("mv.slice", reg, start, start + length, None)
            if part and self.chance(40):
                part = self.do("mv.slice", part, None, None, -1)
            if part:
                self.views.append(part)
                return part
        return self.pick(self.views + self.sources)

    def read(self):
        reg = self.view()
        roll = self.rng.randrange(8)
        if roll == 0:
            order = self.pick([None, "C", "F", "A", "X", "", 5])
            self.do("mv.tobytes", reg, order)
        elif roll == 1:
            grouping = [self.pick([":", "-", "\u00e9", "::", ""]), self.rng.randint(-4, 4)]
            self.do("mv.hex", reg, *grouping[: self.rng.randrange(3)])
        elif roll == 2 and (self.newest or self.alive(reg)):  # iter() asks for a release since 3.14
            self.do("mv.items", reg)
        elif roll == 3:
            self.do("mv.len", reg)
        elif roll == 4:
            self.do("mv.layout", reg)
        else:
            self.do("mv.tolist", reg)

    def compare(self):
        reg = self.view()
        if self.chance(10):
            self.do("mv.eq", reg, self.pick([None, 5, "abc", [1], b"", b"abc", self.random_bytes(4)]))
            return
        self.do("mv.eq", reg, self.pick(self.views + self.sources + [reg]))

    def hash(self):
        self.do("mv.hash", self.view())

    def iterate(self):
        if self.iterators and self.chance(80):
            self.do("mv.next", self.pick(self.iterators))
            return
        reg = self.view()
        if self.alive(reg) and "?" not in self.object(reg).format:
            iterator = self.do("mv.iter", reg)
            if iterator:
                self.iterators.append(iterator)

    def copy(self):
        name = self.pick(["bytes.from", "bytearray.from"])
        source = self.pick(self.views + self.sources)
        if self.chance(30):
            source = self.pick([0, 3, -1, [1, 2, 255], [256], [-1], ["a"], "abc", 1.5, None, (7, 8)])
        reg = self.do(name, source)
        if reg:
            self.sources.append(reg)
            self.do("content", reg)
            if name == "bytearray.from":
                self.bytearrays.append(reg)

    # -- bytearrays that are exported, or not

    def grow(self):
        if not self.bytearrays:
            return
        reg = self.pick(self.bytearrays)
        size = len(self.object(reg))
        roll = self.rng.randrange(8 if self.newest else 7)
        if roll == 0:
            self.do("ba.append", reg, self.pick([0, 97, 255, 256, -1, "a", None, 1.5]))
        elif roll == 1:
            some = [[1, 2], [1, 300], [], b"", b"xy", (3,), "ab", 5, self.pick(self.views), reg]
            self.do("ba.extend", reg, self.pick(some))
        elif roll == 2:
            self.do("ba.pop", reg, *self.pick([[], [], [0], [-1], [size], [-size - 1]]))
        elif roll == 3:
            if self.chance(30):
                self.do("ba.clear", reg)
        elif roll in (4, 5):
            index = self.rng.randint(-size - 1, size)
            self.do("ba.set", reg, index, self.pick([0, 97, 255, 256, -1, "a", None, 1.5, b"a"]))
            self.do("b.get", reg, self.rng.randint(-size - 1, size))
        elif roll == 6:
            self.do("b.eq", reg, self.pick(self.sources + self.views))
            self.do("b.len", reg)
        else:
            self.do("ba.resize", reg, self.pick([0, 2, size, size + 3, -1]))
        self.do("b.hex", reg)

    def pack(self):
        reg = self.pick(self.views + self.sources)
        fmt = self.pick(["B", "<h", ">H", "<i", "bh", "<3s", "2B", "<f", ">d", "", "x", "<4x", "<q", "c"])
        offset = self.rng.randint(-6, 9)
        roll = self.rng.randrange(4)
        if roll == 0:
            self.do("st.unpack", fmt, reg)
        elif roll == 1:
            self.do("st.unpackfrom", fmt, reg, offset)
        elif roll == 2:
            self.do("st.iterunpack", fmt, reg)
        else:
            codes = [code for code in fmt if code.isalpha() and code != "x"]
            values = [b"ab" if code == "s" else self.value(code) for code in codes * (2 if "2" in fmt else 1)]
            if self.chance(10):
                values.append(1)
            self.do("st.packinto", fmt, reg, offset, values)
            self.do("content", reg)

    def search(self):
        reg = self.view()
        m = self.object(reg)
        value = self.value(self.code(reg))
        if self.alive(reg) and m.ndim == 1 and m.nbytes and self.chance(70):
            try:
                value = m[self.rng.randrange(len(m))]
            except (IndexError, NotImplementedError):
                pass
        if self.chance(50):
            self.do("mv.count", reg, value)
            return
        limits = [self.rng.randint(-5, 5), self.rng.randint(-5, 9)][: self.rng.randrange(3)]
        self.do("mv.index", reg, value, *limits)

    # -- the end

    def finish(self):
        """Everything is looked at, then released, and every lock tried before and after."""
        for reg in self.sources:
            self.do("content", reg)
        for reg in self.bytearrays:
            self.do("ba.append", reg, 1)
        for reg in self.views:
            self.do("mv.release", reg)
        for reg in self.bytearrays:
            self.do("ba.append", reg, 2)
            self.do("b.hex", reg)
        for reg in self.exporters:
            self.do("exporter.log", reg)


def random_program(seed, length=24, **options):
    return Generator(seed, **options).program(length)
