"""The categories of reasons, from templates/<locale>/reasons/catalogue.yml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.yaml_loading import loaded


@dataclass(frozen=True)
class Category:
    """One kind of reason, with professional wordings for it."""

    id: str
    group: str
    label: str
    hint: str
    changeable: bool  # whether it is worth asking about later
    who: str  # whose side has to change: company, candidate, either, nobody
    share: str  # fine, soften, brief
    phrasings: tuple[str, ...]  # first-person clauses after "because", true of whoever gives this reason
    door_open: str
    ask_later: str
    avoid: str
    told_by: str = ""  # a warning that speaks for it as well
    if_so: tuple[str, ...] = ()  # wordings that say more than the reason does; never chosen in advance
    for_now: tuple[str, ...] = ()  # for what is hard to walk back: wordings bound to the present, if true

    @property
    def wordings(self) -> tuple[str, ...]:
        """Everything that is offered for it."""
        return (*self.phrasings, *self.if_so, *self.for_now)


@dataclass(frozen=True)
class Catalogue:
    """All categories, in the order of a long list."""

    categories: Mapping[str, Category]
    groups: Mapping[str, str]
    is_read: bool = True  # whether raw words are understood in its language
    translations: Mapping[str, "Catalogue"] = field(default_factory=dict)

    def of(self, locale: str) -> "Catalogue":
        """The catalogue in this locale or its language, else this one."""
        language = locale.replace("_", "-").partition("-")[0]
        return self.translations.get(locale) or self.translations.get(language) or self

    def reworded(self, category_id: str, wording: str, locale: str) -> str:
        """A wording of ours as this locale says it; the person's own stays as it is."""
        here = self.of(locale)
        if category_id not in here:
            return wording
        for other in (self, *self.translations.values()):
            known = other[category_id].wordings if category_id in other else ()
            if other is not here and wording in known and wording not in here[category_id].wordings:
                place = known.index(wording)
                return (
                    here[category_id].wordings[place] if place < len(here[category_id].wordings) else wording
                )
        return wording

    def __getitem__(self, category_id: str) -> Category:
        return self.categories[category_id]

    def __iter__(self) -> Iterator[Category]:
        return iter(self.categories.values())

    def __contains__(self, category_id: object) -> bool:
        return category_id in self.categories

    def __len__(self) -> int:
        return len(self.categories)


def load_catalogue(folder: Path) -> Catalogue:
    """Read catalogue.yml of a folder. Raises KeyError or TypeError for an entry that lacks something."""
    held = loaded((folder / "catalogue.yml").read_text(encoding="utf-8"))
    categories = {entry["id"]: _category(entry) for entry in held["categories"]}
    return Catalogue(categories, held["groups"], (folder / "examples").is_dir())


def load_catalogues(templates: Path, main: str = "en") -> Catalogue:
    """The catalogue of the main locale with all its translations."""
    folders = (file.parent for file in templates.glob("*/reasons/catalogue.yml"))
    read = {folder.parent.name: load_catalogue(folder) for folder in folders}
    return replace(read.pop(main), translations=read)


def _category(entry: Mapping[str, Any]) -> Category:
    lists = {name: tuple(entry.get(name, ())) for name in ("phrasings", "if_so", "for_now")}
    return Category(**{**entry, **lists})
