"""What the rules ask of a campaign's settings, such as how many calls may be abandoned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from strategies.compliance.rulebook import Purpose, Rulebook, Setting


def broken_bounds(rulebook: Rulebook, purpose: Purpose, settings: Mapping[str, float]) -> Iterator[tuple[Setting, str]]:
    """Yield the rules that a campaign's settings break, each with what to write instead.

    Rules that only warn are left out, and so are the dates of validity: a campaign may run tomorrow.

    Parameters
    ----------
    rulebook : Rulebook
        The rules.
    purpose : str
        What the campaign is for.
    settings : mapping
        Its settings by name, at least those of `strategies.compliance.rulebook.CampaignSetting`.
    """
    for rule in rulebook.rules:
        if not isinstance(rule, Setting) or rule.warns:
            continue
        if rule.applies.purpose and purpose not in rule.applies.purpose:
            continue
        value = settings[rule.setting]
        if rule.at_least is not None and value < rule.at_least:
            yield rule, f"write at least {rule.at_least:g}"
        elif rule.at_most is not None and value > rule.at_most:
            yield rule, f"write at most {rule.at_most:g}"
