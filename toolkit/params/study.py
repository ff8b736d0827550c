"""Parameters of a study: which history and quarter, which policies, which outcomes, which rule."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from toolkit.params.assumptions import AssumedEffectParams, FactorParams, refuse_repeated
from toolkit.params.capacity import Caps, refuse_twice
from toolkit.params.chapter import OwnChapterParams
from toolkit.params.designs import DesignParams
from toolkit.params.history import HistoryParams
from toolkit.params.hooks import HookParams
from toolkit.params.hotline import HotlineParams
from toolkit.params.pilot_sources import PilotSourcesParams
from toolkit.params.programme import ProgrammeParams
from toolkit.params.scenarios import Scenarios, refuse_scenarios
from toolkit.params.search import SearchParams, refuse_same_search
from toolkit.params.sign_off import SignOffParams
from toolkit.params.strict import Identifier, Several, Strict, Text, Words, described, refuse


class RetentionParams(Strict):
    """One definition of retention, measured after a review on customers active at it."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    kind: Literal["bought_within", "bought_in", "spend_kept"] = described(
        "bought_within：此后 n 个季度内买过；bought_in：第 n 个季度买过；spend_kept：此后 n 个季度消费与此前之比（封顶 1）",
        "bought_within: bought in any of the next n quarters; bought_in: bought in the n-th quarter after; "
        "spend_kept: spend of the next n quarters as a share of the n before, at most 1",
    )
    quarters: int = described("n", "n", ge=1, le=12)


class PoliciesParams(Strict):
    """The policies that are compared."""

    baseline: Text = described("现行方案文件（相对于本文件）", "policy file in force, relative to this file")
    alternatives: Several[Text] = described("备选方案文件", "policy files of the alternatives", min_length=1)


class CatalogueParams(Strict):
    """Policies that are described side by side, without being candidates of the decision."""

    files: Several[Text] = described(
        "方案文件，相对于本文件，可用 *", "policy files relative to this file; * names several", min_length=1
    )


class ForecastParams(Strict):
    """What is forecast; a forecast enters neither an effect nor a decision."""

    quarters: int = described(
        "预测此后几个季度；0 为不预测", "quarters ahead that are forecast; 0 for no forecast", 4, ge=0, le=12
    )
    discount_per_year: float = described(
        "折算未来季度的年贴现率", "yearly discount of quarters to come", 0.1, gt=0, le=1
    )


class BootstrapParams(Strict):
    """How uncertainty is drawn."""

    draws: int = described("抽样次数", "number of draws", 1000, ge=100, le=20000)
    seed: int = described("随机种子", "random seed", 20261122, ge=0)
    cluster: Text | None = described(
        "按哪个客户属性整组抽样（如 region）；不写则逐个客户抽样",
        "attribute whose customers are drawn together (such as region); left out, each customer by himself",
        None,
    )


class StudyParams(Strict):
    """One report."""

    id: Identifier = described("编号，也是报告文件夹名", "identifier, also the folder of its reports")
    title: Words = described("报告标题", "title of the report")
    company: Words = described("公司名称", "name of the company")
    history: HistoryParams = described("数据", "the history")
    quarter: Annotated[str, Field(pattern=r"^(last|\d{4}Q[1-4])$")] = described(
        "报告季度；last 为最近一个完整季度", "quarter of the report; last is the last complete one", "last"
    )
    fiscal_start_month: int = described(
        "财年起始月份", "month in which the fiscal year starts", 1, ge=1, le=12
    )
    active_quarters: int = described(
        "最近几个季度内买过才算在册客户",
        "a customer counts who bought within so many quarters",
        4,
        ge=1,
        le=40,
    )
    relationship: Literal["contractual", "non_contractual"] = described(
        "contractual：按合同每季度付款，一个季度没有购买即为流失；non_contractual：没有合同，沉默够久才算流失",
        "contractual: paid every quarter under a contract, one quarter without a purchase is a lapse; "
        "non_contractual: no contract, only a long silence is a lapse",
        "non_contractual",
    )
    retention: Several[RetentionParams] = described(
        "留存的几种定义，至少三种；第一种为主",
        "definitions of retention, at least three; the first is the headline",
        min_length=3,
    )
    policies: PoliciesParams = described("参与比较的方案", "policies compared")
    programme: ProgrammeParams | None = described(
        "实际执行过的分级制度；没有则不写", "the programme that really ran, if any", None
    )
    designs: Several[DesignParams] = described(
        "对历史提出的其他因果问题：评级例外、分批推行、随机试验",
        "further questions of cause put to the history: discretion, rollout, experiment",
        (),
    )
    pilots: PilotSourcesParams | None = described(
        "读取哪些以前提出的试点；不写则不读",
        "which pilots proposed earlier are read; left out, none",
        None,
    )
    hotline: HotlineParams | None = described(
        "热线：承诺、开线时间与班次；不写则不算坐席",
        "the hotline: promises, opening hours, shifts; left out, no seats",
        None,
    )
    capacity: Caps = described(
        "现有资源的上限；需要超出上限的备选方案不参与排序",
        "caps on what exists; an alternative that needs more is excluded before ranking",
        (),
    )
    search: Several[SearchParams] = described(
        "在一族方案中寻找更好的：改变一个方案文件中的数字，或寻找一条至多两问的规则",
        "a better policy looked for in a family: numbers of a policy file varied, or a rule of at most two questions",
        (),
    )
    catalogue: CatalogueParams | None = described(
        "另行描述、不参与决策的方案目录", "policies described beside the decision, if any", None
    )
    decision_rule: Text = described(
        "决策规则文件（相对于本文件）", "decision rule file, relative to this file"
    )
    assumed_effects: Several[AssumedEffectParams] = described(
        "没有设计可以识别的影响，由人假定：带姓名、日期与依据",
        "effects that no design shows, assumed by somebody: with name, date and source",
        (),
    )
    assumptions: Several[FactorParams] = described(
        "毛利与成本可能偏离多少：带姓名、日期与依据",
        "how far margin and costs may be off: with name, date and source",
        (),
    )
    scenarios: Scenarios = described(
        "除自带的基准情景（base）之外的情景",
        "scenarios besides the one that is built in (base)",
        (),
    )
    behaviour: Text | None = described(
        "客户反应文件（相对于本文件）；不写则不算客户反应，写了也不进入判定",
        "file of declared reactions of customers, relative to this file; left out, none; they never enter the verdict",
        None,
    )
    segments: Several[Text] = described(
        "变动名单按客户表的哪些属性汇总，如 region、industry；人数不足的取值合并",
        "attributes of the customers table by which those who move are summed up, such as region and industry; small values are pooled",
        (),
    )
    edit: dict[Identifier, dict[str, Any]] | None = described(
        "对所引用的方案或决策规则文件的改动：文件的 id -> 要改的键，合并规则与叠加文件相同",
        "changes to the policy and decision-rule files named here: id of the file -> keys that differ, merged as overlays are",
        None,
    )
    forecast: ForecastParams = Field(
        default_factory=ForecastParams, description="forecast", json_schema_extra={"zh": "预测设置"}
    )
    weight_versions: Several[Literal["entropy", "critic", "regression"]] = described(
        "与加权评分的现行权重并排比较的定权办法",
        "versions of the weights of a scored policy that stand beside those in force",
        ("entropy", "critic", "regression"),
    )
    bootstrap: BootstrapParams = Field(
        default_factory=BootstrapParams, description="bootstrap", json_schema_extra={"zh": "抽样设置"}
    )
    chapters: Several[OwnChapterParams] = described(
        "报告里另加的自有章节；写好后用 gradelab check 核对",
        "chapters of one's own that the report has as well; gradelab check examines them",
        (),
    )
    languages: Several[Literal["zh", "en"]] = described(
        "报告语言", "languages of the report", ("zh", "en"), min_length=1
    )
    extensions: Several[Text] = described(
        "本公司自己的指标与方案种类：Python 文件（相对于本文件），先于其他参数载入",
        "measures and kinds of scheme of the company's own: Python files relative to this file, loaded before all else",
        (),
    )
    hooks: Several[HookParams] = described(
        "运行结束后调用的命令或函数；其失败不改变运行的结果",
        "commands or functions called when a run has ended; their failure changes nothing of the run",
        (),
    )

    sign_off: SignOffParams | None = described(
        "签署栏中的姓名；不写则留空", "names in the sign-off block; left out, empty lines", None
    )

    @model_validator(mode="after")
    def definitions_differ(self) -> StudyParams:
        twice = [name for name, times in Counter(r.id for r in self.retention).items() if times > 1]
        if twice:
            raise refuse(f"留存定义 {twice[0]} 出现了两次", f"retention definition {twice[0]} is used twice")
        return self

    @model_validator(mode="after")
    def designs_differ_and_have_their_tables(self) -> StudyParams:
        twice = [name for name, times in Counter(d.id for d in self.designs).items() if times > 1]
        if twice:
            raise refuse(f"designs 中 {twice[0]} 出现了两次", f"the design {twice[0]} is listed twice")
        needed = {"adjusted": "grades", "reviews": "grades", "rollout": "lists", "experiment": "lists"}
        for one in self.designs:
            if one.design == "reviews" and self.programme is None:
                raise refuse(
                    f"designs 中的 {one.id} 需要 programme", f"the design {one.id} needs a programme"
                )
            table = needed[one.design]
            if self.history.kind == "files" and table not in self.history.tables:
                raise refuse(
                    f"designs 中的 {one.id} 需要 history.tables.{table}",
                    f"the design {one.id} needs history.tables.{table}",
                )
        return self

    @model_validator(mode="after")
    def caps_differ_and_have_their_pool(self) -> StudyParams:
        refuse_twice(self.capacity)
        if self.hotline is None and any(cap.pool == "hotline" for cap in self.capacity):
            raise refuse(
                "capacity 中有热线的上限，但研究文件没有 hotline 一项",
                "capacity caps the hotline, but the study has no hotline",
            )
        return self

    @model_validator(mode="after")
    def assumptions_differ(self) -> StudyParams:
        refuse_repeated(self.assumed_effects, self.assumptions)
        return self

    @model_validator(mode="after")
    def scenarios_differ_and_have_their_seats(self) -> StudyParams:
        refuse_scenarios(self.scenarios, bool(self.hotline and self.hotline.shifts))
        return self

    @model_validator(mode="after")
    def searches_differ(self) -> StudyParams:
        refuse_same_search(self.search)
        return self

    @model_validator(mode="after")
    def segments_differ(self) -> StudyParams:
        twice = [name for name, times in Counter(self.segments).items() if times > 1]
        if twice:
            raise refuse(f"segments 中 {twice[0]} 出现了两次", f"the segment {twice[0]} is listed twice")
        return self

    @model_validator(mode="after")
    def programme_has_its_table(self) -> StudyParams:
        history = self.history
        if self.programme and history.kind == "files" and "grades" not in history.tables:
            raise refuse(
                "写了 programme 就需要 history.tables.grades（客户实际享有的等级及起始日）；没有这张表请删去 programme",
                "programme needs history.tables.grades (the grade each customer really had, and since when); "
                "without that table leave programme out",
            )
        return self
