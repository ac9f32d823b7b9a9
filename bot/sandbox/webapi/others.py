"""auth.test, users.info, bots.info, migration.exchange and the three steps of sharing a file."""

from collections.abc import Mapping

from bot.sandbox.people import user_of
from bot.sandbox.refusals import Refused
from bot.sandbox.webapi.chat import author_of
from bot.sandbox.webapi.platform import Answer, Given, Method, Platform, is_set, required


def _auth_test(platform: Platform, _: Given) -> Answer:
    workspace = platform.workspace
    return {
        "url": f"{platform.url()}/",
        "team": workspace.name,
        "user": workspace.app_name.lower(),
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "enterprise_id": workspace.enterprise_id,
        "is_enterprise_install": workspace.is_org_install,
    }


def _users_info(platform: Platform, given: Given) -> Answer:
    workspace = platform.workspace
    person = required(given, "user")
    if person == workspace.bot_user:
        name = workspace.app_name
        bot = {"id": person, "team_id": workspace.team_id, "name": name.lower(), "real_name": name}
        return {"user": {**bot, "deleted": False, "is_bot": True, "profile": {"real_name": name}}}
    human = workspace.human(person)
    has_locale = is_set(given, "include_locale")
    return {"user": user_of(human, workspace.team_id, workspace.clock.now(), has_locale=has_locale)}


def _bots_info(platform: Platform, given: Given) -> Answer:
    workspace = platform.workspace
    if given.get("bot", workspace.bot_id) != workspace.bot_id:
        raise Refused("bot_not_found")
    app = {"app_id": workspace.app_id, "user_id": workspace.bot_user, "name": workspace.app_name}
    return {"bot": {"id": workspace.bot_id, "deleted": False, **app}}


def _migration_exchange(platform: Platform, given: Given) -> Answer:
    """Ids of people from before the workspace joined an organisation, and those of now."""
    workspace = platform.workspace
    if not workspace.enterprise_id:
        raise Refused("not_enterprise_team")
    asked = required(given, "users").split(",")
    former = {human.id: workspace.former_ids.get(human.id, human.id) for human in workspace.people}
    known = former if is_set(given, "to_old") else {before: now for now, before in former.items()}
    return {
        "team_id": workspace.team_id,
        "enterprise_id": workspace.enterprise_id,
        "user_id_map": {name: known[name] for name in asked if name in known},
        "invalid_user_ids": [name for name in asked if name not in known],
    }


def _upload_url(platform: Platform, given: Given) -> Answer:
    try:
        length = int(required(given, "length"))
    except ValueError:
        raise Refused("invalid_arguments", ["[ERROR] invalid length"]) from None
    file_id, ticket = platform.files.announce(required(given, "filename"), length)
    return {"upload_url": f"{platform.url()}/upload/{ticket}", "file_id": file_id}


def _complete(platform: Platform, given: Given) -> Answer:
    """Without a channel the file stays private to the app."""
    listed = given.get("files")
    if not isinstance(listed, list) or not listed:
        raise Refused("invalid_arguments", ["[ERROR] missing required field: files"])
    channel = str(given.get("channel_id") or given.get("channels") or "")
    place = platform.writable(channel) if channel else ""
    url = platform.url()
    files = [
        platform.files.complete(str(item.get("id")), str(item.get("title") or ""), url) for item in listed
    ]
    if place:
        comment = {"subtype": "file_share", "text": str(given.get("initial_comment") or ""), "files": files}
        stored = platform.workspace.add_message(place, {**author_of(platform.workspace), **comment})
        platform.on_message(place, stored)
    return {"files": files}


METHODS: Mapping[str, Method] = {
    "api.test": lambda _platform, _given: {},
    "auth.test": _auth_test,
    "users.info": _users_info,
    "bots.info": _bots_info,
    "migration.exchange": _migration_exchange,
    "files.getUploadURLExternal": _upload_url,
    "files.completeUploadExternal": _complete,
}
