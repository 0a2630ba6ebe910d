"""All blobs of a .osm.pbf unpacked by four libraries, by one and two threads, in turn. FILE RUNS"""

import importlib.metadata
import statistics
import struct
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import deflate
from isal import isal_zlib
from zlib_ng import zlib_ng

LIBRARIES = {
    "zlib": lambda packed, size: zlib.decompress(packed, bufsize=size),
    "zlib-ng": lambda packed, size: zlib_ng.decompress(packed, bufsize=size),
    "isal": lambda packed, size: isal_zlib.decompress(packed, bufsize=size),
    "deflate": lambda packed, size: deflate.zlib_decompress(packed, size),
}


def fields(data, at, end):
    """Field number and value (a number, or bytes) of each field of a message."""
    while at < end:
        tag, at = varint(data, at)
        value, at = varint(data, at)
        if tag & 7 == 2:
            value, at = data[at : at + value], at + value
        yield tag >> 3, value


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def blobs(path):
    data = Path(path).read_bytes()
    found, at = [], 0
    while at < len(data):
        start = at + 4 + struct.unpack(">I", data[at : at + 4])[0]
        at, own = start, dict(fields(data, at + 4, start))
        at += own[3]
        body = dict(fields(data, start, at))
        if 3 in body:
            found.append((body[3], body[2]))
    return found


def main(path, runs):
    packed = blobs(path)
    seconds = {}
    for _ in range(runs + 1):
        for name, unpack in LIBRARIES.items():
            for n_threads in (1, 2):
                with ThreadPoolExecutor(n_threads) as pool:
                    started = time.perf_counter()
                    sum(pool.map(lambda one, by=unpack: len(by(*one)), packed))
                    seconds.setdefault((name, n_threads), []).append(time.perf_counter() - started)
    print(f"{len(packed)} blobs, {sum(size for _, size in packed) / 1e6:.1f} MB unpacked, {runs} runs")
    print("| library | threads | median ms | min–max ms |\n|---|---|---|---|")
    for (name, n_threads), times in seconds.items():
        held = [1000 * one for one in times[1:]]
        version = "" if name == "zlib" else " " + importlib.metadata.version(name)
        print(f"| {name}{version} | {n_threads} | {statistics.median(held):.0f} | {min(held):.0f}–{max(held):.0f} |")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5)
