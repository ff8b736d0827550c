"""A hook that sends a mail when a run has ended.

In the study file::

    hooks:
      - {on: failure, callable: "examples.hooks.mail:tell"}
      - {on: flip, callable: "examples.hooks.mail:tell", seconds: 30}

Addresses and password come from the environment: ``GRADELAB_MAIL_TO`` (several with commas),
``GRADELAB_MAIL_FROM``, ``GRADELAB_MAIL_HOST`` (``host`` or ``host:port``), and, where the server asks for
them, ``GRADELAB_MAIL_USER`` and ``GRADELAB_MAIL_PASSWORD`` (sent only over TLS). The mail names the
study, the quarter, the state and the run; it holds no figures and no customers.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage

from toolkit.run.hooked import Ended

PORT = 25
SECONDS = 20
STATES = {
    "succeeded": ("完成", "succeeded"),
    "failed": ("失败", "failed"),
    "interrupted": ("中断", "interrupted"),
}


def tell(ended: Ended) -> None:
    """Send the mail about the run."""
    host, _, port = os.environ["GRADELAB_MAIL_HOST"].partition(":")
    with smtplib.SMTP(host, int(port or PORT), timeout=SECONDS) as server:
        if user := os.environ.get("GRADELAB_MAIL_USER"):
            server.starttls(context=ssl.create_default_context())
            server.login(user, os.environ["GRADELAB_MAIL_PASSWORD"])
        server.send_message(message(ended))


def message(ended: Ended) -> EmailMessage:
    """The mail, in both languages."""
    zh, en = STATES.get(ended.state, (ended.state, ended.state))
    study, quarter = ended.manifest.get("study"), ended.manifest.get("quarter") or "?"
    flip_zh, flip_en = ("，判定与上一份报告不同", ", the verdict has changed") if ended.flipped else ("", "")
    lines = [
        f"研究 {study}，季度 {quarter}：{zh}{flip_zh}。",
        f"Study {study}, quarter {quarter}: {en}{flip_en}.",
        *([ended.reason] if ended.reason else []),
        f"run {ended.manifest.get('run')}",
    ]
    mail = EmailMessage()
    mail["Subject"] = f"[gradelab] {study} {quarter}: {zh} / {en}"
    mail["From"], mail["To"] = os.environ["GRADELAB_MAIL_FROM"], os.environ["GRADELAB_MAIL_TO"]
    mail.set_content("\n".join(lines))
    return mail
