"""Exporters that CPython has none of: any format, shape, strides and offset over a given memory."""

import ctypes

ssize = ctypes.c_ssize_t


class PyBuffer(ctypes.Structure):
    """`Py_buffer` of the C API."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ssize),
        ("itemsize", ssize),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ssize)),
        ("strides", ctypes.POINTER(ssize)),
        ("suboffsets", ctypes.POINTER(ssize)),
        ("internal", ctypes.c_void_p),
    ]


_view = ctypes.pythonapi.PyMemoryView_FromBuffer
_view.restype = ctypes.py_object
_view.argtypes = [ctypes.POINTER(PyBuffer)]


class Strided:
    """Exports part of `memory` (a bytearray) as an N-dimensional array of any format."""

    def __init__(self, memory, fmt, itemsize, shape, strides, offset, readonly):
        # from_buffer() refuses an empty bytearray; no byte of it is ever read.
        size = max(1, len(memory))
        raw = (ctypes.c_char * size).from_buffer(memory if memory else bytearray(1))
        count = 1
        for extent in shape:
            count *= extent
        ndim = len(shape)
        self._layout = (fmt, itemsize, shape, strides, offset, readonly)
        self._kept = (
            raw,
            fmt.encode(),
            (ssize * ndim)(*shape),
            (ssize * ndim)(*strides),
        )
        self._buffer = PyBuffer(
            ctypes.addressof(raw) + offset,
            None,
            count * itemsize,
            itemsize,
            int(readonly),
            ndim,
            self._kept[1],
            self._kept[2],
            self._kept[3],
            None,
            None,
        )

    def __buffer__(self, flags):
        return _view(ctypes.byref(self._buffer))

    def over(self, memory):
        """The same array over another memory."""
        return Strided(memory, *self._layout)


class Logging:
    """Exports a bytearray and keeps a log of what was asked of it."""

    def __init__(self, content):
        self.memory = bytearray(content)
        self.log = []

    def __buffer__(self, flags):
        self.log.append(flags)
        return memoryview(self.memory)

    def __release_buffer__(self, view):
        self.log.append("release")
