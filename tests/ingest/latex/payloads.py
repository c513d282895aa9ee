"""Small e-print payloads made for the tests, by Python's own archivers."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping

PAPER = rb"""\documentclass{article}
\title{On Weighing Twice}
\begin{document}
\maketitle
\section{Introduction}
Two readings of one scale differ.
\end{document}
"""


def tar(members: Mapping[str, bytes], tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tar_format) as archive:
        for name, content in members.items():
            add(archive, name, content)
    return buffer.getvalue()


def add(archive: tarfile.TarFile, name: str, content: bytes, kind: bytes = tarfile.REGTYPE) -> None:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    info.linkname = "/etc/passwd"
    archive.addfile(info, io.BytesIO(content))


def gzipped(content: bytes) -> bytes:
    """Compress, always to the same bytes: tests that run in several processes are named by them."""
    return gzip.compress(content, mtime=0)


def tar_gz(members: Mapping[str, bytes]) -> bytes:
    return gzipped(tar(members))


def named_gzip(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
