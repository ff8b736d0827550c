"""Why an effect is refused or weak, in words, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

from toolkit.shown import shown
from toolkit.terms import Label, figure


@shown("code", "sentence")
@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code with its sentence and its remedy."""

    code: str
    sentence: Label
    remedy: Label


_PILOT = Label("在门槛附近随机试点", "run a randomised pilot around the bar")

_TABLE: tuple[tuple[str, Label, Label], ...] = (
    (
        "MANIP",
        Label(
            "门槛附近存在人为凑单迹象，无法识别升级效果",
            "customers were moved across the bar: their number jumps there",
        ),
        Label(
            "改用更早月份的消费评级，或在门槛附近随机试点",
            "grade on earlier months, or run a randomised pilot around the bar",
        ),
    ),
    (
        "IMBALANCE",
        Label(
            "门槛两侧客户在复评之前已有差异",
            "customers on the two sides of the bar differed before the review",
        ),
        Label(
            "记录破格与调整的原因；在门槛附近随机试点",
            "log the reasons of exceptions; run a randomised pilot around the bar",
        ),
    ),
    (
        "PLACEBO",
        Label("安慰剂检验未通过", "a difference appears where no grade begins"),
        Label(
            "核对评级与结果的口径是否在别处变化；在门槛附近随机试点",
            "look for rules that change elsewhere; run a randomised pilot",
        ),
    ),
    (
        "COMPOUND",
        Label(
            "同一门槛上叠加了其他权益，只能估计合并效果",
            "another benefit begins at the same bar; only the bundle could be measured",
        ),
        Label(
            "提供该等级实施之前的复评，以作前后断点之差",
            "supply reviews from before the grade existed, to difference the other benefit out",
        ),
    ),
    (
        "WEAK",
        Label("达标与实际享受待遇的关联过弱", "reaching the bar hardly changed who was served"),
        Label(
            "严格按规则执行一个周期，或在门槛附近随机试点",
            "apply the rule strictly for a period, or run a randomised pilot",
        ),
    ),
    (
        "SMALL",
        Label("门槛附近样本不足", "too few customers or events near the bar"),
        Label(
            "合并更多次复评，或在门槛附近随机试点",
            "stack more past reviews, or run a randomised pilot around the bar",
        ),
    ),
    (
        "DISCRETE",
        Label("得分取值过少，无法在门槛处比较", "the score takes too few values near the bar"),
        Label(
            "保存未取整的得分，或在门槛附近随机试点",
            "keep the unrounded score, or run a randomised pilot around the bar",
        ),
    ),
    (
        "NOOVERLAP",
        Label("不同级别客户不可比（无重叠）", "customers of different grades are not comparable: no overlap"),
        _PILOT,
    ),
    (
        "CENSORED",
        Label("观察期不足：尚无完整的表现期", "no review has a complete outcome window yet"),
        Label("等待表现期结束后重新计算", "wait until the outcome window has closed and run again"),
    ),
    (
        "SWITCHERS",
        Label(
            "变更客户超出历史证据范围，不可排序",
            "customers who would change grade lie outside the evidence; no ranking",
        ),
        Label("先在这些客户中试点", "run a pilot among these customers first"),
    ),
    (
        "HIDDEN",
        Label("未记录因素足以抹去该效果", "an unrecorded factor of plausible strength would erase it"),
        Label("记录破格评级的原因", "log why grades were given against the rule"),
    ),
    (
        "NOPROGRAMME",
        Label(
            "历史中没有分级管理：从未有客户因等级受到不同对待",
            "no grading programme in the history: nobody was ever treated differently on record",
        ),
        _PILOT,
    ),
    (
        "NOTRUNNING",
        Label(
            "有结果可查的复评时，该分级管理尚未实施",
            "the programme was not yet in force at any review whose outcome is known",
        ),
        Label("等待实施后的第一个表现期结束", "wait for the first outcome window after its start"),
    ),
    (
        "NOBAR",
        Label("该等级不由单一得分的门槛决定", "the grade is not decided by a bar on one score"),
        Label(
            "记录各因素与破格原因，改用统计调整；或随机试点",
            "record the factors and use an adjusted design, or run a randomised pilot",
        ),
    ),
    (
        "FAINT",
        Label(
            "达标与实际享受待遇的关联较弱，区间已相应放宽",
            "reaching the bar changed service for few; the interval allows for it",
        ),
        Label("严格按规则执行一个周期", "apply the rule strictly for a period"),
    ),
    (
        "COARSE",
        Label(
            "得分取值较少，只比较了门槛两侧相邻得分的客户",
            "the score takes few values; only customers with scores next to the bar were compared",
        ),
        Label("保存未取整的得分", "keep the unrounded score"),
    ),
    (
        "FRAGILE",
        Label("结果随比较范围而变化", "the figure moves with the range of customers compared"),
        Label(
            "合并更多次复评，或在门槛附近随机试点",
            "stack more past reviews, or run a randomised pilot around the bar",
        ),
    ),
    (
        "RISKSET",
        Label(
            "留存无法作前后差分：分析对象在基期全部留存，之后只可能下降，推行前没有可比的走势",
            "retention cannot be differenced over time: everyone studied was active at the start, so there is no "
            "earlier course to compare with and the outcome can only fall",
        ),
        Label(
            "改用断点设计、按得分段比较各批客户，或随机试验",
            "use the cutoff design, cohorts compared within bands of the score, or an experiment",
        ),
    ),
    (
        "PRETREND",
        Label(
            "推行之前两组客户的走势已经不同",
            "the two groups were already moving apart before the start",
        ),
        Label(
            "选取推行前走势一致的对照，或抽签决定推行先后",
            "find controls that moved alike before, or decide by lot who starts first",
        ),
    ),
    (
        "NOCONTROL",
        Label(
            "所有客户同时开始，没有尚未推行的对照",
            "everyone started at the same time: nobody was left to compare with",
        ),
        Label("分批推行，先后由抽签决定", "start in batches, the order decided by lot"),
    ),
    (
        "NOBEFORE",
        Label(
            "推行之前的历史太短，无法检验对照是否可比",
            "the history before the start is too short to test the comparison",
        ),
        Label(
            "补充推行之前的历史，或抽签决定推行先后",
            "supply earlier history, or decide by lot who starts first",
        ),
    ),
    (
        "CLUSTERS",
        Label(
            "推行以区域为单位，而区域太少，无法估计误差",
            "the start was decided by region, and there are too few regions to know the error",
        ),
        Label(
            "在更多区域推行，先后由抽签决定，或以客户为单位抽签",
            "start in more regions in an order drawn by lot, or draw lots among customers",
        ),
    ),
    (
        "UNITS",
        Label(
            "已推行或尚未推行的客户过少",
            "too few customers with or without the programme",
        ),
        Label("待更多客户纳入后重新计算", "run again when more customers have started"),
    ),
    (
        "TREND",
        Label(
            "推行之后走势若出现不大的偏离即可抹去该效果",
            "a modest departure from parallel trends after the start would erase it",
        ),
        Label(
            "补充推行之前的历史，或抽签决定推行先后",
            "supply earlier history, or decide by lot who starts first",
        ),
    ),
    (
        "FEWCLUSTERS",
        Label(
            "区域较少，区间已相应放宽",
            "there are few regions; the interval allows for it",
        ),
        Label("在更多区域推行", "start in more regions"),
    ),
    (
        "UNRECORDED",
        Label("没有记录评级所依据的因素", "no factor behind the grade is on record"),
        Label(
            "记录评级依据与破格原因，或随机试点", "record what decides the grade, or run a randomised pilot"
        ),
    ),
    (
        "UNBALANCED",
        Label("加权后两组客户仍有差异", "customers of the two grades still differ after weighting"),
        Label(
            "记录更多评级依据，或随机试点", "record more of what decides the grade, or run a randomised pilot"
        ),
    ),
    (
        "MASKED",
        Label(
            "区间包含零，未记录因素可能掩盖真实影响",
            "the interval holds zero, and an unrecorded factor could conceal a real effect",
        ),
        Label("记录破格评级的原因，或随机试点", "log why grades were given, or run a randomised pilot"),
    ),
    (
        "SAMPLERATIO",
        Label("实际分组与方案不符", "assignment is not what was planned"),
        Label(
            "查明抽签之后谁改动了分组，修正后重做试验",
            "find out who changed arms after the draw, mend it and repeat the experiment",
        ),
    ),
    (
        "LOPSIDED",
        Label(
            "各组在抽签之前的差异大于偶然所能造成的程度",
            "arms differed before the draw by more than chance would make",
        ),
        Label(
            "核对特征是否记录于抽签之前，抽签名单是否被改动",
            "check that the facts date from before the draw and that nobody altered its list",
        ),
    ),
    (
        "ATTRITION",
        Label("结果缺失过多，或各组缺失的比例不同", "outcomes are missing too often, or more in one arm"),
        Label("补查缺失客户的结果", "find the outcomes of the customers who are missing"),
    ),
    (
        "CAUGHTUP",
        Label(
            "表现期结束之前，未抽中者也得到了同样的服务",
            "those drawn against it were served as well before the outcome window closed",
        ),
        Label(
            "改问在此之前结束的留存定义",
            "ask a definition of retention whose window closes before that",
        ),
    ),
    (
        "FEWDRAWN",
        Label("抽签单位较少，区间未必可靠", "few units were drawn; the interval may be too short"),
        Label("让更多网点或经理参与抽签", "draw lots among more branches or managers"),
    ),
    (
        "OFFPLAN",
        Label(
            "随机试点未按方案执行：有人在范围之外抽签，或范围之外未按规则评级",
            "the pilot was not kept to: lots were drawn outside the band, or the rule was not kept there",
        ),
        Label(
            "核对抽签名单与范围，剔除误抽的复评后重新计算",
            "check the list of lots against the band, and leave out reviews that strayed",
        ),
    ),
    (
        "PARTIAL",
        Label(
            "范围之内并非所有客户都参加了抽签，结果只说明参加者",
            "not everybody in the band drew a lot; the figure speaks of those who did",
        ),
        Label("让范围之内的所有客户参加抽签", "draw lots for everybody in the band"),
    ),
    (
        "THIN",
        Label(
            "实际得到目标待遇的客户过少，或少数客户权重过大",
            "too few customers happened to get what the policy would give, or a few of them carry the weight",
        ),
        Label(
            "对该政策会改变的客户多抽一些签",
            "draw more lots among the customers whom the policy would treat differently",
        ),
    ),
    (
        "ESTIMATED",
        Label(
            "分组概率为事后估计，并非抽签记录",
            "the propensities were estimated afterwards, not recorded at the draw",
        ),
        Label("记录抽签所用的概率", "record the probabilities that lots are drawn with"),
    ),
    (
        "DISAGREE",
        Label("本应一致的两种算法结果不一致", "two formulas that should agree do not"),
        Label("核对分组概率与结果的记录", "check the record of propensities and outcomes"),
    ),
)

REASONS: dict[str, Reason] = {code: Reason(code, sentence, remedy) for code, sentence, remedy in _TABLE}


def reasons(*codes: str) -> tuple[Reason, ...]:
    """Reasons of ``codes``, each once, in the order of the table.

    >>> [reason.code for reason in reasons("SMALL", "MANIP", "SMALL")]
    ['MANIP', 'SMALL']
    """
    unknown = set(codes) - set(REASONS)
    if unknown:
        raise ValueError(f"unknown reason codes {sorted(unknown)}; known are {sorted(REASONS)}")
    return tuple(reason for code, reason in REASONS.items() if code in codes)


def with_detectable(found: tuple[Reason, ...], detectable: float, unit: str) -> tuple[Reason, ...]:
    """The reasons, with the smallest detectable effect named where the sample is too small."""
    if not isfinite(detectable):
        return found
    zh, en = (figure(detectable, unit, lang) for lang in ("zh", "en"))
    return tuple(
        replace(
            reason,
            sentence=Label(
                f"{reason.sentence.zh}，最小可检出效果为 {zh}",
                f"{reason.sentence.en}; the smallest detectable effect is {en}",
            ),
        )
        if reason.code == "SMALL"
        else reason
        for reason in found
    )
