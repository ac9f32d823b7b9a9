"""views.*: modals and Home tabs."""

from collections.abc import Mapping

from bot.sandbox.blocks import Held
from bot.sandbox.limits import is_too_large, view_complaints
from bot.sandbox.refusals import Refused
from bot.sandbox.webapi.platform import Answer, Given, Method, Platform, blame, required


def checked_view(view: object, kind: str | None = None) -> Held:
    """A view that Slack takes, of this kind if one is given. Raises Refused."""
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", ["[ERROR] missing required field: view"])
    if is_too_large(view):
        raise Refused("view_too_large")
    complaints = view_complaints(view)
    if not complaints and kind is not None and view["type"] != kind:
        complaints = [f"must be a {kind} [json-pointer:/view/type]"]
    if complaints:
        raise Refused("invalid_arguments", blame(complaints))
    return view


def _open(platform: Platform, given: Given) -> Answer:
    view = checked_view(given.get("view"), "modal")
    person, _ = platform.workspace.triggers.use(required(given, "trigger_id"))
    return {"view": platform.workspace.show(person, view, is_push=False)}


def _push(platform: Platform, given: Given) -> Answer:
    """Only from a trigger of something done in a modal."""
    view = checked_view(given.get("view"), "modal")
    person, origin = platform.workspace.triggers.use(required(given, "trigger_id"))
    if not origin:
        raise Refused("invalid_trigger_id")
    return {"view": platform.workspace.show(person, view, is_push=True)}


def _update(platform: Platform, given: Given) -> Answer:
    view = checked_view(given.get("view"))
    if not given.get("view_id") and not given.get("external_id"):
        raise Refused("invalid_arguments", ["[ERROR] missing required field: view_id"])
    views = platform.workspace.views
    person, old = views.find(str(given.get("view_id") or ""), str(given.get("external_id") or ""))
    shown = views.update(old, view, str(given.get("hash") or ""))
    platform.workspace.changes.tell([person])
    return {"view": shown}


def _publish(platform: Platform, given: Given) -> Answer:
    view = checked_view(given.get("view"), "home")
    person = platform.workspace.human(required(given, "user_id")).id
    shown = platform.workspace.views.publish(person, view, str(given.get("hash") or ""))
    platform.workspace.changes.tell([person])
    return {"view": shown}


METHODS: Mapping[str, Method] = {
    "views.open": _open,
    "views.push": _push,
    "views.update": _update,
    "views.publish": _publish,
}
