"""Does whoever confirms a write see what they must, and does what decides about it exist?"""

from collections.abc import Iterator

from contracts.pack import Pack
from contracts.template import template_paths
from contracts.tool import ToolContract
from governance.sources import is_for_the_runtime
from storage.pack_folder import PackFolder


def check_confirmation(tool: ToolContract, pack: Pack, folder: PackFolder) -> None:
    """Note as mistakes what the card, the total, an approval or a limit name and the operation or the pack lacks."""

    def wrong(message: str, *place: str | int) -> None:
        folder.wrong("tools.yaml", f"{tool.name}: {message}", "tools", tool.name, *place)

    overlay = tool.overlay
    for position, line in enumerate(overlay.confirm_lines):
        for path in template_paths(line.value):
            if path.removeprefix("found.").split(".")[0] not in tool.parameters:
                wrong(f"the confirmation reads {path!r}, which is no argument", "confirm_lines", position, "value")
    for name in _unshown_arguments(tool):
        wrong(f"{name!r} is not on the confirmation card; show it in a line of `confirm_lines`", "parameters", name)
    named = [("confirm_total", overlay.confirm_total), *(("echo", name) for name in overlay.echo)]
    named.append(("owned", overlay.owned.argument if overlay.owned else None))
    named.append(("approve", overlay.approve.argument if overlay.approve else None))
    named.extend(("limits", limit.argument) for limit in overlay.limits)
    for key, argument in named:
        if argument is not None and argument not in tool.parameters:
            wrong(f"{key} names {argument!r}, which is no argument", key)
    asked = [("approve", overlay.approve.role if overlay.approve else None)]
    asked.extend(("limits", limit.role) for limit in overlay.limits)
    for key, role in asked:
        if role is not None and role not in pack.manifest.roles:
            wrong(f"{key} names the role {role!r}, which pack.yaml does not define", key)


def _unshown_arguments(tool: ToolContract) -> Iterator[str]:
    """Choices and free words need no source, so whoever confirms a write sees them (PROTOCOLS 6). What only the runtime
    calls is on no card; any other write may be, since it is confirmed where text of others was read before it.
    """
    overlay = tool.overlay
    if not tool.is_write or is_for_the_runtime(tool):
        return
    read = {path for line in overlay.confirm_lines for path in template_paths(line.value)}
    shown = {path.split(".")[1] if path.startswith("found.") else path.split(".")[0] for path in read}
    for name, parameter in overlay.parameters.items():
        if parameter.source in ("choice", "text") and name not in {*shown, overlay.confirm_total}:
            yield name
