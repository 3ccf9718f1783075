"""Seeded random programs of bytes and bytearrays: asked, changed, joined, viewed, locked and taken apart.

As in programs.py a program is run while it is made, and faults are wanted. What is asked mostly comes from
what the subject holds, so that it is found.
"""

from programs import NOT_INDICES, Generator

LETTERS = b"aab  \n\0A1"
NO_BYTES = [256, -1, 2**70, "a", None, 1.5]
NO_BUFFERS = ["a", None, 1.5, (97,)]
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "surrogateescape"]
LARGE = 150

# What answers with bytes or a bytearray can be kept, and be the subject of what follows.
PLAIN = "capitalize title swapcase upper lower".split()
PREDICATES = "isalnum isalpha isascii isdigit islower isspace istitle isupper".split()


class ByteGenerator(Generator):
    def __init__(self, seed, *, newest=False):
        super().__init__(seed, portable=True, newest=newest)
        self.actions = [
            (4, self.new_source),
            (5, self.new_view),
            (4, self.slice),
            (2, self.cast),
            (3, self.release),
            (5, self.release_all),
            (5, self.write),
            (18, self.ask),
            (12, self.keep_answer),
            (30, self.change),
            (4, self.compare_bytes),
            (3, self.look),
            (4, self.format),
            (3, self.encode),
        ]

    # -- what there is

    def new_source(self):
        content = self.content()
        kind = self.pick(["bytes", "bytearray", "bytearray", "mem"]) if self.subjects else "bytearray"
        reg = self.do(kind, content)
        if kind == "mem":
            self.sources.append(reg)
        else:
            self.add(reg)

    def add(self, reg):
        self.sources.append(reg)
        self.subjects.append(reg)
        if type(self.object(reg)) is bytearray:
            self.bytearrays.append(reg)

    def content(self):
        size = self.rng.choice((0, 1, 2, 3, 5, 8, 13, 30))
        if self.chance(10):
            return self.rng.randbytes(size)
        return bytes(self.rng.choices(LETTERS, k=size))

    def subject(self):
        """A register, of something small enough to go on with."""
        for _ in range(4):
            reg = self.pick(self.subjects)
            if len(self.object(reg)) < LARGE:
                break
        return reg

    def part(self, reg):
        """What the subject holds somewhere, mostly; or another object."""
        held = self.object(reg)
        if self.chance(8):
            return self.pick(self.views + self.sources)
        if self.chance(4):
            return self.pick(NO_BUFFERS)
        if not held or self.chance(15):
            return bytes(self.rng.choices(LETTERS, k=self.rng.randrange(4)))
        start = self.rng.randrange(len(held))
        found = bytes(held[start : start + self.rng.choice((0, 1, 1, 2, 3, 9))])
        return bytearray(found) if self.chance(15) else found

    def needle(self, reg):
        if self.chance(25):
            held = self.object(reg)
            return self.pick(held) if held and self.chance(80) else self.pick([0, 97, 255, *NO_BYTES])
        return self.part(reg)

    def number(self, *usual):
        return self.pick(NOT_INDICES + [2**70, -(2**70), True]) if self.chance(4) else self.pick(usual)

    def some(self, args):
        """The first so many of the arguments that may be left out."""
        return args[: self.rng.randint(0, len(args))]

    def limits(self, reg):
        size = len(self.object(reg))
        return self.some([self.bound(size), self.bound(size)])

    def release_all(self):
        for reg in filter(self.alive, self.views):
            self.do("mv.release", reg)

    def keep(self, reg):
        if reg:
            self.views.append(reg)
            self.do("mv.tobytes", reg)

    # -- questions

    def question(self, reg):
        """A question and its arguments, which answers with anything."""
        rng = self.rng
        roll = rng.randrange(12)
        if roll < 3:
            name = self.pick(["find", "rfind", "index", "rindex", "count"])
            return [name, self.needle(reg), *self.limits(reg)]
        if roll == 3:
            affix = self.part(reg)
            affix = (self.part(reg), affix) if self.chance(30) else affix
            return [self.pick(["startswith", "endswith"]), affix, *self.limits(reg)]
        if roll in (4, 5):
            separator = None if self.chance(30) else self.part(reg)
            most = self.some([self.number(-1, 0, 1, 2, 5)])
            return [self.pick(["split", "rsplit"]), separator, *most]
        if roll == 6:
            return [self.pick(["partition", "rpartition"]), self.part(reg)]
        if roll == 7:
            return self.pick(
                [["splitlines"], ["splitlines", True], ["list"], ["len"], ["contains", self.needle(reg)]]
            )
        if roll == 8:
            return ["hex", *self.some([self.pick([":", b"-", "\u00e9", "::"]), self.number(-3, -1, 0, 1, 4)])]
        if roll == 9:
            return [
                "decode",
                *self.some([self.pick(["utf-8", "latin-1", "ascii", "none"]), self.pick(HANDLERS)]),
            ]
        if roll == 10:
            return ["get", self.number(*range(-4, 5))]
        return [self.pick(PREDICATES)]

    def ask(self):
        reg = self.subject()
        name, *args = self.question(reg)
        self.do(f"b.{name}", reg, *args)

    def answer(self, reg):
        """A question that answers with bytes or a bytearray."""
        held = self.object(reg)
        size = len(held)
        roll = self.rng.randrange(14)
        if roll < 3:
            return ["slice", *self.slice_key(size)]
        if roll < 5:
            return ["replace", self.part(reg), self.part(reg), *self.some([self.number(-1, 0, 1, 2)])]
        if roll == 5:
            return [
                "translate",
                self.pick([None, bytes(reversed(range(256))), b"short"]),
                *self.some([self.part(reg)]),
            ]
        if roll == 6:
            items = [self.part(reg) for _ in range(self.rng.randrange(4))]
            return ["join", items]
        if roll == 7:
            name = self.pick(["center", "ljust", "rjust"])
            return [
                name,
                self.number(0, size, size + 1, size + 6),
                *self.some([self.pick([b"*", bytearray(b"-"), b"", "*"])]),
            ]
        if roll == 8:
            return [self.pick(["strip", "lstrip", "rstrip"]), *self.some([self.pick([None, self.part(reg)])])]
        if roll == 9:
            return [self.pick(["removeprefix", "removesuffix"]), self.part(reg)]
        if roll == 10:
            return ["concat", self.part(reg)]
        if roll == 11:
            return ["repeat", self.number(-1, 0, 1, 2, 3) if size < LARGE / 3 else 1]
        if roll == 12:
            return self.pick([["zfill", self.number(0, 4, size + 3)], ["expandtabs", self.number(0, 4, 8)]])
        return [self.pick(PLAIN)]

    def keep_answer(self):
        reg = self.subject()
        name, *args = self.answer(reg)
        found = self.do("kept", f"b.{name}", reg, *args)
        if found:
            self.add(found)
            self.do("b.eq", reg, found)
            self.do("content", found)

    def compare_bytes(self):
        reg = self.subject()
        other = (
            self.pick(self.subjects + self.views + [reg])
            if self.chance(80)
            else self.pick([*NO_BYTES, b"ab"])
        )
        self.do(self.pick(["b.eq", "b.compare"]), reg, other)

    # -- text

    def format(self):
        template = b""
        values = []
        for _ in range(self.rng.randrange(4)):
            kind = self.pick("ddiuxXoeEfFgGsbarc%")
            width = self.pick(["", "", "1", "7", "12", "*"])
            precision = self.pick(["", "", ".", ".0", ".3", ".11", ".*"])
            flags = "".join(self.rng.sample("-+ #0", self.rng.choice((0, 0, 1, 2, 3))))
            values += [self.number(-9, 0, 3, 8) for size in (width, precision) if "*" in size]
            if kind != "%":
                values.append(self.formatted(kind))
            template += self.content()[:5].replace(b"%", b"") + f"%{flags}{width}{precision}{kind}".encode()
        if self.chance(6):
            template += self.pick([b"%", b"%z", b"%5", b"%d", b"%(a)s"])
        if values and self.chance(6):
            values.pop()
        reg = self.do(self.pick(["bytes", "bytearray"]), template)
        self.do("b.mod", reg, tuple(values))

    def formatted(self, kind):
        if self.chance(6):
            return self.pick(["a", None, 1.5, b"ab", [], True, 2**70])
        if kind in "eEfFgG":
            return self.pick([self.rng.uniform(-10, 10), self.rng.lognormvariate(0, 60), 0.0, -0.0, 7, 2**80])
        if kind in "sb":
            return self.pick(
                [self.content(), self.pick(self.subjects), self.pick(self.views or self.subjects)]
            )
        if kind in "ar":
            return self.pick(
                [self.text(), self.content(), self.rng.uniform(-1, 1), self.rng.randint(-(2**40), 2**65)]
            )
        if kind == "c":
            return self.pick([self.rng.randrange(256), bytes([self.rng.randrange(256)])])
        return self.pick([self.rng.randint(-300, 300), self.rng.getrandbits(75), -self.rng.getrandbits(60)])

    def text(self):
        """With a lone surrogate now and then; after it nothing that would make a pair."""
        found = ""
        for _ in range(self.rng.randrange(7)):
            found += self.pick("ab'\"\\\n\0\x7f\x80\xe9\xff\u0100\u20ac\ufffe\U0001f600\U0010ffff")
            found += self.pick(["", "", "", "\udc80", "\udcff", "\ud800x"])
        return found

    def encode(self):
        reg = self.subject()
        handler = self.pick([*HANDLERS, "xmlcharrefreplace", "surrogatepass"])
        args = [self.text(), self.pick(["utf-8", "latin-1", "ascii"]), handler][: self.pick([3, 3, 2])]
        found = self.do("kept", "b.new", reg, *args)
        if found:
            self.add(found)
            self.do("content", found)
            self.do("b.decode", found, *args[1:2], self.pick(HANDLERS))

    # -- changes

    def change(self):
        if not self.bytearrays:
            return
        reg = self.pick(self.bytearrays)
        held = self.object(reg)
        if len(held) >= LARGE:
            self.do("ba.delslice", reg, 5, None, None)
        else:
            name, *args = self.change_of(reg, len(held))
            if name in ("copy", "takebytes"):
                self.take(name, reg, args)
            else:
                self.do(f"ba.{name}", reg, *args)
        self.do("content", reg)

    def take(self, name, reg, args):
        found = self.do("kept", f"ba.{name}", reg, *args)
        if found:
            self.add(found)
            self.do("content", found)

    def change_of(self, reg, size):
        byte = self.pick(NO_BYTES) if self.chance(8) else self.rng.randrange(256)
        at = self.number(*range(-size - 1, size + 2))
        roll = self.rng.randrange(16 if self.newest else 15)
        if roll == 0:
            return ["append", byte]
        if roll in (1, 2):
            return ["extend", self.addition(reg)]
        if roll == 3:
            return ["insert", at, byte]
        if roll == 4:
            return ["pop", *self.some([at])]
        if roll == 5:
            return ["remove", self.needle(reg)]
        if roll == 6:
            return self.pick([["clear"], ["reverse"], ["reverse"], ["copy"]])
        if roll == 7:
            return ["imul", self.number(-1, 0, 1, 1, 2, 3) if size < LARGE / 3 else 1]
        if roll == 8:
            return ["set", at, byte]
        if roll == 9:
            return ["delete", at]
        if roll == 10:
            return ["delslice", *self.slice_key(size)]
        if roll == 11:
            return ["takebytes", *self.some([self.pick([None, self.number(-3, 0, 1, size, at)])])]
        if roll < 15:
            return self.slice_change(reg, size)
        return ["resize", self.number(0, 1, size, size - 1, size + 1, size + 20, -1)]

    def addition(self, reg):
        if self.chance(25):
            return self.pick([[1, 2], (3,), [], [4, 256], [5, "a"], "ab", 5, None, []])
        return reg if self.chance(15) else self.part(reg)

    def slice_change(self, reg, size):
        limits = self.slice_key(size)
        if self.chance(3):
            limits[self.rng.randrange(3)] = self.pick(["a", 1.5, 0])
        try:
            count = len(range(*slice(*limits).indices(size)))
        except (TypeError, ValueError):
            count = 1
        source = bytes(self.rng.choices(LETTERS, k=count)) if self.chance(50) else self.addition(reg)
        return ["setslice", *limits, source]

    def write(self):
        """Through a view: the bytearray sees it."""
        reg = self.view()
        index = self.rng.randint(-3, 3)
        self.do("mv.set", reg, [index], self.rng.randrange(256))
        self.look()

    def look(self):
        self.do("content", self.pick(self.sources))

    def finish(self):
        for reg in self.sources:
            self.do("content", reg)
        self.release_all()
        for reg in self.bytearrays:
            self.do("ba.append", reg, 2)


def byte_program(seed, length=60, **options):
    return ByteGenerator(seed, **options).program(length)
