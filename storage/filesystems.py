"""Where a database lies: on a server, in a file, and on which filesystems a file must not.

A file must not lie where another machine may write to it: SQLite's write-ahead log shares memory between
its users, which only works on one machine; on a network filesystem two of them would damage the file without
a word.
"""

import os
from typing import TypeAlias

# A list must not wait for pathlib: it takes longer to import than the list to read.
AnyPath: TypeAlias = "str | os.PathLike[str]"

MOUNTS = "/proc/mounts"
SERVERS = ("postgresql://", "postgres://")
# As libpq has it beside addresses: host=db.ward password=... dbname=care
_PASSWORD = "password="  # noqa: S105 - what stands in front of one

# By the names that Linux gives them.
NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "glusterfs", "lustre"),
        *("gpfs", "beegfs", "ocfs2", "gfs2", "orangefs", "davfs"),
        *("fuse.sshfs", "fuse.davfs2", "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.s3fs"),
        *("fuse.rclone", "fuse.gcsfuse", "fuse.smbnetfs", "fuse.curlftpfs"),
    }
)
# These show a folder of the host to a virtual machine, and the host may have the same file open. As the root
# of everything they belong to one sandbox alone (gVisor and Kata make theirs so), and are as good as local.
OF_THE_HOST = frozenset({"9p", "virtiofs", "vboxsf", "fuse.vmhgfs-fuse", "prl_fs", "fuse.prl_fsd"})


def on_server(place: AnyPath) -> bool:
    """Say whether a database is named by the address of a server, and not by the path of a file."""
    return os.fspath(place).startswith(SERVERS)


def is_foreign(place: AnyPath) -> bool:
    """Say whether a place is an address of another kind, which names no database here and no file."""
    text = os.fspath(place)
    return not on_server(text) and (_is_address(text) or _PASSWORD in text)


def shown(place: AnyPath) -> str:
    """Write the place of a database as anybody may read it: an address of any kind without its password."""
    text = os.fspath(place)
    if not _is_address(text):
        before, secret, _ = text.partition(_PASSWORD)
        return f"{before}{secret}..." if secret else text
    scheme, _, rest = text.partition("://")
    # All up to the last @ counts as a part of the password, and so does what is asked for after a ?.
    before, at, after = rest.rpartition("@")
    user = before
    for mark in ":/?":
        user = user.partition(mark)[0]
    return f"{scheme}://{user}{at}{after.partition('?')[0]}"


def _is_address(text: str) -> bool:
    scheme, mark, _ = text.partition("://")
    return bool(mark) and "/" not in scheme


def has_password(place: AnyPath) -> bool:
    """Say whether an address holds a password."""
    text = os.fspath(place)
    before = text.partition("://")[2].rpartition("@")[0]
    return on_server(text) and (":" in before or _PASSWORD in text)


class Server(os.PathLike[str]):
    """The address of a database on a server: opened as it is, printed without its password."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __fspath__(self) -> str:
        return self._address

    def __str__(self) -> str:
        return shown(self._address)

    __repr__ = __str__


def network(path: AnyPath, mounts: str) -> str:
    """Return the kind of network filesystem a path lies on, or nothing when it is local.

    `mounts` is the text of `/proc/mounts`; where a folder is mounted over twice, the later line holds.
    """
    found, kind = _mounted(os.fspath(path), mounts)
    shared = kind in NETWORK or (kind in OF_THE_HOST and found != "/")
    return kind if shared else ""


def network_here(path: AnyPath) -> str:
    """Ask the same of this machine; where it cannot be known, the path passes for local."""
    return network(os.path.realpath(path), _mounts())


def which_here(path: AnyPath) -> str:
    """Return the kind of filesystem a path lies on, network or not; nothing where it cannot be known."""
    return _mounted(os.path.realpath(path), _mounts())[1]


def _mounted(path: str, mounts: str) -> tuple[str, str]:
    """Return the folder over which the filesystem of a path is mounted, and its kind."""
    found, kind = "/", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004 - device, folder and kind come first
            continue
        folder = _unescaped(fields[1])
        if _lies_in(path, folder) and _lies_in(folder, found):
            found, kind = folder, fields[2]
    return found, kind


def _mounts() -> str:
    try:
        with open(MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder if folder.endswith("/") else f"{folder}/")


def _unescaped(folder: str) -> str:
    for code, letter in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        folder = folder.replace(code, letter)
    return folder
