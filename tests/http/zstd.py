"""zstd for the tests, through the library that the server itself links."""

import ctypes

_LIBRARY = ctypes.CDLL("libzstd.so.1")
for _name in ("ZSTD_compressBound", "ZSTD_compress", "ZSTD_decompress"):
    getattr(_LIBRARY, _name).restype = ctypes.c_size_t
_LIBRARY.ZSTD_isError.restype = ctypes.c_uint


def _checked(size):
    if _LIBRARY.ZSTD_isError(ctypes.c_size_t(size)):
        raise ValueError("not zstd")
    return size


def compress(data):
    room = ctypes.create_string_buffer(_LIBRARY.ZSTD_compressBound(ctypes.c_size_t(len(data))))
    size = _checked(_LIBRARY.ZSTD_compress(room, ctypes.c_size_t(len(room)), data, ctypes.c_size_t(len(data)), 3))
    return room.raw[:size]


def decompress(data, most=1 << 26):
    """Of one frame with or without its size."""
    room = ctypes.create_string_buffer(most)
    size = _checked(_LIBRARY.ZSTD_decompress(room, ctypes.c_size_t(most), data, ctypes.c_size_t(len(data))))
    return room.raw[:size]
