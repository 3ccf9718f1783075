// Bugs in what a view shows: attributes, slices, indices, items, iteration.

export const views = {
  "core/view.js": [
    {
      bug: "an empty slice with a step is C-contiguous",
      inside: "export function isC(",
      from: "_rows === 1",
      to: "_rows <= 1",
    },
    {
      bug: "a slice of one item is not F-contiguous",
      inside: "export function isF(",
      from: "isC(view)",
      to: "view._stride === view._layout.itemsize",
    },
    {
      bug: "a 0-dim view counts no items",
      inside: "export function itemCount(",
      from: "view._inner === null ?",
      to: "view._inner === null || view._inner.length === 0 ?",
    },
    {
      bug: "strict views read formats beyond CPython's",
      from: "(state & STRICT) !== 0 && !layout.native ? slowLayout(layout) : layout",
      to: "layout",
    },
    {
      bug: "strict views refuse formats only where nobody knows them",
      from: "if (opaque || _state & STRICT)",
      to: "if (opaque)",
    },
    {
      bug: "strict views have the extensions",
      inside: "export function checkExtension(",
      from: "view._state & STRICT",
      to: "view._state < 0",
    },
  ],
  "core/slicing.js": [
    {
      bug: "a negative step is clamped as a positive one",
      from: "isBack ? -1 : 0), ",
      to: "0), ",
    },
    {
      bug: "a step that does not divide loses the last item",
      from: "Math.ceil((to - from) / step)",
      to: "Math.floor((to - from) / step)",
    },
    {
      bug: "a stop beyond the end is not clamped",
      from: "return index > size ? size : index;",
      to: "return index;",
    },
    {
      bug: "a start before the beginning is not clamped",
      from: "index + size < 0 ? 0 : index + size",
      to: "index + size",
    },
    {
      bug: "the index after the last one is allowed",
      from: "wrapped < size",
      to: "wrapped <= size",
    },
    {
      bug: "the lowest negative index is refused",
      from: "wrapped >= 0",
      to: "wrapped > 0",
    },
    {
      bug: "fractions are indices",
      from: 'typeof value === "number" && Number.isInteger(value)',
      to: 'typeof value === "number" && !Number.isNaN(value)',
    },
    {
      bug: "a bigint beyond all numbers is an infinite step",
      from: "Math.min(Math.max(Number(value), -(2 ** 64)), 2 ** 64)",
      to: "Number(value)",
      by: "test/unit/core/selecting.test.ts",
    },
  ],
  "core/memoryview.js": [
    {
      bug: "a slice with a step forgets the step of what it slices",
      from: "stride *= range.step;",
      to: "stride = this._layout.itemsize * range.step;",
    },
    {
      bug: "an empty slice points outside",
      from: "const offset = count === 0 ? this._offset : this._offset",
      to: "const offset = this._offset",
    },
    {
      bug: "a slice of a read-only view can be written",
      from: "const state = this._state & (READONLY | STRICT);",
      to: "const state = this._state & STRICT;",
    },
    {
      bug: "a view of an exported view is exported too",
      from: "const flags = state & (READONLY | STRICT);",
      to: "const flags = state;",
      by: "test/unit/core/exporters.test.ts",
    },
    {
      bug: "a strict view of a view is not strict",
      from: "source._again(source._state | state)",
      to: "source._again(source._state)",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "order A is C order",
      from: '(order === "A" && isF(this))',
      to: '(order === "A" && isC(this) && isF(this))',
    },
    {
      bug: "hex shows memory, not items",
      from: "hexOf(packedOf(this), ",
      to: "hexOf(windowOf(this), ",
    },
    {
      bug: "writable memory is hashed",
      from: "!this.readonly || ",
      to: "",
    },
    {
      bug: "items that are not bytes are hashed",
      from: " || !isByteFormat(this._layout)",
      to: "",
    },
    {
      bug: "a read-only view of memory that changes is hashed",
      from: "if (!hashable)",
      to: "if (owner === undefined)",
    },
    {
      bug: "a hash is not kept after release",
      from: "keys.set(this, key);",
      to: "",
    },
    {
      bug: "a released view is unequal to itself",
      from: "return this === other;",
      to: "return false;",
    },
    {
      bug: "searching takes items wider than a byte",
      from: "view._layout.itemsize !== 1 || ",
      to: "",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "what partition does not find is before the view",
      from: "[bytes.length, bytes.length]",
      to: "[0, 0]",
      by: "test/unit/core/searching.test.ts",
    },
  ],
  "core/itemView.js": [
    {
      bug: "get with two indices leaves the last axis",
      from: "j < _inner[0]",
      to: "j <= _inner[0]",
    },
    {
      bug: "get reads the item after the last",
      inside: "export class ItemView ",
      from: "i < this._length) {\n                return readAt",
      to: "i <= this._length) {\n                return readAt",
    },
    {
      bug: "two indices write to read-only memory",
      from: "else if (arguments.length === 3 && (this._state & READONLY) === 0) {",
      to: "else if (arguments.length === 3) {",
    },
    {
      bug: "one index writes to read-only memory",
      from: "(this._state & READONLY) === 0 &&\n                writeHot",
      to: "writeHot",
    },
    {
      bug: "getNumber ignores the stride",
      from: "wideNumber(this, this._offset + i * this._stride)",
      to: "wideNumber(this, this._offset + i * this._layout.itemsize)",
      by: "test/unit/core/steps.test.ts",
    },
    {
      bug: "index looks at the whole view",
      from: "fitSlice(start, stop, 1, this._length)",
      to: "fitSlice(start, undefined, 1, this._length)",
    },
    {
      bug: "a format that cannot be read is iterated over until the first item",
      from: 'checkOneAxis(this, "iterate");\n        checkItemFormat(this);',
      to: 'checkOneAxis(this, "iterate");',
    },
  ],
  "core/indexing.js": [
    {
      bug: "read-only is found before a format that cannot be written",
      inside: "export function checkWritable(",
      from: "checkItemFormat(view);\n    if (view._state & READONLY)\n",
      to: "if ((view._state & READONLY) === 0)\n        checkItemFormat(view);\n    else\n",
    },
    {
      bug: "too many indices are found before a format that cannot be read",
      from: "checkItemFormat(view);\n    if (positions.length !== ndim)",
      to: "if (positions.length <= ndim)\n        checkItemFormat(view);\n    if (positions.length !== ndim)",
    },
    {
      bug: "read-only is found after a wrong index",
      inside: "export function setItem(",
      from: "checkWritable(view);",
      to: "locate(view, indices);\n    checkWritable(view);",
    },
    {
      bug: "getNumber rounds positive integers",
      from: "high >= 0x20_0000)",
      to: "high > 0x20_0000)",
      by: "test/unit/core/numbers.test.ts",
    },
    {
      bug: "getNumber rounds negative integers",
      from: "item >= -(2 ** 53)",
      to: "item >= -(2 ** 54)",
      by: "test/unit/core/numbers.test.ts",
    },
    {
      bug: "at refuses what get refuses",
      from: "return isItem ? readAt(view, locate(view, indices)) : undefined;",
      to: "return readAt(view, locate(view, indices));",
      by: "test/unit/core/bufferRecords.test.ts",
    },
  ],
  "core/iterator.js": [
    {
      bug: "an iterator ends early when its view is released",
      from: "if (index >= this._end)",
      to: "if (index >= this._view._length)",
    },
    {
      bug: "an iterator goes on after an item that threw",
      from: "const value = readAt",
      to: "this._index += 1;\n        const value = readAt",
    },
  ],
  "core/listing.js": [
    {
      bug: "lists read outer axes backwards",
      from: "list(axis + 1, at)",
      to: "list(axis + 1, first + (size - 1 - i) * stride)",
    },
  ],
};
