"""What is told of an installed LaTeX, and where things made by it are kept."""

import os
from pathlib import Path

from arxiviz_pipeline.rendering.tex.installed import (
    CORE_FILES,
    FoundFiles,
    find_latex_files,
    folder_for,
    installed_tex,
    tell_latex_files,
)


def test_packages_are_found_by_their_files():
    found = find_latex_files((*CORE_FILES, "nowhere.sty"))
    assert found == FoundFiles(CORE_FILES, ("nowhere.sty",))


def test_missing_packages_are_told_with_what_installs_them():
    told = tell_latex_files(FoundFiles(("tikz.sty",), ("physics.sty", "bbm.sty")))
    assert told.startswith("1 of 3 packages that scripts may load, without physics, bbm. ")
    assert "deploy/system-packages.sh --more-latex" in told
    assert "without" not in tell_latex_files(FoundFiles(("tikz.sty",), ()))


def test_an_installation_has_one_name():
    assert installed_tex("latex", "dvisvgm") == installed_tex("latex", "dvisvgm")
    assert installed_tex("latex", "dvisvgm") != installed_tex("pdflatex", "dvisvgm")


def test_what_older_installations_made_goes(tmp_path: Path):
    made = [folder_for(name, tmp_path) for name in ("first", "second")]
    for age, folder in enumerate(made):
        os.utime(str(folder), (age, age))
    last = folder_for("third", tmp_path)
    assert set(tmp_path.iterdir()) == {made[1], last}
    assert folder_for("third", tmp_path) == last


def test_a_folder_that_cannot_be_made_is_none(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    assert folder_for("first", tmp_path / "file") is None
