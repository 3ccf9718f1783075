// Bugs in shapes and strides: contiguity, casts, selections, fields.

export const shapes = {
  "core/geometry.js": [
    {
      bug: "an empty array with gaps is not C-contiguous",
      from: "if (size === 0)\n            return true;\n        if (size > 1",
      to: "if (size > 1",
    },
    {
      bug: "the stride of an axis of one item decides contiguity",
      from: "if (size > 1 && strides[axis] !== step)",
      to: "if (strides[axis] !== step)",
    },
    {
      bug: "only the first axis may go backwards",
      from: "if (reach < 0)",
      to: "if (reach < 0 && axis === 0)",
    },
    {
      bug: "sizes after a 0 matter when shapes are compared",
      from: "if (a[axis] === 0)\n            return true;",
      to: "",
    },
    {
      bug: "Fortran order is C order",
      from: "return cStrides(shape.toReversed(), itemsize).toReversed();",
      to: "return cStrides(shape, itemsize);",
    },
    {
      bug: "Fortran contiguity does not turn the strides round",
      from: "isCContiguous(shape.toReversed(), strides.toReversed(), itemsize)",
      to: "isCContiguous(shape.toReversed(), strides, itemsize)",
    },
    {
      bug: "a reshape does not see gaps between axes",
      from: "if (old[axis].stride !== old[axis + 1].stride * old[axis + 1].size)",
      to: "if (old[axis].stride < old[axis + 1].stride * old[axis + 1].size)",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "a reshape counts axes of one item",
      from: "size === 1 ? [] :",
      to: "",
      by: "test/unit/core/steps.test.ts",
    },
  ],
  "core/casting.js": [
    {
      bug: "zeros in a shape of several axes are cast",
      from: "shape !== undefined || ndimOf(view) !== 1",
      to: "shape !== undefined",
    },
    {
      bug: "a wrong shape is found after a wrong format",
      from: "if (shape !== undefined)\n        checkShapeList(view, shape, action);\n    const layout = parseCastFormat(format, (view._state & STRICT) !== 0, action);",
      to: "const layout = parseCastFormat(format, (view._state & STRICT) !== 0, action);\n    if (shape !== undefined)\n        checkShapeList(view, shape, action);",
    },
    {
      bug: "numbers are cast to numbers",
      from: "if (!isByteFormat(view._layout) && !isByteFormat(layout)) {",
      to: "if (!isByteFormat(view._layout) && !isByteFormat(layout) && !layout.native) {",
    },
    {
      bug: "bytes that fill no item are cast",
      from: "if (nbytes % layout.itemsize !== 0) {",
      to: "if (nbytes < layout.itemsize) {",
    },
    {
      bug: "a cast shape may hold a 0",
      from: "if (size <= 0)",
      to: "if (size < 0)",
    },
    {
      bug: "a cast shape may leave bytes over",
      from: "if (product(sizes) * layout.itemsize !== nbytes) {",
      to: "if (product(sizes) * layout.itemsize > nbytes) {",
    },
    {
      bug: "shapes beyond 64 bits are only too large",
      from: "if (bytes >= 2 ** 63) {",
      to: "if (bytes >= 2 ** 1000) {",
    },
    {
      bug: '"c" is no format of bytes',
      from: ' || character === "c")',
      to: ")",
    },
    {
      bug: "strict views cast to any format",
      from: "if (strict && !layout.native) {",
      to: "if (strict && layout.itemsize === 0) {",
    },
  ],
  "core/selecting.js": [
    {
      bug: "an empty selection points outside",
      from: "if (range.count > 0)",
      to: "if (range.count >= 0)",
      by: "test/unit/core/steps.test.ts",
    },
    {
      bug: "select forgets the step of a slice",
      from: "strides.push(stride * range.step);",
      to: "strides.push(stride * Math.sign(range.step));",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: '"..." stands for one axis too few',
      from: "{ length: ndim - named }",
      to: "{ length: ndim - keys.length }",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "transpose takes an axis twice",
      from: "if (seen.size !== ndim || wrapped.length !== ndim) {",
      to: "if (wrapped.length !== ndim) {",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "transpose leaves the strides",
      from: "strides: wrapped.map((axis) => strides[axis]),",
      to: "strides,",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "reshape rounds the size that it works out",
      from: "if (product(sizes) !== product(old)) {",
      to: "if (product(sizes) > product(old)) {",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "a field lies at the start of its record",
      from: "offset: view._offset + field.offset,",
      to: "offset: view._offset,",
      by: "test/unit/core/gone.test.ts",
    },
    {
      bug: "a field that is a sub-array has C strides of the wrong item",
      from: "cStrides(field.shape, field.layout.itemsize)",
      to: "cStrides(field.shape, view._layout.itemsize)",
      by: "test/unit/core/records.test.ts",
    },
    {
      bug: "fields do not count from the end",
      from: "const field = fields.at(index);",
      to: "const field = fields[index];",
      by: "test/unit/core/records.test.ts",
    },
  ],
};
