"""What the persons themselves have said: do-not-contact, consents; and who may be called in their stead."""

from __future__ import annotations

from collections.abc import Mapping

from dialer.insight.audit.binding import Binding, counted, judged
from dialer.insight.audit.census import add_gap
from dialer.insight.audit.facts import CHANNELS, DAY_US, REACHES, Facts, listed
from strategies.compliance.gate import SUPPRESSION_SCOPES
from strategies.compliance.localtime import local_time
from strategies.compliance.misses import FAILED
from strategies.compliance.rulebook import Applies, ConsentNeeded, LastResort, Rule


def judge_suppressions(facts: Facts, index: int) -> None:
    """Add to ``finding`` the contacts after a do-not-contact, whoever noted it: the list, or an agent in a call.

    Who owes and wants no contact binds those too who would be called in their stead.
    """
    database, ours = facts.database, judged(facts)
    if "suppressions" not in facts.known:
        add_gap(facts, index, "suppressions", ours)
    database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE stopped AS
        SELECT scope, hash(key) AS key, epoch_us(since_at) AS since, {_pack_channel("channel")} AS channel
        FROM suppressions
        UNION ALL
        SELECT 'person', hash(person), epoch_us(coalesce(ended_at, ready_at, placed_at)), '' FROM attempts
        WHERE disposition = 'do_not_call' AND person IS NOT NULL
        """
    ).fetchall()
    scopes = [scope for (scope,) in database.execute("SELECT DISTINCT scope FROM stopped").fetchall()]
    for scope in SUPPRESSION_SCOPES:
        if scope in scopes:
            add_gap(facts, index, scope, f"{ours} AND {scope} IS NULL")
    if "person" in scopes:
        others = listed(number for number, kind in enumerate(facts.kinds) if kind.party not in (None, "debtor"))
        add_gap(facts, index, "about", f"{ours} AND kind IN ({others}) AND about IS NULL")
    channel = " ".join(f"WHEN {number} THEN '{kind.channel}'" for number, kind in enumerate(facts.kinds))
    found = " UNION ALL ".join(
        f"SELECT event.n FROM event JOIN stopped ON stopped.scope = '{scope}' AND stopped.key = event.{key} "
        f"WHERE {ours} AND stopped.since < event.t AND stopped.channel IN ('', CASE kind {channel} END)"
        for scope, key in (*((scope, scope) for scope in SUPPRESSION_SCOPES), ("person", "about"))
    )
    database.execute(f"INSERT INTO finding (n, rule, missing) SELECT DISTINCT n, {index}, '' FROM ({found})").fetchall()


def make_consents(facts: Facts) -> None:
    """Make the table ``consent``: what was agreed, from when to when, withdrawals taken into account."""
    facts.database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE consent AS
        SELECT hash(given.person) AS person, given.topic, hash(any_value(given.account)) AS account_key,
            any_value(given.account) IS NULL OR any_value(given.account) = '' AS any_account,
            any_value({_pack_channel("given.channel")}) AS channel, epoch_us(given."at") AS starts,
            least(epoch_us(any_value(given.until_at)), min(epoch_us(gone."at"))) AS ends
        FROM (SELECT row_number() OVER (ORDER BY person, topic, "at") AS row, * FROM consents WHERE given) AS given
        LEFT JOIN (FROM consents WHERE NOT given) AS gone
            ON gone.person = given.person AND gone.topic = given.topic AND gone."at" >= given."at"
            AND (coalesce(gone.channel, '') = '' OR coalesce(given.channel, '') IN ('', gone.channel))
        GROUP BY row, given.person, given.topic, given."at"
        """
    ).fetchall()


def judge_consents(facts: Facts, rules: Mapping[int, ConsentNeeded], bindings: Mapping[int, Binding]) -> None:
    """Add to ``finding`` the contacts without the consent that a rule asks for."""
    for index, rule in rules.items():
        may, missing = bindings[index].may, bindings[index].missing
        if "consents" not in facts.known:
            add_gap(facts, index, "consents", may)
            continue
        add_gap(facts, index, "person", f"{may} AND person IS NULL")
        facts.database.execute(
            f"INSERT INTO finding (n, rule, missing) SELECT n, {index}, {missing} FROM event "
            f"WHERE {may} AND person IS NOT NULL AND NOT {_covered(rule.topic, rule.consent_days, facts)}"
        ).fetchall()


def excuse(facts: Facts, rules: Mapping[int, Rule]) -> None:
    """Make the view ``upheld``: ``finding`` without what the person had agreed to.

    Without a table of consents nobody can say.
    """
    asked = {index: rule for index, rule in rules.items() if rule.unless_consent is not None}
    if not asked or not facts.attempts:
        facts.database.execute("CREATE VIEW upheld AS SELECT * FROM finding").fetchall()
        return
    unsaid = f"rule IN ({listed(asked)})" if "consents" not in facts.known else "FALSE"
    agreed = " ".join(
        f"WHEN {index} THEN {_agreed(rule.unless_consent, rule.consent_days)}"
        for index, rule in asked.items()
        if rule.unless_consent is not None
    )
    facts.database.execute(
        f"""
        CREATE TABLE excused AS SELECT DISTINCT n, rule
        FROM (SELECT n, rule, t, kind, person, account FROM finding JOIN event USING (n)
            WHERE rule IN ({listed(asked)})) AS event
        JOIN consent ON consent.person = event.person AND {_about(facts)}
        WHERE CASE rule {agreed} END
        """
    ).fetchall()
    facts.database.execute(
        f"""
        CREATE VIEW upheld AS
        SELECT n, rule, CASE WHEN missing = '' AND {unsaid} THEN 'consents' ELSE missing END AS missing, zones,
            counted, counts
        FROM finding ANTI JOIN excused USING (n, rule)
        """
    ).fetchall()


def judge_last_resort(facts: Facts, rules: Mapping[int, LastResort], bindings: Mapping[int, Binding]) -> None:
    """Add to ``finding`` the contacts with others while the debtor had not been tried in vain on enough days."""
    may_try, surely_try = counted(Applies(channel=("voice",), party=("debtor",)), False, facts)
    failed = listed(REACHES.index(reach) for reach in FAILED)
    none = REACHES.index("none")
    debtors = listed(number for number, kind in enumerate(facts.kinds) if kind.party == "debtor")
    for index, rule in rules.items():
        may, missing = bindings[index].may, bindings[index].missing
        add_gap(facts, index, "account", f"{may} AND account IS NULL")
        if "inbound" not in facts.known:
            add_gap(facts, index, "inbound", may)
        _make_days(facts, rule.zone)
        facts.database.execute(
            f"""
            INSERT INTO finding (n, rule, missing, counted)
            WITH asked AS (
                SELECT n, t, account, {missing} AS missing FROM event WHERE {may} AND account IS NOT NULL
            ), known AS (
                SELECT asked.n, asked.t, missing, own.n AS its_n, own.t AS its_t, own.e AS its_e, own.inbound,
                    own.reach, own.is_try, own.surely
                FROM asked LEFT JOIN (
                    SELECT n, t, e, inbound, reach, account, NOT inbound AND {may_try} AS is_try,
                        {surely_try} AS surely
                    FROM event WHERE (NOT inbound AND {may_try}) OR (inbound AND kind IN ({debtors}))
                ) AS own ON own.account = asked.account AND (own.t, own.n) < (asked.t, asked.n)
            ), reached AS (
                SELECT n, max(its_e) FILTER (
                    WHERE its_e <= t AND reach <> {none} AND (inbound OR reach NOT IN ({failed}))) AS latest,
                    coalesce(bool_or(is_try AND its_e > t), FALSE) AS pending
                FROM known GROUP BY n
            ), tries AS (
                SELECT known.n, any_value(missing) AS missing, any_value(pending) AS pending,
                    count(DISTINCT local_day.day) FILTER (WHERE surely) AS sure_days,
                    count(DISTINCT local_day.day) AS days,
                    list(its_n ORDER BY its_t, its_n) FILTER (WHERE day IS NOT NULL) AS counted
                FROM known JOIN reached USING (n)
                LEFT JOIN local_day ON is_try AND its_e <= t AND known.reach IN ({failed})
                    AND (latest IS NULL OR its_e > latest) AND its_e >= local_day.starts AND its_e < local_day.ends
                GROUP BY known.n
            )
            SELECT n, {index}, CASE WHEN NOT pending AND days >= {rule.days} THEN 'party' ELSE missing END, counted
            FROM tries WHERE pending OR sure_days < {rule.days}
            """
        ).fetchall()


def _make_days(facts: Facts, zone: str) -> None:
    clock = local_time(zone)
    assert clock is not None, "a pack's zone exists"
    ((first_us,),) = facts.database.execute("SELECT min(t) FROM event").fetchall()
    days = range(clock.day(first_us * 1000), clock.day((facts.last_us + DAY_US) * 1000) + 1)
    facts.database.execute(
        "CREATE OR REPLACE TEMP TABLE local_day AS "
        "SELECT unnest(?::INTEGER[]) AS day, unnest(?::BIGINT[]) AS starts, unnest(?::BIGINT[]) AS ends",
        [
            list(days),
            [clock.midnight(day) // 1000 for day in days],
            [clock.midnight(day + 1) // 1000 for day in days],
        ],
    ).fetchall()


def _covered(topic: str, days: int | None, facts: Facts) -> str:
    """Return the SQL condition that the person of ``event`` had agreed."""
    return (
        f"EXISTS (SELECT 1 FROM consent WHERE consent.person = event.person AND {_about(facts)} "
        f"AND {_agreed(topic, days)})"
    )


def _about(facts: Facts) -> str:
    channel = " ".join(f"WHEN {number} THEN '{kind.channel}'" for number, kind in enumerate(facts.kinds))
    return (
        "(any_account OR consent.account_key = event.account) "
        f"AND consent.channel IN ('', CASE event.kind {channel} END) AND consent.starts <= event.t "
        "AND (consent.ends IS NULL OR event.t < consent.ends)"
    )


def _agreed(topic: str, days: int | None) -> str:
    lasts = "" if days is None else f" AND event.t < consent.starts + {days * DAY_US}"
    return f"consent.topic = '{topic}'{lasts}"


def _pack_channel(column: str) -> str:
    words = " ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in CHANNELS.items())
    return f"CASE coalesce({column}, '') {words} ELSE coalesce({column}, '') END"
