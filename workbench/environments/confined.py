"""Run a command with the network cut, or with a folder that cannot be written.

    python -m workbench.environments.confined network COMMAND ...
    python -m workbench.environments.confined FOLDER COMMAND ...

The kernel of the operating system does it (`unshare`, of Linux); root, whom file modes do not bind,
gets a read-only mount. Before the command starts, the confinement is put to the test.
"""

import errno
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

NETWORK = "network"
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1  # of Linux' <linux/sockios.h> and <linux/if.h>
NOWHERE = ("192.0.2.1", 9)  # an address kept for documentation


class Unavailable(Exception):
    """This machine cannot arrange it; the message says why."""


def confine(python, cut, command):
    """Return the command that runs `command` confined.

    Args:
        python: Interpreter that runs this module.
        cut: "network", or a folder that is not to be written.
        command: List of strings.

    Raises:
        Unavailable: If this machine has no way to do it.
    """
    kind = "--net" if cut == NETWORK else "--mount"
    if shutil.which("unshare") is None:
        raise Unavailable("needs Linux with unshare")
    start = ["unshare", kind]
    if os.geteuid() != 0:
        start.insert(1, "--map-root-user")
    if subprocess.run([*start, "true"], capture_output=True).returncode:
        raise Unavailable("unshare is not permitted here")
    return [*start, str(python), "-m", "workbench.environments.confined", str(cut), *command]


def main(words):
    """Confine this process, make sure of it, and become the command."""
    cut, *command = words
    if cut == NETWORK:
        _raise_loopback()
        if can_reach(NOWHERE):
            sys.exit("The network could not be cut.")
    else:
        _lock(cut)
        if os.access(cut, os.W_OK):
            sys.exit("The folder could not be made read-only.")
    os.execvp(command[0], command)


def can_reach(address):
    """Say whether there is a way to an address; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(address)
        except OSError as error:
            return error.errno != errno.ENETUNREACH
    return True


def _raise_loopback():
    """A notebook talks to its kernel over 127.0.0.1, which a machine without network still has."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        answer = fcntl.ioctl(handle, GET_FLAGS, struct.pack("16s16x", b"lo"))
        flags = struct.unpack("16sH14x", answer)[1]
        fcntl.ioctl(handle, SET_FLAGS, struct.pack("16sH14x", b"lo", flags | UP))


def _lock(folder):
    folder = str(Path(folder).resolve())
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
