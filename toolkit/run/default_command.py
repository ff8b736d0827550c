"""A group of commands of which one need not be named: ``gradelab params STUDY`` lists, ``gradelab params diff A B`` compares."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

DEFAULT = "list"


class WithDefault(TyperGroup):
    """Runs :data:`DEFAULT` where the first word is no command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As of the base, with the command put in."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)
