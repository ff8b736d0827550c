"""What mkdocs asks of us: the pages are put together in a folder of their own, and Chinese is made searchable."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import gathering
import searching

LANGS = ("en", "zh")
_folder: Path | None = None


def on_config(config: Any) -> Any:
    """Build from the gathered pages; once for all languages."""
    global _folder
    root = Path(config.config_file_path).parent
    if _folder is None:
        _folder = Path(tempfile.mkdtemp(prefix="gradelab-docs-"))
        rooms = gathering.gather(root, Path(config.docs_dir), _folder)
        config.nav = gathering.present(gathering.with_rooms(config.nav, rooms), _folder)
    config.docs_dir = str(_folder)
    config.watch.append(str(root / "docs"))
    return config


def on_post_build(config: Any) -> None:
    """Part Chinese words in the search index."""
    place = Path(config.site_dir) / "search" / "search_index.json"
    if place.is_file():
        found = json.loads(place.read_text("utf-8"))
        place.write_text(json.dumps(searching.parted(found), separators=(",", ":")), "utf-8")


def on_shutdown() -> None:
    """Leave nothing behind."""
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)
