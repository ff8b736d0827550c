"""Where transactions are checked and counted: in this process, or on Spark."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from toolkit.params.references import Address, is_secret_word, references
from toolkit.params.strict import Strict, Text, described, refuse

CATALOGUE = "catalogue"
"""The ``path`` of transactions that are a table of Spark's catalogue."""

_MASTER = re.compile(r"^(local(\[(\*|\d+)(,\d+)?\])?|spark://[^\s/]+:\d+(,[^\s/]+:\d+)*|yarn|k8s://\S+)$")
_REMOTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:/")
_READABLE = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz", ".parquet")


def _known_master(master: str) -> str:
    if not references(master) and not _MASTER.match(master):
        raise refuse(
            "应为 local[*]、local[4]、spark://主机:端口、yarn 或 k8s://地址",
            "must be local[*], local[4], spark://host:port, yarn or k8s://address",
        )
    return master


class SparkParams(Strict):
    """A Spark installation, for histories that do not fit one machine."""

    master: Annotated[Address, AfterValidator(_known_master)] = described(
        "Spark 主节点：local[*] 为本机，spark://主机:7077 为独立集群，或 yarn、k8s://地址",
        "Spark master: local[*] is this machine, spark://host:7077 a standalone cluster, or yarn, k8s://address",
        "local[*]",
    )
    options: dict[Text, Address | int | bool] = Field(
        default_factory=dict,
        description="settings of Spark, such as spark.executor.memory: 4g; secrets by ${env:NAME} or ${keyring:service/user}",
        json_schema_extra={
            "zh": "Spark 设置，如 spark.executor.memory: 4g；密钥用 ${env:NAME} 或 ${keyring:service/user} 引用"
        },
    )

    @model_validator(mode="after")
    def options_are_settings_without_secrets(self) -> SparkParams:
        for name, value in self.options.items():
            if not name.startswith("spark."):
                raise refuse(
                    f"{name} 不是 Spark 设置；名称以 spark. 开头",
                    f"{name} is no setting of Spark; their names begin with spark.",
                    "options",
                )
            if is_secret_word(name.replace(".", "_")) and not references(str(value)):
                raise refuse(
                    f"{name} 是密钥，不能写在文件里；请改为 ${{env:NAME}} 或 ${{keyring:service/user}}",
                    f"{name} is a secret and must not stand in the file; write ${{env:NAME}} or ${{keyring:service/user}}",
                    "options",
                )
        return self


def is_remote(path: str) -> bool:
    """Whether only Spark can open ``path``: its catalogue, or a store with an address of its own.

    >>> is_remote("catalogue"), is_remote("hdfs://n1/sales/*.parquet"), is_remote("sales/*.parquet")
    (True, True, False)
    """
    return path == CATALOGUE or (
        bool(_REMOTE.match(path)) and not path.startswith(("postgresql:", "postgres:"))
    )


def spark_reads(path: str) -> bool:
    """Whether Spark reads transactions from ``path``: Parquet, delimited text, a store, its catalogue."""
    return bool(references(path)) or is_remote(path) or path.lower().endswith(_READABLE)
