"""What the command line must not load before it needs it: names of modules, not times, so that no machine can fail it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENGINES = {"pandas", "pyarrow", "duckdb", "ibis", "scipy", "statsmodels", "sklearn", "joblib", "diff_diff"}
PRINTERS = {
    "matplotlib",
    "seaborn",
    "nbconvert",
    "nbformat",
    "papermill",
    "nbclient",
    "IPython",
    "jinja2",
    "typst",
    "PIL",
}
MODELS = {"numpy", "pydantic", "ruamel"}
TOLD = """
import json, sys
sys.argv = ["gradelab", *{words!r}]
try:
    {do}
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""


def loaded(root, do: str, *words: str) -> set[str]:
    """Top-level modules that a fresh process has loaded after ``do``."""
    import json

    told = subprocess.run(
        [sys.executable, "-c", TOLD.format(words=words, do=do)],
        capture_output=True, text=True, cwd=root, check=True,
    )  # fmt: skip
    return set(json.loads(told.stdout.splitlines()[-1]))


def test_the_package_loads_nothing(root):
    assert not loaded(root, "import toolkit") & (ENGINES | PRINTERS | MODELS | {"typer"})


def test_help_loads_no_model_and_no_engine(root):
    found = loaded(root, "from toolkit.cli import app; app()", "--help")
    assert "typer" in found and not found & (ENGINES | PRINTERS | MODELS)


@pytest.mark.parametrize(
    "file", ["policies/demo/weighted_2027.yaml", "studies/demo.yaml", "sets/floors.yaml"]
)
def test_checking_a_parameter_file_loads_no_engine(root, file):
    found = loaded(root, "from toolkit.cli import app; app()", "check", f"params/{file}")
    assert "pydantic" in found and not found & (ENGINES | PRINTERS)


def test_a_mistake_is_answered_without_an_engine(root, tmp_path):
    """While somebody types most files are wrong."""
    text = (root / "params/policies/demo/vip_2022.yaml").read_text("utf-8")
    (tmp_path / "vip.yaml").write_text(text.replace("measure: spend ", "measure: spent "), "utf-8")
    do = (
        "from toolkit.cli import app; from toolkit.run.speech import answering\n"
        "    try: app(standalone_mode=False)\n    except Exception as told: assert 'spend' in told.en, told.en\n"
        "    else: raise SystemExit('nothing was said')"
    )
    assert not loaded(root, do, "check", str(tmp_path / "vip.yaml")) & (ENGINES | PRINTERS)
