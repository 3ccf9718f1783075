"""What the slow test asks CPython 3.14 for: fresh random programs, and arrays of any dimension.

CPython's memoryview refuses N-dimensional selection and assignment. Three things of CPython know the answer
all the same, and must agree with each other here: the slicing of nested lists; `_testbuffer.ndarray`, the
array of its own test suite, which does slice and assign; and memoryview.tolist/tobytes of the final layout.
"""

import json
import random
import struct
from itertools import product
from math import prod

import _testbuffer

from byteprograms import byte_program
from exporters import Strided
from grids import registers
from machine import MAKERS, Machine
from programs import random_program
from values import decode, encode


def programs(seed, count):
    """A JSON list of fresh programs in formats that have the same size everywhere."""
    made = []
    for at in range(seed, seed + count):
        steps = random_program(at, portable=True, newest=True)
        made.append({"id": f"seed {at}", "steps": steps})
    return json.dumps(made)


def byte_programs(seed, count):
    """The same of bytes and bytearrays."""
    made = []
    for at in range(seed, seed + count):
        made.append({"id": f"seed {at}", "steps": byte_program(at, newest=True)})
    return json.dumps(made)


def record(program):
    """The program again, with the outcomes that its steps have now: some were taken out."""
    program = json.loads(program)
    machine = Machine()
    steps = []
    for at, (name, args, outcome) in enumerate(program["steps"]):
        decoded = decode(args)
        if any(number not in machine.regs for number in registers(decoded)):
            continue
        to = outcome.get("to", 1000 + at) if name in MAKERS else None
        found = machine.step(name, decoded, to)
        if found is not None:
            steps.append([name, args, found])
    return json.dumps({"id": program["id"], "steps": steps})


# -- arrays

FORMATS = ["B", "b", "h", "H", "i", "I", "q", "Q", "d", "f", "<I", ">h", ">d", "<q"]


class Layout:
    """Where the items of an array are: a nested list of offsets, and its shape."""

    def __init__(self, shape, offsets):
        self.shape = shape
        self.offsets = offsets

    @classmethod
    def strided(cls, shape, strides, offset):
        def nested(axis, at):
            if axis == len(shape):
                return at
            return [nested(axis + 1, at + index * strides[axis]) for index in range(shape[axis])]

        return cls(shape, nested(0, offset))

    def at(self, index):
        found = self.offsets
        for one in index:
            found = found[one]
        return found

    def flat(self, order="C"):
        axes = [range(extent) for extent in self.shape]
        if order == "C":
            return [self.at(index) for index in product(*axes)]
        return [self.at(index[::-1]) for index in product(*axes[::-1])]

    def rebuilt(self, shape, item):
        def nested(index):
            if len(index) == len(shape):
                return item(index)
            return [nested((*index, at)) for at in range(shape[len(index)])]

        return Layout(list(shape), nested(()))

    def select(self, keys):
        keys = expanded(keys, len(self.shape))

        def cut(part, rest):
            if not rest:
                return part
            if type(rest[0]) is slice:
                return [cut(item, rest[1:]) for item in part[rest[0]]]
            return cut(part[rest[0]], rest[1:])

        shape = [
            len(range(*key.indices(extent))) for key, extent in zip(keys, self.shape) if type(key) is slice
        ]
        # An axis of length 0 hides the axes below it from nested lists; there is nothing to take then.
        offsets = cut(self.offsets, keys) if prod(shape) else empty(shape)
        return Layout(shape, offsets)

    def transpose(self, axes):
        shape = [self.shape[axis] for axis in axes]

        def item(index):
            place = [0] * len(axes)
            for axis, at in zip(axes, index):
                place[axis] = at
            return self.at(place)

        return self.rebuilt(shape, item)

    def reshape(self, shape):
        items = iter(self.flat())
        return self.rebuilt(shape, lambda _: next(items))

    def strides(self, itemsize):
        """Strides that lead to the same offsets; those of axes that do not matter are the dense ones."""
        dense = [itemsize * prod(self.shape[axis + 1 :]) for axis in range(len(self.shape))]
        if prod(self.shape) == 0:
            return dense
        found = []
        first = [0] * len(self.shape)
        for axis, extent in enumerate(self.shape):
            second = [int(at == axis) for at in range(len(self.shape))]
            found.append(self.at(second) - self.at(first) if extent > 1 else dense[axis])
        return found

    def dense(self, itemsize):
        flat = self.flat()
        return flat == [flat[0] + at * itemsize for at in range(len(flat))] if flat else False


def empty(shape):
    if not shape:
        return 0
    return [empty(shape[1:]) for _ in range(shape[0])]


def expanded(keys, ndim):
    """One key per axis: an integer or a slice."""
    if "..." in keys:
        at = keys.index("...")
        keys = keys[:at] + [None] * (ndim - len(keys) + 1) + keys[at + 1 :]
    keys = keys + [None] * (ndim - len(keys))
    return [slice(None) if key is None else slice(*key) if isinstance(key, list) else key for key in keys]


class Arrays:
    def __init__(self, seed):
        self.seed = seed
        self.rng = random.Random(seed)

    def case(self):
        rng = self.rng
        self.fmt = rng.choice(FORMATS)
        self.itemsize = struct.calcsize(self.fmt)
        self.sliced = rng.random() < 0.3  # only what _testbuffer.ndarray does too
        shape = [rng.choice((0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4)) for _ in range(rng.randint(1, 4))]
        strides, offset, size = self.layout(shape)
        values = [rng.choice((0, 1, 2, 3, 100)) for _ in range(size // self.itemsize + 1)]
        memory = bytearray(struct.pack(f"{self.fmt[:-1]}{len(values)}{self.fmt[-1]}", *values)[:size])
        whole = Layout.strided(shape, strides, offset)
        chain, target = self.chain(whole)
        other_chain, other = self.like(whole, chain, target)
        exporter = Strided(memory, self.fmt, self.itemsize, shape, strides, offset, False)
        case = {
            "seed": self.seed,
            "memory": memory.hex(),
            "exporter": [self.fmt, self.itemsize, shape, strides, offset],
            "target": chain,
            "other": other_chain,
            "shape": target.shape,
            "list": encode(self.items(memory, target)),
            **self.orders(memory, target),
            "equal": self.equal(memory, target, other),
        }
        return case | self.assigned(memory, exporter, (chain, target), (other_chain, other))

    def layout(self, shape):
        """Axes in any order and direction, with gaps of whole items (all that _testbuffer takes)."""
        order = list(range(len(shape)))
        self.rng.shuffle(order)
        strides = [0] * len(shape)
        stride = self.itemsize * self.rng.choice((1, 1, 2))
        offset = self.itemsize * self.rng.choice((0, 1))
        for axis in reversed(order):
            strides[axis] = stride
            stride *= max(1, shape[axis])
        for axis, extent in enumerate(shape):
            if self.rng.random() < 0.25:
                offset += strides[axis] * max(0, extent - 1)
                strides[axis] = -strides[axis]
        return strides, offset, offset + stride + self.itemsize

    def chain(self, layout):
        steps = []
        if self.sliced:
            keys = [self.slice_key(extent) for extent in layout.shape]
            return [["select", keys]], layout.select(keys)
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            roll = self.rng.random()
            ndim = len(layout.shape)
            if roll < 0.6:
                keys = self.keys(layout.shape)
                steps.append(["select", keys])
                layout = layout.select(keys)
            elif roll < 0.85:
                axes = self.rng.sample(range(ndim), ndim)
                steps.append(["transpose", axes])
                layout = layout.transpose(axes)
            elif layout.dense(self.itemsize):
                shape = self.shape_for(prod(layout.shape))
                steps.append(["reshape", shape])
                layout = layout.reshape(shape)
        return steps, layout

    def shape_for(self, count):
        shape = [count]
        for divisor in (2, 3, 2):
            if shape[-1] % divisor == 0 and self.rng.random() < 0.6:
                shape[-1:] = [divisor, shape[-1] // divisor]
        self.rng.shuffle(shape)
        return shape

    def keys(self, shape):
        keys = []
        for extent in shape:
            roll = self.rng.random()
            if roll < 0.2 and extent:
                keys.append(self.rng.randrange(-extent, extent))
            elif roll < 0.35:
                keys.append(None)
            else:
                keys.append(self.slice_key(extent))
        roll = self.rng.random()
        at = self.rng.randint(0, len(keys))
        if roll < 0.3:
            return keys[:at]
        if roll < 0.5:
            keys[at : self.rng.randint(at, len(keys))] = ["..."]
        return keys

    def slice_key(self, extent):
        bounds = [
            self.rng.choice((None, None, None, self.rng.randint(-extent - 1, extent + 1))) for _ in range(2)
        ]
        return [*bounds, self.rng.choice((None, 1, 1, 2, -1, -1, -2))]

    def like(self, whole, chain, target):
        """Another part of the same array, of the same shape when there is one."""
        if not self.sliced and self.rng.random() < 0.4:
            turn = ["select", [self.rng.choice(([None, None, -1], None)) for _ in target.shape]]
            return [*chain, turn], target.select(turn[1])
        for _ in range(12):
            steps, layout = self.chain(whole)
            if layout.shape == target.shape:
                break
        return steps, layout

    def item(self, memory, at):
        return struct.unpack_from(self.fmt, memory, at)[0]

    def items(self, memory, layout):
        return layout.rebuilt(layout.shape, lambda index: self.item(memory, layout.at(index))).offsets

    def orders(self, memory, layout):
        def joined(order):
            parts = [memory[at : at + self.itemsize] for at in layout.flat(order)]
            return b"".join(parts)

        strides = layout.strides(self.itemsize)
        first = layout.flat()[0] if prod(layout.shape) else 0
        view = memoryview(Strided(memory, self.fmt, self.itemsize, layout.shape, strides, first, True))
        assert view.tobytes("C") == joined("C") and view.tobytes("F") == joined("F")
        if self.fmt[0].isalpha():
            assert view.tolist() == self.items(memory, layout)
        return {"C": joined("C").hex(), "F": joined("F").hex()}

    def equal(self, memory, one, two):
        if not alike(one.shape, two.shape):
            return False
        return not prod(one.shape) or self.items(memory, one) == self.items(memory, two)

    def assigned(self, memory, exporter, target, other):
        """What the memory is after target.copyFrom(other), read before anything is written."""
        (chain, one), (other_chain, two) = target, other
        if not alike(one.shape, two.shape):
            return {"error": "ValueError"}
        after = bytearray(memory)
        for at, source in zip(one.flat(), two.flat()):
            after[at : at + self.itemsize] = memory[source : source + self.itemsize]
        self.check_with_testbuffer(memory, exporter, chain, other_chain, after)
        return {"after": after.hex()}

    def check_with_testbuffer(self, memory, exporter, chain, other_chain, after):
        """`_testbuffer.ndarray` slices and assigns; it is asked where both parts are plain slices.

        It does not mind that source and target overlap, so it gets the source from a copy of the memory.
        """
        keys = [slices_of(steps, exporter) for steps in (chain, other_chain)]
        if None in keys:
            return
        before = bytes(memory)
        target = _testbuffer.ndarray(exporter, getbuf=_testbuffer.PyBUF_FULL)
        source = _testbuffer.ndarray(exporter.over(bytearray(memory)), getbuf=_testbuffer.PyBUF_FULL)
        target[keys[0]] = source[keys[1]]
        assert memory == after
        memory[:] = before


def alike(one, two):
    """CPython's rule for comparing and assigning: sizes after a 0 do not matter."""
    if 0 in one and 0 in two:
        end = one.index(0) + 1
        return len(one) == len(two) and one[:end] == two[:end]
    return one == two


def slices_of(chain, exporter):
    if len(chain) != 1 or chain[0][0] != "select":
        return None
    with memoryview(exporter) as view:
        keys = expanded(chain[0][1], view.ndim)
        if not view.nbytes:
            return None
    return tuple(keys) if all(type(key) is slice for key in keys) else None


def arrays(seed, count):
    return json.dumps([Arrays(at).case() for at in range(seed, seed + count)])
