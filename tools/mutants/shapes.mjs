// Bugs in shapes and strides: contiguity, casts, selections, fields.

export const shapes = {
  "core/geometry.js": [
    {
      bug: "an empty array with gaps is not C-contiguous",
      from: "if (shape.length > 1 && shape.includes(0))\n        return true;",
      to: "",
    },
    {
      bug: "the stride of an axis of one item decides contiguity",
      from: "shape[axis] !== 1 && strides[axis] !== step",
      to: "strides[axis] !== step",
    },
    {
      bug: "only the first axis may go backwards",
      from: "if (reach < 0)",
      to: "if (reach < 0 && axis === 0)",
    },
    {
      bug: "sizes after a 0 matter when shapes are compared",
      from: "if (a[axis] === 0)\n            break;",
      to: "",
    },
    {
      bug: "Fortran order is C order",
      from: "return cStrides(shape.toReversed(), itemsize).toReversed();",
      to: "return cStrides(shape, itemsize);",
    },
    {
      bug: "Fortran contiguity does not turn the strides round",
      from: "strides: strides.toReversed(), itemsize",
      to: "strides, itemsize",
    },
    {
      bug: "a reshape does not see gaps between axes",
      from: "outer.a === a * size",
      to: "outer.a >= a * size",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "a reshape counts axes of one item",
      from: "if (size === 1)\n            continue;",
      to: "",
      by: "test/unit/core/steps.test.ts",
    },
  ],
  "core/casting.js": [
    {
      bug: "zeros in a shape of several axes are cast",
      from: "(shape !== undefined || sizes.length !== 1)",
      to: "shape !== undefined",
    },
    {
      bug: "a wrong shape is found after a wrong format",
      from: '    if (shape !== undefined) {\n        if (!Array.isArray(shape))\n            throw invalidType(action, "an array", shape);\n        checkAxes(shape.length, action);\n        if (sizes.length !== 1 && shape.length !== 1)\n            throw refuse("one axis before or after", [sizes.length, shape.length]);\n    }\n    const layout = parseCastFormat(format, (view._state & STRICT) !== 0);',
      to: '    const layout = parseCastFormat(format, (view._state & STRICT) !== 0);\n    if (shape !== undefined) {\n        if (!Array.isArray(shape))\n            throw invalidType(action, "an array", shape);\n        checkAxes(shape.length, action);\n        if (sizes.length !== 1 && shape.length !== 1)\n            throw refuse("one axis before or after", [sizes.length, shape.length]);\n    }',
    },
    {
      bug: "numbers are cast to numbers",
      from: "!isByteFormat(old) && !isByteFormat(layout)",
      to: "!isByteFormat(old) && !isByteFormat(layout) && !layout.native",
    },
    {
      bug: "bytes that fill no item are cast",
      from: "if (nbytes % itemsize !== 0)",
      to: "if (nbytes < itemsize)",
    },
    {
      bug: "a cast shape may hold a 0",
      from: "size > 0 && bytes < limit",
      to: "size >= 0 && bytes < limit",
    },
    {
      bug: "a cast shape may leave bytes over",
      from: "product(wanted) * itemsize !== nbytes",
      to: "product(wanted) * itemsize > nbytes",
    },
    {
      bug: "shapes beyond 64 bits are only too large",
      from: "size > 0 && bytes < limit",
      to: "size > 0 && size < limit",
    },
    {
      bug: "strict views cast to any format",
      from: "if (strict && !layout.native)",
      to: "if (strict && layout.itemsize === 0)",
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
      from: "{ length: ndim - given }",
      to: "{ length: ndim - keys.length }",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "transpose takes an axis twice",
      from: "order.length !== all.length || !all.every((axis) => order.includes(axis))",
      to: "order.length !== all.length",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "transpose leaves the strides",
      from: "strides: order.map((axis) => strides[axis]),",
      to: "strides,",
      by: "test/unit/core/selecting.test.ts",
    },
    {
      bug: "reshape rounds the size that it works out",
      from: "product(shape) !== count",
      to: "product(shape) > count",
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
      from: "fields.at(toIndex(key, action))",
      to: "fields[toIndex(key, action)]",
      by: "test/unit/core/records.test.ts",
    },
  ],
  "core/view.js": [
    {
      bug: '"c" is no format of bytes',
      from: '"Bbc".includes(character)',
      to: '"Bb".includes(character)',
    },
  ],
};
