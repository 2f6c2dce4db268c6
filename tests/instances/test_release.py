"""The archive that instances fetch."""

import tarfile
from pathlib import Path

from scripts.build_release import pack


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        (folder / "lib").mkdir(parents=True)
        (folder / "lib" / "module.py").write_text("x = 1\n")
        tool = folder / "tool"
        tool.write_text("#!/bin/sh\n")
        tool.chmod(0o700)
        pack(folder, tmp_path / f"{name}.tar.gz")
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()


def test_files_belong_to_nobody_and_may_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "secretive").write_text("x")
    (folder / "secretive").chmod(0o600)
    pack(folder, tmp_path / "made.tar.gz")
    with tarfile.open(tmp_path / "made.tar.gz") as archive:
        (entry,) = archive.getmembers()
    assert (entry.name, entry.uid, entry.gid, entry.mode, entry.mtime) == ("secretive", 0, 0, 0o644, 0)
