"""The categories of reasons, from templates/<locale>/reasons/catalogue.yml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml


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
    phrasings: tuple[str, ...]  # first-person clauses that read well after "because"
    door_open: str
    ask_later: str
    avoid: str


@dataclass(frozen=True)
class Catalogue:
    """All categories, in the order of a long list."""

    categories: Mapping[str, Category]
    groups: Mapping[str, str]

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
    held = yaml.safe_load((folder / "catalogue.yml").read_text(encoding="utf-8"))
    categories = {
        entry["id"]: Category(**{**entry, "phrasings": tuple(entry["phrasings"])})
        for entry in held["categories"]
    }
    return Catalogue(categories, held["groups"])
