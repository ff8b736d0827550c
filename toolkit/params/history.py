"""Parameters of a history: where the tables are, what their columns mean, what is kept."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from toolkit.params.engine import CATALOGUE, SparkParams, is_remote, spark_reads
from toolkit.params.references import Address
from toolkit.params.strict import Several, Share, Strict, Text, Words, described, refuse

TableName = Literal[
    "customers",
    "payments",
    "contacts",
    "grades",
    "service",
    "lists",
    "appeals",
    "judgements",
    "fields",
    "sites",
]
Rule = Literal[
    "present",
    "equals",
    "not_equals",
    "in",
    "not_in",
    "starts_with",
    "not_starts_with",
    "above",
    "at_least",
    "below",
    "at_most",
]

MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([MGT]B)", re.IGNORECASE)
UNITS = {"MB": 1, "GB": 1024, "TB": 1024**2}
LEAST_MEMORY = 64


class RowTestParams(Strict):
    """A condition on one column of a file."""

    column: Text = described("列名，或列之间的四则运算", "column of the file, or arithmetic of columns")
    rule: Rule = described("条件", "condition")
    value: str | float | int | bool | Several[str | float | int] | None = described(
        "与之比较的值；present 不需要", "value compared with; not needed for present", None
    )

    @model_validator(mode="after")
    def value_fits_rule(self) -> RowTestParams:
        needs_list = self.rule in ("in", "not_in")
        needs_number = self.rule in ("above", "at_least", "below", "at_most")
        if self.rule == "present" and self.value is not None:
            raise refuse("present 不需要 value", "present takes no value")
        if needs_list and not isinstance(self.value, tuple):
            raise refuse(f"{self.rule} 的 value 应为列表", f"{self.rule} needs a list as value")
        if needs_number and (isinstance(self.value, bool) or not isinstance(self.value, int | float)):
            raise refuse(f"{self.rule} 的 value 应为数字", f"{self.rule} needs a number as value")
        if (
            not (needs_list or needs_number)
            and self.rule != "present"
            and not isinstance(self.value, str | int | float)
        ):
            raise refuse(f"{self.rule} 需要 value", f"{self.rule} needs a value")
        return self


class KeepParams(RowTestParams):
    """A condition that a row must meet to be accepted; rows that fail are quarantined under ``reason``."""

    reason: Words = described("不符合时记下的原因", "reason recorded for rows that fail")


class TableParams(Strict):
    """One table of a history in a file or a database."""

    path: Address = described(
        "文件路径，相对于数据文件夹；支持 csv、csv.gz、xlsx、parquet、duckdb，可用 * 一次读入多个文件；"
        "或 PostgreSQL 地址，如 postgresql://bi:${env:DB_PASSWORD}@db/sales；"
        "engine 为 spark 时，交易流水还可写 hdfs://、s3a:// 等地址，或写 catalogue 并用 table 指明目录表；"
        "不宜写明的部分可引用 ${env:NAME} 或 ${keyring:service/user}",
        "file below the data folder: csv, csv.gz, xlsx, parquet or duckdb; * reads several files of one table; "
        "or a PostgreSQL address such as postgresql://bi:${env:DB_PASSWORD}@db/sales; "
        "with engine: spark, transactions may also be at hdfs://, s3a:// and the like, or catalogue with table naming it; "
        "what must not be written down is referred to, ${env:NAME} or ${keyring:service/user}",
    )
    table: Text | None = described(
        "DuckDB 文件、PostgreSQL 或 Spark 目录中的表或视图，如 sales.orders；DuckDB 文件只有一张表时可不写",
        "table or view of a DuckDB file, of PostgreSQL or of Spark's catalogue, such as sales.orders; "
        "a DuckDB file with one table needs none",
        None,
    )
    sheet: Text | Several[Text] | None = described(
        "Excel 工作表名；同一张表分在几张工作表时写成列表，或用 *，如 *月；不写则用第一张",
        "Excel sheet; a list, or * as in 2026-*, where one table lies on several; left out, the first one",
        None,
    )
    header: int | None = described(
        "列名在第几行（表头上方有标题时才需要写）；不写则为第一个有内容的行",
        "row of the column names, needed only where a title stands above them; left out, the first row that holds anything",
        None,
        ge=1,
        le=100,
    )
    encoding: Text = described("文本编码，如 utf-8、gbk", "text encoding such as utf-8 or gbk", "utf-8")
    delimiter: Text = described("列分隔符", "column separator", ",")
    date_format: Text | Several[Text] | None = described(
        "日期写法，如 %d/%m/%Y；excel 表示 Excel 的日期序号，year_first 表示年在前；混用时写成列表，依次尝试；不写则为 year_first",
        "how dates are written, such as %d/%m/%Y, excel for day numbers, year_first for dates that begin with the year; "
        "a list is tried in order where they are mixed; left out, year_first",
        None,
    )
    numbers: Literal["plain", "marked", "decimal_comma"] = described(
        "数字写法：plain 为 1234.5；marked 还可带千分位、货币符号和万、亿，负数可加括号，如 ¥1,234.50、(50)、1.2万；"
        "decimal_comma 为 1.234,50",
        "how numbers are written: plain is 1234.5; marked also takes thousands separators, currency and 万 or 亿, and brackets "
        "for what is negative, as in ¥1,234.50, (50), 1.2万; decimal_comma is 1.234,50",
        "plain",
    )
    returned: RowTestParams | None = described(
        "金额写成正数的退货行：符合此条件的行，amount、quantity、margin 一律记为负",
        "returns whose amount is written as a positive number: rows that meet this have amount, quantity and margin below zero",
        None,
    )
    columns: dict[str, Text] = described(
        "标准列名: 文件中的列名或四则运算（如 Quantity * UnitPrice）",
        "standard column: column of the file, or arithmetic such as Quantity * UnitPrice",
    )
    keep: Several[KeepParams] = described("保留条件，依次判断", "conditions to be kept, tried in order", ())

    @model_validator(mode="after")
    def place_fits_the_file(self) -> TableParams:
        if self.sheet and self.table:
            raise refuse(
                "sheet 用于 Excel，table 用于数据库，只能写一个",
                "sheet is for Excel and table for databases; give one of them",
            )
        if self.header and (self.table or self.path.lower().endswith(".parquet")):
            raise refuse(
                "header 用于文本文件和 Excel；Parquet 和数据库自带列名，请删去",
                "header is for text files and Excel; Parquet and databases name their columns themselves; leave it out",
            )
        return self


class MarginParams(Strict):
    """Margin of a history that records none: an assumption, printed as such."""

    rate: Share = described("毛利率", "margin as a share of spend")
    source: Text = described("出处", "where the rate comes from")


class SimulatedParams(Strict):
    """A simulated company whose true answers are known; labelled as simulated on every page."""

    kind: Literal["simulated"] = described("模拟公司", "a simulated company")
    customers: int = described("期初客户数", "customers at the start", 8000, ge=100, le=5_000_000)
    seed: int = described("随机种子", "random seed", 20261122, ge=0)
    returns: Literal["netted", "separate"] = described(
        "退货：netted 冲减消费，separate 单列", "returns: netted or separate", "netted"
    )
    carries_out_pilots: bool = described(
        "模拟公司是否照办研究所读取的试点",
        "whether the company carries out the pilots that the study reads",
        True,
    )

    @property
    def currency(self) -> str:
        """The yuan, in which the simulated company keeps its books."""
        return "CNY"


class FilesParams(Strict):
    """A company's own files."""

    kind: Literal["files"] = described("公司文件", "a company's own files")
    engine: Literal["duckdb", "spark"] = described(
        "在哪里检查和汇总交易流水：duckdb 在本机（无需安装），spark 在 Spark 上（需要 gradelab[spark] 和 Java 17）",
        "where transactions are checked and counted: duckdb in this process (nothing to install), spark on Spark "
        "(needs gradelab[spark] and Java 17)",
        "duckdb",
    )
    spark: SparkParams | None = described(
        "Spark 的主节点和设置；不写则为本机的 Spark",
        "master and settings of Spark; left out, Spark on this machine",
        None,
    )
    transactions: TableParams = described("交易流水", "transactions")
    tables: dict[TableName, TableParams] = Field(
        default_factory=dict,
        description="other tables the company has",
        json_schema_extra={"zh": "公司拥有的其他表"},
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = described(
        "货币代码，如 CNY", "currency code such as CNY", "CNY"
    )
    time_zone: Text = described("时间戳所在时区", "time zone of the timestamps", "Asia/Shanghai")
    duplicates: Literal["keep", "drop"] = described(
        "完全相同的行：keep 保留，drop 只留一行并把其余隔离",
        "exactly equal rows: keep, or drop all but one into quarantine",
        "keep",
    )
    returns: Literal["netted", "separate"] = described(
        "退货（负金额）：netted 冲减消费，separate 单列、不冲减",
        "returns (negative amounts): netted from spend, or kept separate",
        "netted",
    )
    earliest: date = described("早于此日的行隔离", "rows before this day are quarantined", date(1990, 1, 1))
    latest: date | None = described(
        "晚于此日的行隔离；不写则为运行当天",
        "rows after this day are quarantined; left out, the day of the run",
        None,
    )
    margin: MarginParams | None = described(
        "没有毛利列时采用的毛利率", "margin rate where no margin column exists", None
    )
    memory_limit: Text | None = described(
        "读数据和汇总时引擎最多占用的内存，如 4GB；超出的部分写入 spill_folder；不写则约为机器内存的八成",
        "most memory that the engine takes for reading and aggregating, such as 4GB; what exceeds it goes to spill_folder; "
        "left out, about eight tenths of the machine's",
        None,
    )
    spill_folder: Text | None = described(
        "暂存数据的文件夹：内存放不下的部分，以及大历史汇总期间的各行（每千万行约 0.3 GB）；相对于数据文件夹，用完即清空；"
        "宜在空间大的本地磁盘；不写则用系统的临时文件夹",
        "folder for what does not fit into memory, and for the rows of a large history while they are aggregated (about 0.3 GB for "
        "ten million); relative to the data folder and emptied afterwards; best on a large local disk; left out, the temporary "
        "folder of the system",
        None,
    )

    @field_validator("memory_limit")
    @classmethod
    def memory_is_an_amount(cls, written: str | None) -> str | None:
        found = None if written is None else MEMORY.fullmatch(written.strip())
        if written is not None and (not found or float(found[1]) * UNITS[found[2].upper()] < LEAST_MEMORY):
            raise refuse(
                f"memory_limit 写作 {written}；应为数字加单位 MB、GB 或 TB，且不少于 64MB，如 4GB",
                f"memory_limit is {written}; write a number with MB, GB or TB, at least 64MB, such as 4GB",
            )
        return written

    @model_validator(mode="after")
    def needed_columns_are_mapped(self) -> FilesParams:
        missing = [c for c in ("customer_id", "paid_at", "amount") if c not in self.transactions.columns]
        if missing:
            raise refuse(f"transactions.columns 缺少 {missing}", f"transactions.columns must map {missing}")
        return self

    @model_validator(mode="after")
    def engine_reads_its_tables(self) -> FilesParams:
        if self.spark and self.engine != "spark":
            raise refuse(
                "写了 spark 的设置，engine 却是 duckdb；请写 engine: spark，或删去 spark",
                "there are settings of spark, but the engine is duckdb; write engine: spark, or leave spark out",
                "spark",
            )
        for name, table in self.tables.items():
            if is_remote(table.path):
                raise refuse(
                    f"{table.path} 只有 Spark 能读，而 {name} 在本机读；请给出文件或 PostgreSQL 地址",
                    f"{table.path} is read by Spark only, and {name} is read in this process; give a file or a PostgreSQL address",
                    "tables", name, "path",
                )  # fmt: skip
        self._refuse_unread_transactions()
        return self

    def _refuse_unread_transactions(self) -> None:
        path = self.transactions.path
        if self.engine == "duckdb" and is_remote(path):
            raise refuse(
                f"{path} 只有 Spark 能读；请写 engine: spark，或给出文件路径",
                f"{path} is read by Spark only; write engine: spark, or give the path of a file",
                "transactions", "path",
            )  # fmt: skip
        if self.engine == "spark" and not spark_reads(path):
            raise refuse(
                "engine 为 spark 时，交易流水应为 Parquet 或 CSV 文件、hdfs:// 之类的地址，或目录表（path: catalogue）",
                "with engine: spark, transactions are Parquet or CSV files, an address such as hdfs://, "
                "or a table of the catalogue (path: catalogue)",
                "transactions", "path",
            )  # fmt: skip
        if path == CATALOGUE and not self.transactions.table:
            raise refuse(
                "path 为 catalogue 时，请用 table 写明目录中的表，如 sales.orders",
                "with path: catalogue, name the table of the catalogue with table, such as sales.orders",
                "transactions",
            )


HistoryParams = Annotated[SimulatedParams | FilesParams, Field(discriminator="kind")]
