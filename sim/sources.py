"""The sources of this package, told apart by what they say."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def source_hash(root: Path | None = None) -> str:
    """Hash the sources of this package: every module and the parameter table.

    Names enter as paths relative to the package, contents with one kind of line end, so the hash
    is the same in a clone, in an installed wheel and on Windows, and knows nothing of compiled
    files. The choices of ``conf/`` are left out: what they say is in the resolved configuration.

    Parameters
    ----------
    root : Path, optional
        The folder of the package; this package if not given.

    Returns
    -------
    str
        Sixty-four hexadecimal digits.
    """
    root = Path(__file__).parent if root is None else root
    names = {
        file.relative_to(root).as_posix(): file
        for pattern in ("*.py", "*.toml")
        for file in root.rglob(pattern)
        if "conf" not in file.relative_to(root).parts
    }
    digest = hashlib.sha256()
    for name in sorted(names):
        content = names[name].read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
