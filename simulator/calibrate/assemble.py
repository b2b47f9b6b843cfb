"""From the evidence to a world, the most likely one or one that could be the true one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri

from dialer.core.rng import uniform
from simulator.calibrate.estimate import Estimate, Floats, share
from simulator.calibrate.evidence import Evidence
from simulator.world.laws import Exponential, Gamma, Law, Lognormal, ShortOrLognormal, mean_s
from simulator.world.settings import CarrierSettings, FloorSettings, Outcome, PeopleSettings, WorldSettings

_HIGHEST = 0.98


class Pick(NamedTuple):
    """Which world: without a number the most likely one.

    Attributes
    ----------
    seed : int
        Of the draws.
    number : int | None
        Which of the worlds that could be the true one.
    days : tuple of int
        The first and the last day that it is for, counted from the last day of the evidence; 0 is that day.
    """

    seed: int = 0
    number: int | None = None
    days: tuple[int, int] = (0, 0)

    def normals(self, name: str, size: int) -> Floats:
        """Return `size` standard normal numbers, zeros for the most likely world."""
        if self.number is None:
            return np.zeros(size)
        return np.array([ndtri(uniform(self.seed, "calibration", name, self.number, at)) for at in range(size)])

    def share(self, name: str, part: float, whole: float) -> float:
        """Return a share, drawn from its posterior under Jeffreys' prior."""
        if self.number is None:
            return part / whole if whole else 0.0
        u = uniform(self.seed, "calibration", name, self.number)
        return float(betaincinv(part + 0.5, max(0.0, whole - part) + 0.5, u))

    def shares(self, name: str, counts: dict[str, int]) -> dict[str, float]:
        """Return shares of 1 together, drawn from their posterior."""
        weights = {key: float(count) for key, count in counts.items()}
        if self.number is not None:
            for key, count in counts.items():
                weights[key] = float(
                    gammaincinv(count + 0.5, uniform(self.seed, "calibration", name, key, self.number))
                )
        return _of_one(weights)

    def drift(self, name: str, evidence: Evidence) -> float:
        """Return the factor of a level on the days that the world is for."""
        drift = evidence.drifts[name]
        if self.number is None:
            return drift.now
        first, last = self.days
        return drift.ahead(max(1, first), max(1, last), self.seed, f"drift.{name}", self.number)


LIKELY = Pick()


def assemble(evidence: Evidence, pick: Pick = LIKELY) -> WorldSettings:
    """Return a world; what the history says nothing about has its default."""
    return WorldSettings(
        seed=evidence_seed(pick),
        people=PeopleSettings(**_people(evidence, pick)),
        carrier=CarrierSettings(**_carrier(evidence, pick)),
        floor=FloorSettings(**_floor(evidence, pick)),
    )


def evidence_seed(pick: Pick) -> int:
    """Return the seed of a world's own draws."""
    return pick.seed if pick.number is None else pick.seed * 1_000_003 + pick.number + 1


def _people(evidence: Evidence, pick: Pick) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, fitted in evidence.laws.items():
        part, name = place.split(".")
        if part == "people":
            found[name] = _rounded(fitted.drawn(pick.normals(place, len(fitted.parameters.theta))))
    if evidence.answers is not None:
        found |= _answering(evidence, pick)
        found |= _unanswered(evidence, pick)
    if evidence.outcomes:
        found["outcomes"] = _outcomes(evidence, pick)
    if evidence.promise is not None:
        mean, log_deviation = evidence.promise.draw(pick.normals("promise", 2))
        found |= {"promise_median_cents": max(1, round(np.exp(mean))), "promise_sigma": _short(np.exp(log_deviation))}
    talked, asked = evidence.robots
    if asked:
        found["transfer_share"] = _short(pick.share("transfer", asked, talked))
    return found


def _answering(evidence: Evidence, pick: Pick) -> dict[str, Any]:
    """Return the chances by hour, and the factors, which are 1 on average over the attempts."""
    fit = evidence.answers
    assert fit is not None
    theta = fit.parameters.draw(pick.normals("answers", len(fit.parameters.theta)))
    by_hour, by_weekday, by_segment, concentration = fit.split(theta)
    by_hour = by_hour * pick.drift("answer", evidence)
    usual = PeopleSettings().answer_share_by_hour
    scale = float(by_hour.mean() / np.mean([usual[hour] for hour in fit.hours]))
    # The best hour is the mean of the persons' reach, so no hour that was never seen may be it.
    hours = [min(_HIGHEST, scale * share, float(by_hour.max())) for share in usual]
    for hour, value in zip(fit.hours, by_hour, strict=True):
        hours[hour] = float(min(_HIGHEST, value))
    weekdays = [1.0] * 7
    for weekday, value in zip(fit.weekdays, by_weekday, strict=True):
        weekdays[weekday] = _short(value)
    segments = {name: _short(value) for name, value in zip(fit.segments, by_segment, strict=True)}
    return {
        "answer_share_by_hour": tuple(_short(value) for value in hours),
        "weekday_factor": tuple(weekdays),
        "segment_factor": segments if len(segments) > 1 else {},
        "reachability_concentration": None if fit.concentration is None else _short(concentration),
    }


def unanswered_counts(evidence: Evidence) -> tuple[dict[str, float], float]:
    """Return how many calls that no person answered met a machine, were busy or were refused, and of how many."""
    fates = evidence.fates
    possible = sum(fates.get(name, 0) for name in ("person", "machine", "busy", "rejected", "no_answer"))
    counts = {
        "machine_share": evidence.heard("people.machine_ring", "machine"),
        "busy_share": float(fates.get("busy", 0)),
        "rejected_share": evidence.heard("people.ring", "rejected"),
    }
    return counts, max(sum(counts.values()), possible - evidence.heard("people.ring", "person"), 1.0)


def _unanswered(evidence: Evidence, pick: Pick) -> dict[str, float]:
    counts, whole = unanswered_counts(evidence)
    shares = {name: pick.share(name, count, whole) for name, count in counts.items()}
    total = sum(shares.values())
    return {name: _short(value / max(1.0, total) - 1e-9 * (total >= 1)) for name, value in shares.items()}


def _outcomes(evidence: Evidence, pick: Pick) -> dict[str, Outcome]:
    shares = pick.shares("outcomes", evidence.outcomes)
    if "promise" in shares and len(shares) > 1:
        promised = min(0.95, shares["promise"] * pick.drift("promise", evidence))
        others = (1 - promised) / (1 - shares["promise"])
        shares = _of_one({name: promised if name == "promise" else value * others for name, value in shares.items()})
    longer = pick.drift("talk", evidence)
    usual = PeopleSettings().outcomes
    found = {}
    for name, value in shares.items():
        fitted = evidence.talks.get(name)
        law = usual[name].talk
        if fitted is not None:
            law = _longer(fitted.drawn(pick.normals(f"talk.{name}", len(fitted.parameters.theta))), longer)
        found[name] = Outcome(share=value, talk=_rounded(law))
    return found


def _carrier(evidence: Evidence, pick: Pick) -> dict[str, Any]:
    dialled, dead = evidence.numbers
    refused = evidence.fates.get("congestion", 0)
    whole = sum(evidence.fates.values()) - evidence.fates.get("not_in_service", 0)
    found: dict[str, Any] = {
        "not_in_service_share": _short(pick.share("not_in_service", dead, dialled)),
        "congestion_share": _short(pick.share("congestion", refused, whole)),
    }
    for place, fitted in evidence.laws.items():
        part, name = place.split(".")
        if part == "carrier":
            found[name] = _rounded(fitted.drawn(pick.normals(place, len(fitted.parameters.theta))))
    return found


def _floor(evidence: Evidence, pick: Pick) -> dict[str, Any]:
    found: dict[str, Any] = {"zone": evidence.zone}
    if evidence.pattern is not None:
        found |= evidence.pattern.settings
    if (fitted := evidence.laws.get("floor.wrap")) is not None:
        found["wrap"] = _rounded(fitted.drawn(pick.normals("floor.wrap", len(fitted.parameters.theta))))
    if evidence.speed is not None:
        sigma = evidence.speed.sigma
        error = (sigma.high - sigma.value) / 1.645
        found["speed_sigma"] = _short(max(0.0, sigma.value + error * float(pick.normals("speed", 1)[0])))
    return found


def estimates(evidence: Evidence) -> list[Estimate]:
    """Return every number that was estimated, with its interval."""
    found: list[Estimate] = []
    if (fit := evidence.answers) is not None:
        now = evidence.drifts["answer"].now
        groups = (
            ("answer_share_by_hour", fit.hours, now),
            ("weekday_factor", fit.weekdays, 1.0),
            ("segment_factor", fit.segments, 1.0),
        )
        for which, (name, keys, factor) in enumerate(groups):
            for at, key in enumerate(keys):
                of = fit.parameters.estimate(
                    f"people.{name}[{key}]",
                    lambda theta, which=which, at=at, factor=factor: float(fit.split(theta)[:3][which][at]) * factor,
                )
                found.append(of)
        if fit.concentration is not None:
            of = fit.parameters.estimate("people.reachability_concentration", lambda theta: float(np.exp(theta[-1])))
            found.append(of)
        counts, whole = unanswered_counts(evidence)
        found += [share(f"people.{name}", count, whole) for name, count in counts.items()]
    for place, fitted in evidence.laws.items():
        found.append(fitted.parameters.estimate(f"{place} (mean, s)", lambda t, law=fitted: mean_s(law.at(t))))
    total = sum(evidence.outcomes.values())
    for name, count in evidence.outcomes.items():
        found.append(share(f"people.outcomes.{name}.share", count, total))
        if (fitted := evidence.talks.get(name)) is not None:
            label = f"people.outcomes.{name}.talk (mean, s)"
            found.append(fitted.parameters.estimate(label, lambda t, law=fitted: mean_s(law.at(t))))
    if evidence.promise is not None:
        found.append(evidence.promise.estimate("people.promise_median_cents", lambda t: float(np.exp(t[0]))))
        found.append(evidence.promise.estimate("people.promise_sigma", lambda t: float(np.exp(t[1]))))
    dialled, dead = evidence.numbers
    found.append(share("carrier.not_in_service_share", dead, dialled))
    whole = sum(evidence.fates.values()) - evidence.fates.get("not_in_service", 0)
    found.append(share("carrier.congestion_share", evidence.fates.get("congestion", 0), whole))
    if evidence.robots[1]:
        found.append(share("people.transfer_share", evidence.robots[1], evidence.robots[0]))
    if evidence.speed is not None:
        found.append(evidence.speed.sigma)
    if evidence.pattern is not None:
        found += evidence.pattern.estimates
    return found


def _longer(law: Law, factor: float) -> Law:
    """Return a law whose durations are longer by a factor."""
    match law:
        case Exponential(mean_s=mean):
            return Exponential(mean_s=mean * factor)
        case Gamma(shape=shape, scale_s=scale_s):
            return Gamma(shape=shape, scale_s=scale_s * factor)
        case Lognormal(mu=mu, sigma=sigma):
            return Lognormal(mu=mu + float(np.log(factor)), sigma=sigma)
        case ShortOrLognormal(short_share=short, short_mean_s=brief, mu=mu, sigma=sigma):
            shifted = mu + float(np.log(factor))
            return ShortOrLognormal(short_share=short, short_mean_s=brief * factor, mu=shifted, sigma=sigma)
        case _:
            return law


def _rounded(law: Law) -> Law:
    return law.model_copy(update={name: _short(value) for name, value in law.model_dump(exclude={"law"}).items()})


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _of_one(weights: dict[str, float]) -> dict[str, float]:
    """Return shares that add up to 1, rounded, with the rest on the largest."""
    total = sum(weights.values())
    shares = {name: round(value / total, 6) for name, value in weights.items()}
    largest = max(shares, key=lambda name: shares[name])
    return shares | {largest: round(1 - sum(value for name, value in shares.items() if name != largest), 6)}
