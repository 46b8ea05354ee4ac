"""What every template keeps to, whoever wrote it: no inline script or style, drawn icons, the cheat sheet."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "frontend" / "templates"
STYLES = ROOT / "frontend" / "styles"

PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.relative_to(TEMPLATES).parts)
PARTS = sorted((TEMPLATES / "parts").glob("*.html"))


def words_of(path: Path) -> str:
    """A template without its comments."""
    return re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)


def markup_of(path: Path) -> str:
    """A template without its logic."""
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", words_of(path), flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_page_has_no_inline_style_script_or_handler(page: Path) -> None:
    allowed = r"src=|type=\"application/ld\+json\""
    forbidden = rf"\sstyle\s*=|<style|<script(?![^>]*\s(?:{allowed}))|\son[a-z]+\s*=|javascript:"
    found = re.findall(forbidden, markup_of(page))

    assert found == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_page_names_only_icons_that_are_drawn(page: Path) -> None:
    named = set(re.findall(r"""(?:icon\(|icon_name=|"icon":\s*)["']([a-z-]+)["']""", words_of(page)))

    drawn = {path.stem for path in (ROOT / "frontend" / "icons").glob("*.svg")}
    assert named - drawn == set()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
def test_a_part_says_its_macros_at_its_head_and_on_the_cheat_sheet(part: Path) -> None:
    text = part.read_text("utf-8")
    macros = re.findall(r"\{% macro ([a-z]\w*)\(", text)
    head = text[: text.index("#}")]
    sheet = (ROOT / "docs" / "look.md").read_text("utf-8")

    assert [name for name in macros if not re.search(rf"\b{name}\b", head)] == []
    assert [name for name in macros if not re.search(rf"\b{name}\b", sheet)] == []


@pytest.mark.parametrize("icon", sorted((ROOT / "frontend" / "icons").glob("*.svg")), ids=lambda icon: icon.stem)
def test_an_icon_is_drawn_on_the_grid_of_twenty(icon: Path) -> None:
    assert icon.read_text("utf-8").startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"')


def test_only_tokens_and_accents_know_a_colour() -> None:
    """Everything else uses their names, so that light, dark, print and contrast are decided in one place."""
    knowing = {
        path.name
        for path in STYLES.glob("*.css")
        if re.search(r"#[0-9a-fA-F]{6}\b", path.read_text("utf-8")) and path.name != "grid-lines.css"
    }

    assert knowing == {"tokens.css", "accents.css", "mail.css"}
