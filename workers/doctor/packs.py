"""Are the packs in order, which of their versions are active, and whose policies are in force?"""

from collections.abc import Sequence

from contracts.errors import NotReady
from contracts.pack import Pack
from governance.check_policies import policy_mistakes
from storage.control import read_switches
from storage.database import DATABASE_ERRORS, Database
from storage.pack_activations import current_activation
from storage.pack_shelf import PackShelf
from storage.packs import PackErrors, load_version
from workers.connect import connect_database, served_packs
from workers.dev.places import DevSettings
from workers.doctor.findings import Finding
from workers.model_keys import read_model_keys
from workers.system_keys import require_system_keys


def check_folders(settings: DevSettings) -> tuple[list[Finding], dict[str, Pack]]:
    """Every folder of HANDRAIL_PACKS, and the packs of those that are in order, by name."""
    found, packs = list[Finding](), dict[str, Pack]()
    for folder in settings.pack_folders:
        try:
            pack, _ = load_version(folder, settings.pack_variables)
            mistakes = len(policy_mistakes(pack.policies, pack.tools, pack.manifest.roles))
        except PackErrors as error:
            pack, mistakes = None, len(error.mistakes)
        if pack is None or mistakes:
            todo = f"`python -m workers pack check {folder}` lists them, each with its line"
            found.append(_wrong(f"the pack in {str(folder)!r} has {mistakes} mistake(s)", todo))
            continue
        packs[pack.name] = pack
        told = f"{pack.name} {pack.manifest.version} ({pack.digest[:12]}) is in order"
        found.append(Finding(area="packs", level="ok", what=told))
    return found, packs


async def check_active(settings: DevSettings, folders: dict[str, Pack]) -> tuple[list[Finding], list[Pack]]:
    """What the database says is active of each pack, and these versions; without a database nothing can be said."""
    try:
        names = served_packs(settings)
        database = await connect_database(settings.model_copy(update={"pool_size": 1}))
    except NotReady:
        return [], []  # told of the folders, and of the database
    try:
        shelf, found, packs = PackShelf(settings.pack_variables), list[Finding](), list[Pack]()
        for name in names:
            told, active = await _check_one(database, shelf, name, folders.get(name))
            found, packs = [*found, *told], [*packs, *active]
        return [*found, *_check_keys(settings, packs)], packs
    except DATABASE_ERRORS as error:
        told = f"what is active cannot be read ({type(error).__name__})"
        return [_wrong(told, "put the database right first")], []
    finally:
        await database.close()


async def _check_one(
    database: Database, shelf: PackShelf, name: str, folder: Pack | None
) -> tuple[list[Finding], list[Pack]]:
    async with database.begin() as connection:
        activation, off = await current_activation(connection, name), await read_switches(connection, name)
        try:
            _, packs = await shelf.active(connection, name)
        except NotReady as error:
            told = f"no version of {name!r} can be used: {str(error).splitlines()[0]}"
            return [_wrong(told, "`python -m workers migrate` stores and activates what HANDRAIL_PACKS names")], []
    shares = ", ".join(f"{share.digest[:12]} {share.parts / 100:g} %" for share in activation.shares)
    told = f"{name}: active is {shares}, whose policies are in force (epoch {activation.epoch})"
    found = [Finding(area="packs", level="ok", what=told)]
    if folder is not None and folder.digest not in {pack.digest for pack in packs}:
        told = f"{name}: the folder holds {folder.digest[:12]}, which is not active"
        todo = "`python -m workers migrate` stores and activates it; nothing to do where somebody rolled it back"
        found.append(Finding(area="packs", level="note", what=told, todo=todo))
    things = [f"{kind} {one}" for kind, names in off.model_dump().items() for one in sorted(names)]
    if things:
        todo = "PUT /v1/control/switches switches it on again; GET /v1/control/audit says who and why"
        found.append(Finding(area="packs", level="note", what=f"{name}: off is {', '.join(things)}", todo=todo))
    return found, packs


def _check_keys(settings: DevSettings, packs: Sequence[Pack]) -> list[Finding]:
    found: list[Finding] = []
    for require in (lambda: require_system_keys(settings, packs), lambda: read_model_keys(packs)):
        try:
            require()
        except NotReady as error:
            found.append(Finding.of("packs", error))
    return found


def _wrong(what: str, todo: str) -> Finding:
    return Finding(area="packs", level="wrong", what=what, todo=todo)
