"""What a plan has decided, in the words of whoever reads it."""

from __future__ import annotations

from dialer.insight.language import Language, say
from dialer.insight.rules import verdict_lines
from strategies.planning.planner import ReasonCount
from strategies.planning.why import Told


def reason_text(reason: str, rule: str, language: Language) -> str:
    """Return why no contact is made; `rule` is the rule or the stop condition behind it."""
    words = say(language, f"plan_{reason}")
    if not rule:
        return words
    return say(language, "plan_because", words, say(language, f"stop_{rule}") if reason == "stopped" else rule)


def reason_rows(counts: tuple[ReasonCount, ...], language: Language) -> list[tuple[str, int]]:
    """Return every reason with how often it kept from a contact."""
    return [(reason_text(found.reason, found.rule, language), found.times) for found in counts]


def told_lines(told: Told, next_allowed: str, language: Language) -> list[str]:
    """Return as sentences what became of one contact; `next_allowed` is when the rules allow it, as clocks show it."""
    if told.reason == "no_segment":
        return [say(language, "plan_no_segment")]
    lines = [say(language, "why_segment", told.segment, told.when)]
    if told.arm:
        lines.append(say(language, "why_arm", told.arm))
    if told.step:
        channel = say(language, f"channel_{told.channel}")
        always = told.due == "TRUE"
        words = ("why_step_always", told.step, channel) if always else ("why_step", told.step, channel, told.due)
        lines.append(say(language, *words))
    if told.party != "debtor":
        who = say(language, f"party_{told.party}")
        lines.append(say(language, "why_party", who, told.person, told.after, told.failed_attempts))
    if told.reason == "contact":
        later = told.verdict is not None and not told.verdict.allowed
        lines.append(say(language, "why_later", next_allowed) if later else say(language, "why_contact"))
    else:
        lines.append(say(language, "why_not", reason_text(told.reason, told.rule, language)))
    if told.verdict is not None:
        lines += verdict_lines(told.verdict, next_allowed, told.rules, language)
    return lines
