"""Where the files of a study lie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from toolkit.errors import ParameterError
from toolkit.params.overlays import joined_study, scenario_file, split_study

DATA_VARIABLE = "GRADELAB_DATA"


def find_study(study: str | Path) -> str:
    """``study``, its files looked for here and in the folders above: a notebook names them from the project's root.

    A file that is nowhere is returned as written, so that the message names what the user wrote.
    """
    path, scenarios = split_study(study)
    here = Path.cwd()
    places = (here, *here.parents)
    found = [_found(str(path), places), *(_found(name, places) for name in scenarios)]
    return joined_study(found[0], found[1:])


def find_file(name: str | Path) -> Path:
    """The file ``name``, looked for here and in the folders above; as written where it is nowhere."""
    here = Path.cwd()
    return Path(_found(str(name), (here, *here.parents)))


def _found(name: str, places: Sequence[Path]) -> str:
    file = scenario_file(name)
    folder = next((above for above in places if (above / file).is_file()), None)
    return str(folder / name) if folder else name


def project_root(study: Path) -> Path:
    """Nearest folder above ``study`` that has ``notebooks/``.

    Raises
    ------
    ParameterError
        When there is none.
    """
    for folder in study.absolute().parents:
        if (folder / "notebooks").is_dir():
            return folder.resolve()
    raise ParameterError(
        zh=f"{study} 的上级文件夹里都没有 notebooks/；研究文件应放在项目之内，如 params/studies/。",
        en=f"No folder above {study} has notebooks/; a study file belongs inside a project, as in params/studies/.",
    )


def data_folder(root: Path, asked: str | Path | None = None) -> Path:
    """The data folder: as asked, else as the environment says, else ``data/`` in the project."""
    return Path(asked or os.environ.get(DATA_VARIABLE) or root / "data").absolute()
