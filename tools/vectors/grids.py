"""A grid runs the same few steps for every combination of some values; outcomes are kept in columns.

    {"id", "steps": [[name, args, register or null]], "over": [axis, axis…], "want": [column, column…]}

An argument may be a hole: {"p": k} takes the value of axis k, {"p": [k, i]} its item i. Rows come in the
order of itertools.product: the last axis moves fastest. A column has one outcome per row; when all are
alike, it is that outcome alone in {"all": …}. An outcome 0 is a step that is not executed.
"""

from itertools import product

from machine import MAKERS, Machine
from values import Reg, encode, fill


def registers(value):
    if type(value) is Reg:
        yield value.number
    elif type(value) in (list, tuple):
        for item in value:
            yield from registers(item)


def grid(name, steps, over):
    """Steps are (operation, *args); makers fill registers 0, 1, 2… in order."""
    made = 0
    template = []
    for operation, *args in steps:
        to = None
        if operation in MAKERS:
            to, made = made, made + 1
        template.append((operation, args, to))
    columns = [[] for _ in template]
    for row in product(*over):
        for column, outcome in zip(columns, run_row(template, row)):
            column.append(outcome)
    return {
        "id": name,
        "steps": [[operation, encode(args), to] for operation, args, to in template],
        "over": encode([list(axis) for axis in over]),
        "want": [column_of(column) for column in columns],
    }


def run_row(template, row, kind=None):
    machine = Machine(kind)
    for operation, args, to in template:
        args = fill(args, row)
        if all(number in machine.regs for number in registers(args)):
            yield machine.step(operation, args, to) or 0
        else:
            yield 0


def column_of(outcomes):
    first = outcomes[0]
    return {"all": first} if all(outcome == first for outcome in outcomes) else outcomes


def outcome_at(column, row):
    """What a column of a record says of a row."""
    if isinstance(column, list):
        return column[row]
    return column["all"] if "all" in column else column["of"][column["at"][row]]
