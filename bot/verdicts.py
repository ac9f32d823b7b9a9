"""What becomes of a claimed row after each thing that can happen to it: pure, and the courier's alone."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.flows.delivery import Ending, Pause, Settlement
from bot.flows.ports import Post, SendFailedError, Sent

FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(hours=1)
MOST_POISONED = 8  # tries of a row that fails before anything is sent
FIRST_PARKED, LONGEST_PARKED = timedelta(hours=1), timedelta(days=1)
MOST_PARKED = 14  # tries, ten days, of one row in a workspace that is closed to us


@dataclass(frozen=True)
class Verdict:
    """How a claim ends, and whether its workspace must rest."""

    settlement: Settlement
    pause: Pause | None = None


def sent(post: Post, where: Sent, now: datetime) -> Verdict:
    """It is in the DM."""
    return Verdict(Settlement(post, Ending.SENT, now, channel=where.channel, ts=where.ts))


def handed_back(post: Post, now: datetime, wait: timedelta, reason: str) -> Verdict:
    """Nothing was tried: it is as if it had not been claimed, but for the wait."""
    untried = replace(post, attempts=post.attempts - 1)
    return Verdict(Settlement(untried, Ending.LATER, now, due_at=now + wait, reason=reason))


def after_failure(post: Post, failure: SendFailedError, now: datetime, flight: timedelta) -> Verdict:
    """Slack said no, or nothing. flight: how long a call may still be under way after it was given up."""
    tried = replace(post, may_be_sent=post.may_be_sent or failure.may_be_sent)
    if failure.is_everywhere:
        return _parked(tried, failure, now)
    if failure.is_final:
        return Verdict(Settlement(tried, Ending.REFUSED, now, reason=failure.code))
    if failure.retry_after is not None:
        return _resting(tried, failure, failure.retry_after, now)
    wait = backoff(post.attempts)
    if tried.may_be_sent:
        wait = max(wait, flight)
    return Verdict(Settlement(tried, Ending.LATER, now, due_at=now + wait, reason=failure.code))


def after_poison(post: Post, name: str, now: datetime) -> Verdict:
    """Something that nobody foresaw: tried again a few times, and then given up."""
    if post.attempts >= MOST_POISONED:
        return _given_up(post, name, now)
    return Verdict(Settlement(post, Ending.LATER, now, due_at=now + backoff(post.attempts), reason=name))


def _given_up(post: Post, reason: str, now: datetime) -> Verdict:
    return Verdict(
        Settlement(post, Ending.IN_DOUBT if post.may_be_sent else Ending.REFUSED, now, reason=reason)
    )


def unknown(post: Post, failure: SendFailedError, now: datetime) -> Verdict:
    """The history can't be read: a passing fault is tried again, a refusal is held and shown."""
    is_passing = failure.may_be_sent or failure.code == "unreachable"
    if failure.is_everywhere or failure.retry_after is not None or is_passing:
        return after_failure(post, failure, now, timedelta(0))
    return Verdict(Settlement(post, Ending.IN_DOUBT, now, reason=failure.code))


def backoff(attempts: int) -> timedelta:
    """5 s, doubled with each try up to an hour, with jitter so that many rows do not come back at once."""
    doubled = FIRST_BACKOFF * 2 ** min(max(attempts, 1) - 1, 16)
    wait: timedelta = min(doubled, LONGEST_BACKOFF)
    return wait * random.uniform(0.75, 1.25)  # noqa: S311  no secret


def _resting(post: Post, failure: SendFailedError, wait: timedelta, now: datetime) -> Verdict:
    """That method rests in that workspace, for all replicas; the row goes first after it."""
    until = now + wait
    settlement = Settlement(post, Ending.LATER, now, due_at=until, reason=failure.code)
    return Verdict(settlement, Pause(post.workspace, failure.method, until, failure.code))


def _parked(post: Post, failure: SendFailedError, now: datetime) -> Verdict:
    """Nothing gets into this workspace: one row knocks from time to time, the others wait behind it."""
    if post.attempts >= MOST_PARKED:
        return _given_up(post, failure.code, now)
    until = now + min(FIRST_PARKED * 2 ** min(post.attempts - 1, 8), LONGEST_PARKED)
    settlement = Settlement(post, Ending.LATER, now, due_at=until, reason=failure.code)
    return Verdict(settlement, Pause(post.workspace, "*", until, failure.code))
