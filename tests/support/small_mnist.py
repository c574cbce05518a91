"""A data set of four small raw files in MNIST's form, and a local mirror that serves it."""

import gzip
import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from genai_course.data.mnist_files import RawFile

SHAPES = {
    "train-images-idx3-ubyte": (20, 28, 28),
    "train-labels-idx1-ubyte": (20,),
    "t10k-images-idx3-ubyte": (10, 28, 28),
    "t10k-labels-idx1-ubyte": (10,),
}


def make():
    """Return (files, contents): RawFiles with sums of their own, and name -> bytes."""
    rng = np.random.default_rng(0)
    files, contents = [], {}
    for name, shape in SHAPES.items():
        values = rng.integers(0, 10 if "labels" in name else 256, shape, dtype=np.uint8)
        header = b"\x00\x00\x08" + bytes([len(shape)])
        header += b"".join(length.to_bytes(4, "big") for length in shape)
        contents[name] = header + values.tobytes()
        files.append(RawFile(name, shape, hashlib.md5(contents[name]).hexdigest()))
    return tuple(files), contents


def write(folder):
    """Write the raw files to folder/MNIST/raw; return (files, raw folder)."""
    files, contents = make()
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in contents.items():
        (raw / name).write_bytes(content)
    return files, raw


class Mirror:
    """A local HTTP server of the packed files.

    `manner` is "good", "forbidden", "silent" (never answers), "stalling" (half of the first file,
    then nothing), "dripping" (a byte now and then), "cut" (half a file), "changed" (a changed byte
    in sound packing), "page" (a web page in place of the file) or "bomb" (unpacks to far too much).
    """

    def __init__(self, manner="good"):
        mirror = self
        self.requests, self.gave_up = [], False  # gave_up: before the other side did
        self.closing = threading.Event()
        contents = make()[1]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                mirror.requests.append(self.path)
                try:
                    mirror.answer(self, contents[self.path.rpartition("/")[2][:-3]], manner)
                except OSError:
                    pass  # the other side has hung up

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler, content, manner):
        if manner == "silent":
            self.wait()
            return
        if manner == "forbidden":
            handler.send_error(403)
            return
        if manner == "changed":
            content = content[:-1] + bytes([content[-1] ^ 1])
        if manner == "bomb":
            content = content + bytes(1_000_000)
        packed = b"<html>Sign in</html>" if manner == "page" else gzip.compress(content)
        length = len(packed) // 2 if manner in ("cut", "stalling", "dripping") else len(packed)
        handler.send_response(200)
        if manner != "cut":
            handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        if manner == "good":
            time.sleep(0.05)  # long enough for other processes to meet at the lock
        if manner == "dripping":
            for byte in packed[:200]:  # ten seconds, then it hangs up
                if self.closing.wait(0.05):
                    return
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
            self.gave_up = True
            return
        handler.wfile.write(packed[:length])
        handler.wfile.flush()
        if manner == "stalling":
            self.wait()

    def wait(self):
        """Say nothing until the test is over, or a minute has passed."""
        self.gave_up = not self.closing.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
