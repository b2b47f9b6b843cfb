"""Paceline's pacing in a dialler of one's own: any event loop will do, here a heap of things to come.

A floor of ten agents for an hour. Every call rings for some seconds and is answered or not; an answered
call takes the agent who is free, or is abandoned when nobody is within two seconds.
"""

from heapq import heappop, heappush
from random import Random

from pacing import Abandoned, Answered, Connected, Ended, Launched, PacingInput, create

AGENTS, LINES, HOUR_S = 10, 60, 3600.0
chance = Random(7)
pacer = create("predictive", lines=LINES, abandon_limit_share=0.03, shift_s=HOUR_S, calls_per_s=20)
coming = [(float(second), 0, "tick", "") for second in range(int(HOUR_S))]  # look again every second
idle, ringing, waiting, placed, answered, abandoned, busy_s = AGENTS, set(), [], 0, 0, 0, 0.0


def connect(now_s, call):
    talk_s = chance.expovariate(1 / 180)
    pacer.observe(Connected(now_s, call))
    heappush(coming, (now_s + talk_s, placed, "hung up", call))
    return min(talk_s, HOUR_S - now_s)


while coming:
    now_s, _, what, call = heappop(coming)
    if what == "picked up":
        ringing.discard(call)
        pacer.observe(Answered(now_s, call, by_person=True))
        answered += 1
        waiting.append(call)
        heappush(coming, (now_s + 2.0, placed, "gave up", call))
    elif what == "rang out":
        ringing.discard(call)
        pacer.observe(Ended(now_s, call))
    elif what == "hung up":
        idle += 1
        pacer.observe(Ended(now_s, call))
    elif what == "gave up" and call in waiting:
        waiting.remove(call)
        abandoned += 1
        pacer.observe(Abandoned(now_s, call))
        pacer.observe(Ended(now_s, call))
    while waiting and idle:
        idle -= 1
        busy_s += connect(now_s, waiting.pop(0))
    if now_s < HOUR_S:
        floor = PacingInput(now_s, idle, 0, AGENTS - idle, len(ringing), len(waiting), LINES - len(ringing))
        for _ in range(pacer.decide(floor).launch):
            placed += 1
            ringing.add(call := f"call {placed}")
            pacer.observe(Launched(now_s, call, answer_share=0.2))
            what = "picked up" if chance.random() < 0.2 else "rang out"
            heappush(coming, (now_s + chance.uniform(4, 20), placed, what, call))

print(f"{placed} calls, {answered} answered, {abandoned} abandoned, agents busy {busy_s / AGENTS / HOUR_S:.0%}")
