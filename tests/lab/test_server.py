"""``gradelab lab``. Expected: what the command line promises; the server is a real one."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import urllib.request
from contextlib import closing

import pytest

from toolkit.errors import GradelabError, UsageError
from toolkit.lab.server import SETTINGS, Lab, project_here, serve


def answered(found, path="/api/status"):
    with urllib.request.urlopen(f"http://127.0.0.1:{found[1]}{path}?token={found[3]}", timeout=30) as answer:
        return answer.read().decode("utf-8")


def test_the_start_page_of_the_users_language_is_opened(checkout):
    for lang in ("zh", "en"):
        assert Lab(checkout, lang).page == f"/lab/tree/notebooks/start.{lang}.ipynb"


def test_the_settings_ask_for_no_news():
    """A fresh JupyterLab covers the page with a question about news and then asks the network."""
    config = json.loads((SETTINGS / "labconfig" / "page_config.json").read_text("utf-8"))
    assert config["disabledExtensions"] == {"@jupyterlab/apputils-extension:announcements": True}


def test_kernels_are_those_of_this_environment(checkout, root, monkeypatch):
    """Whatever kernels a user has of other environments, and from whichever folder it is started."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    made = Lab(checkout, "zh").environment()
    assert made["JUPYTER_PREFER_ENV_PATH"] == "1" and made["GRADELAB_LANG"] == "zh"
    assert str(root) in made["PYTHONPATH"].split(os.pathsep)
    assert made["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(SETTINGS), "/mine"]


def test_outside_a_project_it_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="Change to the project's folder"):
        project_here()


def test_a_server_that_does_not_start_is_told(checkout, monkeypatch):
    monkeypatch.setattr(Lab, "command", lambda self: [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(GradelabError, match="exit code 3"):
        serve(Lab(checkout, "en"), print)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "lang"),
    [({"LANG": "zh_CN.UTF-8"}, "zh"), ({"GRADELAB_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en")],
)
def test_it_takes_a_free_port_serves_the_project_and_ends_on_ctrl_c(lab, checkout, asked, lang):
    """The port asked for is taken; the language is that of the environment; the page and the data folder's project are seen."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        child, found = lab("--port", str(taken.getsockname()[1]), **asked)
        assert int(found[1]) != taken.getsockname()[1]
    assert found[2] == f"/lab/tree/notebooks/start.{lang}.ipynb"
    assert json.loads(answered(found))["kernels"] == 0
    assert '"params"' in answered(found, "/api/contents/")
    child.send_signal(signal.SIGINT)
    assert child.wait(30) == 0
    time.sleep(0.2)
    with pytest.raises(OSError):
        answered(found)
