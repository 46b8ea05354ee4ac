"""The forms of a page as a browser reads them: where they go, and what they would send."""

from dataclasses import dataclass

from lxml import html


@dataclass(frozen=True)
class Field:
    """choice: its value is one of a list of ours (select, radio, checkbox, hidden), not typed."""

    name: str
    value: str
    choice: bool


@dataclass(frozen=True)
class Form:
    action: str
    method: str
    fields: tuple[Field, ...]


def forms_of(page: str, url: str) -> list[Form]:
    tree = html.document_fromstring(page)
    found = []
    for form in tree.iter("form"):
        fields = [field for element in form.iter("input", "select", "textarea", "button") for field in _fields(element)]
        found.append(Form(form.get("action") or url, (form.get("method") or "get").lower(), tuple(fields)))
    return found


def _fields(element: html.HtmlElement) -> list[Field]:
    name, kind = element.get("name"), element.get("type", "text")
    if not name or kind == "file":
        return []
    if element.tag == "select":
        options = [str(one.get("value") or "") for one in element.iter("option")]
        chosen = [str(one.get("value") or "") for one in element.iter("option") if one.get("selected") is not None]
        return [Field(name, (chosen or options or [""])[0], True)]
    if element.tag == "textarea":
        return [Field(name, element.text or "", False)]
    if kind in {"radio", "checkbox"}:
        return [Field(name, element.get("value", "on"), True)]
    return [Field(name, element.get("value") or "", kind == "hidden")]
