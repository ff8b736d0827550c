"""Extensions among the files of ``gradelab check``, put to their promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from toolkit.errors import GradelabError
from toolkit.measures.registry import names
from toolkit.params.extension_refusals import NOUNS
from toolkit.params.extensions import load
from toolkit.params.policy import read_policy
from toolkit.params.reading import read_source
from toolkit.params.schemes import OwnParams
from toolkit.run.named_extensions import YAML
from toolkit.terms import Label

Problem = tuple[str, str]


def extension_problems(file: Path, files: Sequence[Path], tell: Callable[[Label], None]) -> list[Problem]:
    """Every promise that the extension ``file`` breaks; ``tell`` hears what was put to the test.

    Schemes are tried as the policy files among ``files``, and those beside the extension, have them.
    """
    from toolkit.promises import examine

    try:
        found = examine(load(file), _schemes((*files, *sorted(file.parent.glob("*.yaml")))))
    except GradelabError as error:
        return [(error.zh, error.en)]
    problems = []
    for one in found:
        nouns = NOUNS[one.kind], one.kind
        kept = Label("；".join(w.zh for w in one.kept), "; ".join(w.en for w in one.kept))
        more = Label("", "") if one.left is None else Label(f" {one.left.zh}", f" {one.left.en}")
        tell(
            Label(
                f"{file.name} {nouns[0]} {one.name}：{len(one.kept)} 条承诺成立（{kept.zh}）。{more.zh}".rstrip(),
                f"{file.name} {nouns[1]} {one.name}: {len(one.kept)} promise(s) kept ({kept.en}).{more.en}",
            )
        )
        problems += [
            (
                f"{file}，{nouns[0]} {one.name}，“{b.promise.zh}”不成立：{b.found.zh}",
                f"{file}, {nouns[1]} {one.name}, “{b.promise.en}” does not hold: {b.found.en}",
            )
            for b in one.broken
        ]
    return problems


def _schemes(files: Iterable[Path]) -> list[OwnParams]:
    """Schemes of extensions in the policies among ``files`` that can be read; each once."""
    from toolkit.promises.examination import own_schemes

    found: list[OwnParams] = []
    for path in dict.fromkeys(file.resolve() for file in files if file.suffix in YAML):
        try:
            keys = read_source(path).data
            policy = read_policy(path, names()) if isinstance(keys, dict) and "scheme" in keys else None
        except GradelabError:
            continue
        found += [one for one in own_schemes(policy) if one not in found]
    return found
