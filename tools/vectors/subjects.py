"""A grid whose subject is bytes in one run and a bytearray in the other: what both answer is recorded once.

    {"id", "kinds": true, "steps", "over", "want"}

The step `subject` makes the subject. Where CPython answers with bytes for bytes and with a bytearray for a
bytearray, {"s": "6162"} is recorded; any other difference between the two is an error of the recorder.

A column is {"all": outcome}, or {"of": [outcomes that are different], "at": [which of them, row by row]}.
"""

from itertools import product

from grids import run_row
from machine import MAKERS
from values import encode


def subject_grid(name, steps, over):
    """Steps are (operation, *args); the first one makes the subject, in register 0."""

    def run(template, row):
        one, two = (run_row(template, row, kind) for kind in (bytes, bytearray))
        for mine, yours, (operation, args, _) in zip(one, two, template):
            both = in_common(mine, yours)
            assert both is not ..., (name, operation, args, row, mine, yours)
            yield both

    return {"id": name, "kinds": True, **table(steps, over, run)}


def table_grid(name, steps, over):
    """A grid without a subject, its columns as above."""
    return {"id": name, **table(steps, over, run_row)}


def table(steps, over, run):
    over = [list(axis) for axis in over]
    template = template_of(steps)
    columns = [Column() for _ in template]
    for row in product(*over):
        for column, outcome in zip(columns, run(template, row)):
            column.add(outcome)
    return {
        "steps": [[operation, encode(args), to] for operation, args, to in template],
        "over": encode(over),
        "want": [column.encoded() for column in columns],
    }


def template_of(steps):
    made = 0
    template = []
    for operation, *args in steps:
        to = None
        if operation in MAKERS:
            to, made = made, made + 1
        template.append((operation, args, to))
    return template


def in_common(one, two):
    """One outcome for bytes and bytearray, or `...` when there is none."""
    if one == two and type(one) is type(two):
        return one
    if type(one) is list and type(two) is list and len(one) == len(two):
        items = [in_common(*pair) for pair in zip(one, two)]
        return ... if ... in items else items
    if type(one) is dict and type(two) is dict:
        if list(one) == ["b"] and list(two) == ["a"] and one["b"] == two["a"]:
            return {"s": one["b"]}
        if list(one) == list(two):
            items = {key: in_common(one[key], two[key]) for key in one}
            return ... if ... in items.values() else items
    return ...


def of_kind(outcome, kind):
    """The outcome that one kind of subject has."""
    if type(outcome) is list:
        return [of_kind(item, kind) for item in outcome]
    if type(outcome) is not dict:
        return outcome
    if "s" in outcome:
        return {"b" if kind is bytes else "a": outcome["s"]}
    return {key: of_kind(value, kind) for key, value in outcome.items()}


class Column:
    def __init__(self):
        self.of = []
        self.at = []
        self.known = {}

    def add(self, outcome):
        key = repr(outcome)
        if key not in self.known:
            self.known[key] = len(self.of)
            self.of.append(outcome)
        self.at.append(self.known[key])

    def encoded(self):
        return {"all": self.of[0]} if len(self.of) == 1 else {"of": self.of, "at": self.at}
