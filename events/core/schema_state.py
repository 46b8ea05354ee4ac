"""What the tables look like between two migrations, drawn when somebody asks.

Tortoise keeps a class for every model and makes all related ones anew, twice, for each operation: a hundred tables that
all lead to `person` take a minute and a half. An operation looks at one model, or two; here only those are made, with
what their foreign keys lead to.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import DIRECT_RELATION_FIELDS
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

Key = tuple[str, str]


class DrawnApps(StateApps):
    """The classes of a state, made when they are asked for and forgotten when it changes."""

    def __init__(self, models: dict[Key, ModelState], default_connections: dict[str, str]) -> None:
        super().__init__(default_connections=default_connections)
        self.models = models
        self.drawn: dict[Key, type[Model]] = {}

    def get_model(self, app_label: str, model_name: str | None = None) -> type[Model]:
        """The class of "slice.Model", related to those that its foreign keys lead to. Raises KeyError."""
        key = self.split_reference(app_label) if model_name is None else (app_label, model_name)
        if key not in self.drawn:
            apps = StateApps(default_connections=self._default_connections, connections=self._connections)
            for label, name in _reachable(self.models, key):
                apps.register_model(label, self.models[label, name].render(apps))
            apps._init_relations()
            apps._build_initial_querysets()
            self.drawn[key] = apps.get_model(*key)
        return self.drawn[key]

    def unregister_model(self, app_label: str, model_name: str) -> None:
        self.drawn.clear()


class DrawnState(State):
    """A `State` that draws its classes late and is copied by sharing: fields are replaced in it, never changed."""

    apps: DrawnApps

    @classmethod
    def of(cls, models: dict[Key, ModelState], default_connections: dict[str, str]) -> "DrawnState":
        return cls(models=models, apps=DrawnApps(models, default_connections))

    def clone(self) -> "DrawnState":
        models = {
            key: replace(model, options=dict(model.options), fields=dict(model.fields))
            for key, model in self.models.items()
        }
        return DrawnState.of(models, self.apps._default_connections)

    def reload_model(self, app_label: str, model_name: str) -> None:
        if (app_label, model_name) not in self.models:
            raise LookupError(f"Model state {app_label}.{model_name} is unknown")
        self.apps.drawn.clear()

    def reload_models(self, model_tuples: Iterable[Key]) -> None:
        self.apps.drawn.clear()

    def validate_relations_initialized(self) -> None:
        """Raises RuntimeError when a foreign key leads to a model that no migration made."""
        missing = {
            f"{label}.{name}"
            for (label, name), model in self.models.items()
            if not all(target in self.models for target in _targets(model))
        }
        if missing:
            raise RuntimeError(f"These models lead to one that no migration made: {', '.join(sorted(missing))}.")


class Executor(MigrationExecutor):
    """Tortoise's own, on a `DrawnState`."""

    def nothing(self) -> DrawnState:
        slices = self.loader.apps_config
        return DrawnState.of({}, {label: one.get("default_connection", "default") for label, one in slices.items()})

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        state = self.nothing()
        for key in self._full_plan():
            if upto and key == upto:
                break
            if key in applied:
                migration = self.loader.graph.nodes[key]
                assert isinstance(migration, Migration), key
                await migration.apply(state, dry_run=True, schema_editor=None)
        return state


async def run_migrations(config: dict[str, Any], progress: Callable[[str, str, str], object]) -> None:
    """Apply what is missing in the database of a Tortoise config with one connection, `default`."""
    await Tortoise.init(config=config, init_connections=False)
    await Executor(get_connection("default"), config["apps"]).migrate(progress=progress)


def _targets(model: ModelState) -> list[Key]:
    fields = (field for field in model.fields.values() if isinstance(field, DIRECT_RELATION_FIELDS))
    return [(label, name) for label, _dot, name in (str(field.model_name).partition(".") for field in fields)]


def _reachable(models: dict[Key, ModelState], key: Key) -> list[Key]:
    """A model and what its foreign keys lead to, and theirs. Raises KeyError when it is not there itself."""
    found, ahead = {key: None}, [key]
    while ahead:
        for target in _targets(models[ahead.pop()]):
            if target in models and target not in found:
                found[target] = None
                ahead.append(target)
    return list(found)
