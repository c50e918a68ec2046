"""Buttons and menus of our messages: each carries the text that pressing it sends, so it works as long as its message
is there, whoever sent that and however long ago.

Owns: recognising them. Does not own: making them (discord_form), what a press does (discord_talk).

Source: https://discordpy.readthedocs.io/en/stable/interactions/api.html#dynamicitem
"""

import re
from typing import Any, Self, TypeAlias, cast

import discord
from discord import ui

Interaction: TypeAlias = discord.Interaction[Any]


class Press(ui.DynamicItem[ui.Button[Any]], template=r"p:(?s:.+)"):
    """A button; its id holds the action."""

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button that was pressed."""
        return cls(cast(ui.Button[Any], item))

    async def callback(self, interaction: Interaction) -> None:
        """It was pressed."""
        await interaction.client.listener.pressed(interaction, self.custom_id.removeprefix("p:"))


class Pick(ui.DynamicItem[ui.Select[Any]], template=r"s:.*"):
    """A menu; each of its values is an action."""

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The menu that was used."""
        return cls(cast(ui.Select[Any], item))

    async def callback(self, interaction: Interaction) -> None:
        """Something was picked."""
        await interaction.client.listener.pressed(interaction, self.item.values[0])
