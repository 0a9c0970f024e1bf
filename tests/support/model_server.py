"""A server of model files that misbehaves as asked; run in a process of its own.

`python -m tests.support.model_server FOLDER LOG`: prints its port, then serves FOLDER's files under
/MANNER/NAME and writes a line for each request (manner, name, range) to LOG.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    """Manners: good, cut (ends half-way unless asked to go on), rude (always ends after 1000
    bytes), whole (knows no ranges and cuts the first time), wrong (other bytes), long (another
    size), silent (ends without an answer), away (sends on to another address), none (404)."""

    folder: Path
    log: Path
    cut_before: set[str]

    def do_GET(self) -> None:
        _, manner, name = self.path.split("/")
        asked = self.headers.get("Range", "")
        with self.log.open("a") as log:
            log.write(f"{manner} {name} {asked}\n")
        if manner == "silent":
            self.close_connection = True
            return
        if manner == "away":
            self.send_response(302)
            self.send_header("Location", "http://example.invalid/model.onnx")
            self.end_headers()
            return
        if manner == "none":
            self.send_error(404)
            return
        content = (self.folder / name).read_bytes()
        if manner == "wrong":
            content = content[::-1]
        if manner == "long":
            content += b"!"
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and manner != "whole" else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        stop = len(content)
        if manner == "rude":
            stop = min(start + 1000, stop)
        if (manner == "cut" and not start) or (manner == "whole" and name not in self.cut_before):
            self.cut_before.add(name)
            stop = len(content) // 2
        self.wfile.write(content[start:stop])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed: the test reads the log."""


@contextmanager
def serving(folder: Path, log: Path) -> Iterator[str]:
    """Serves a folder from a process of its own; gives the address in front of /MANNER/NAME."""
    command = [sys.executable, "-m", "tests.support.model_server", str(folder), str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def main() -> None:
    """Serves until it is ended."""
    Handler.folder, Handler.log, Handler.cut_before = Path(sys.argv[1]), Path(sys.argv[2]), set()
    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)  # noqa: T201 - how it tells where it is
    server.serve_forever()


if __name__ == "__main__":
    main()
