"""Parameters of a study: where the pilots lie that it reads."""

from __future__ import annotations

from toolkit.params.strict import Several, Strict, Text, described


class PilotSourcesParams(Strict):
    """Pilots proposed earlier, which this study follows and reads as draws by lot."""

    from_reports: bool = described(
        "是否读取本研究以前各季报告提出的试点（报告文件夹中的 pilots/）",
        "whether to read the pilots that this study's earlier reports proposed (pilots/ in their folders)",
        False,
    )
    files: Several[Text] = described(
        "试点文件（相对于本文件，可用 *）；名单在同名的 .lots.csv 中",
        "pilot files relative to this file, * allowed; who was drawn stands beside each as .lots.csv",
        (),
    )
