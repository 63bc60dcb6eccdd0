"""Where a database must not lie: on a filesystem that another machine may write to at the same time.

SQLite's write-ahead log shares memory between its users, which only works on one machine; on a network
filesystem two of them would damage the file without a word.
"""

from pathlib import Path

MOUNTS = Path("/proc/mounts")

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


def network(path: Path, mounts: str) -> str:
    """Return the kind of network filesystem a path lies on, or nothing when it is local.

    `mounts` is the text of `/proc/mounts`; where a folder is mounted over twice, the later line holds.
    """
    root = found = Path("/")
    kind = ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004 - device, folder and kind come first
            continue
        folder = Path(_unescaped(fields[1]))
        if path.is_relative_to(folder) and folder.is_relative_to(found):
            found, kind = folder, fields[2]
    shared = kind in NETWORK or (kind in OF_THE_HOST and found != root)
    return kind if shared else ""


def network_here(path: Path) -> str:
    """Ask the same of this machine; where it cannot be known, the path passes for local."""
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    return network(path.resolve(), mounts)


def _unescaped(folder: str) -> str:
    for code, letter in ((r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", "\\")):
        folder = folder.replace(code, letter)
    return folder
