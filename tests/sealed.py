"""Runs Python where no socket can be opened: ``python tests/sealed.py ARGUMENTS`` is ``python ARGUMENTS``, sealed.

The kernel itself kills a process that calls ``socket``, and all its children and threads with the same filter, native
code included; a name cannot be looked up without one either. Linux on x86-64 and AArch64.
"""

import ctypes
import os
import platform
import struct
import sys
from typing import Final

MACHINES: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""By machine: the kernel's name of the architecture (AUDIT_ARCH), and the number of its system call ``socket``."""

KILLED: Final = -31
"""Exit status of a process that tried (SIGSYS), as :mod:`subprocess` tells it."""

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_KILL, _ALLOW = 0x80000000, 0x7FFF0000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def can_seal() -> bool:
    """Whether this machine is one of those that the filter is written for."""
    return sys.platform == "linux" and platform.machine() in MACHINES


def seal() -> None:
    """From here on, ``socket`` kills this process and its children; ``socketpair``, which reaches nobody, does not."""
    architecture, socket = MACHINES[platform.machine()]
    steps = (
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 0, 2, architecture),
        (_LOAD, 0, 0, 0),
        (_JUMP_EQUAL, 0, 1, socket),
        (_RETURN, 0, 0, _KILL),
        (_RETURN, 0, 0, _ALLOW),
    )
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(steps), ctypes.cast(kept, ctypes.c_char_p))
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or system.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel refuses the filter")


if __name__ == "__main__":
    seal()
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
