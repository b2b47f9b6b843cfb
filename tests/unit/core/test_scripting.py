"""A call script on a floor: the first screen at the bridge, the next with every answer, and after a restart."""

from __future__ import annotations

import msgspec

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.flags import FLAGS
from dialer.core.kernel import Kernel
from dialer.core.settings import StepSettings
from strategies.script.compile import compile_script, scripts
from tests.unit.core.floors import HandFloor, lead

THREE = compile_script(scripts()["three-steps"])
RELAY = compile_script(scripts()["ask-to-call-back"])
CALL = "c/l0/1"
PROMISE = {"call": CALL, "disposition": "promise", "promise_cents": 5000, "promise_due": "2026-12-01"}
REFUSED = "promise refused: person not confirmed"


class Led(HandFloor):
    """A floor whose one lead is led by a script."""

    def __init__(self, flags: tuple[str, ...] = tuple(FLAGS), **facts: object) -> None:
        own = {"contact": RELAY.identity}
        super().__init__(leads=0, steps={"M1/1": StepSettings(script=THREE.identity)}, party_scripts=own)
        scripts = {THREE.identity: THREE, RELAY.identity: RELAY}
        self.settings = msgspec.structs.replace(self.settings, scripts=scripts, flags=flags)
        self.kernel = Kernel(self.settings)
        self.do(e.LeadsAdded, campaign="c", leads=(lead(0, step="M1/1", **facts),))

    def bridged(self, language: str = "en") -> Led:
        self.do(e.AgentLoggedIn, agent="ann", campaigns=("c",), language=language).do(e.AgentReady, agent="ann")
        self.talk(CALL, "ann")
        return self

    def press(self, *answers: str) -> Led:
        for answer in answers:
            position = self.kernel.view.calls[CALL].position
            assert position is not None
            self.do(e.ScriptAnswered, call=CALL, state=position.state, answer=answer)
        return self

    def screen(self) -> f.ShowScreen:
        (shown,) = self.got(f.ShowScreen)
        return shown


def test_the_bridge_shows_the_first_screen_in_the_desktops_language() -> None:
    shown = Led().bridged("zh").screen()
    assert (shown.agent, shown.call, shown.account) == ("ann", CALL, "a0")
    assert (shown.screen.state, shown.screen.confirmed, shown.screen.script) == ("greeting", False, THREE.identity)
    assert shown.screen.say.startswith("您好，这里是示例服务中心")
    assert [field.name for field in shown.screen.fields] == ["full_name"]
    assert Led().bridged("").screen().screen.language == THREE.languages[0]


def test_every_answer_gives_the_next_screen_and_debt_facts_come_after_the_confirmation() -> None:
    floor = Led().bridged()
    asked = floor.press("person").screen().screen
    assert (asked.state, asked.confirmed) == ("id_digits", False)
    assert asked.compare is not None and asked.compare.name == "id_last_four"
    told = floor.press("match", "match").screen().screen
    assert (told.state, told.confirmed) == ("debt", True)
    assert {field.name for field in told.fields} == {"full_name", "account_last_four", "balance", "due_date"}
    assert "{balance} was due on {due_date}" in told.say
    fields = [
        field.name for shown in floor.all(f.ShowScreen) if not shown.screen.confirmed for field in shown.screen.fields
    ]
    assert set(fields) == {"full_name"}


def test_an_answer_on_a_screen_that_has_passed_or_lacks_it_changes_nothing() -> None:
    floor = Led().bridged().press("person")
    before = floor.kernel.snapshot()
    for state, answer in (("greeting", "person"), ("id_digits", "nonsense"), ("nonsense", "match")):
        floor.do(e.ScriptAnswered, at_s=floor.t_s, call=CALL, state=state, answer=answer)
        assert floor.out == ()
    assert floor.kernel.snapshot() == before


def test_where_the_script_ended_is_how_the_call_ended_unless_the_agent_says_more() -> None:
    def ended(*events: tuple[object, dict[str, object]]) -> f.CloseAttempt:
        floor = Led().bridged().press("person", "different", "different").do(e.CallEnded, call=CALL, cause="normal")
        for kind, facts in events:
            floor.do(kind, **facts)  # type: ignore[arg-type]
        (row,) = floor.got(f.CloseAttempt)
        return row

    assert ended((e.AgentReady, {"agent": "ann"})).disposition == "unverified"
    said = ended((e.CallDispositioned, {"call": CALL, "disposition": "callback", "callback_ns": 10**12}))
    assert (said.disposition, said.next_ns) == ("callback", 10**12)


def test_the_wrap_can_go_on_with_the_script() -> None:
    floor = Led().bridged().press("person").do(e.CallEnded, call=CALL, cause="normal").press("refuses")
    assert floor.screen().screen.end == "unverified"
    assert floor.press().kernel.view.calls[CALL].position is not None


def test_a_call_without_a_script_shows_no_screen() -> None:
    floor = HandFloor(leads=1).ready("ann").talk(CALL, "ann")
    assert floor.got(f.ShowScreen) == []
    assert floor.do(e.ScriptAnswered, call=CALL, state="greeting", answer="person").out == ()


def test_after_a_restart_the_agent_sees_the_screen_where_the_script_stood() -> None:
    floor = Led().bridged().press("person", "match")
    floor.kernel = Kernel.restore(floor.settings, floor.kernel.snapshot(), floor.leads_added)
    floor.do(e.EngineStarted, recovered=True)
    floor.do(e.CallReported, call=CALL, state="bridged", agent="ann")
    shown = floor.do(e.AgentLoggedIn, agent="ann", campaigns=("c",), language="zh").screen().screen
    assert (shown.state, shown.language) == ("birth_date", "zh")
    assert floor.press("match").screen().screen.confirmed


def test_a_promise_of_somebody_who_is_not_confirmed_is_refused_and_the_agent_is_told() -> None:
    floor = Led().bridged().press("person", "match").do(e.CallDispositioned, **PROMISE)
    assert floor.out == (f.SetAgentState("ann", "in_call", REFUSED, CALL),)
    assert floor.kernel.view.calls[CALL].disposition == ""
    floor.do(e.CallEnded, call=CALL, cause="normal").do(e.CallDispositioned, **PROMISE)
    assert floor.out == (f.SetAgentState("ann", "wrap", REFUSED, CALL),)
    (row,) = floor.do(e.CallDispositioned, call=CALL, disposition="unverified").got(f.CloseAttempt)
    assert (row.disposition, row.promise_cents) == ("unverified", None)


def test_a_refused_promise_does_not_take_back_what_the_agent_said_before() -> None:
    floor = Led().bridged().do(e.CallDispositioned, call=CALL, disposition="callback", callback_ns=10**12)
    floor.do(e.CallDispositioned, **PROMISE).do(e.CallEnded, call=CALL, cause="normal")
    assert floor.got(f.CloseAttempt)[0].disposition == "callback"


def test_a_promise_of_the_confirmed_person_is_taken() -> None:
    floor = Led().bridged().press("person", "match", "match").do(e.CallDispositioned, **PROMISE)
    (row,) = floor.do(e.CallEnded, call=CALL, cause="normal").got(f.CloseAttempt)
    assert (row.disposition, row.promise_cents, row.promise_due) == ("promise", 5000, "2026-12-01")


def test_another_voice_ends_the_confirmation() -> None:
    floor = Led().bridged().press("person", "match", "match", "somebody_else").do(e.CallDispositioned, **PROMISE)
    assert [told.reason for told in floor.got(f.SetAgentState)] == [REFUSED]


def test_an_emergency_contact_promises_nothing_also_without_a_script() -> None:
    floor = HandFloor(leads=0)
    floor.do(e.LeadsAdded, campaign="c", leads=(lead(0, party="contact", about="p9"),)).ready("ann").talk(CALL, "ann")
    assert [told.reason for told in floor.do(e.CallDispositioned, **PROMISE).got(f.SetAgentState)] == [REFUSED]
    plain = HandFloor(leads=1).ready("ann").talk(CALL, "ann").do(e.CallDispositioned, **PROMISE)
    assert plain.kernel.view.calls[CALL].disposition == "promise"


def test_another_party_is_never_led_by_the_persons_script() -> None:
    shown = Led(party="contact", about="p9").bridged("zh").screen().screen
    assert (shown.script, shown.state) == (RELAY.identity, "greeting")
    assert shown.say.startswith("您好，我想联系") and [field.name for field in shown.fields] == ["full_name"]
    assert Led(party="guarantor", about="p9").bridged().got(f.ShowScreen) == []


def test_a_journal_from_before_the_flags_replays_as_it_ran() -> None:
    floor = Led(flags=(), party="contact", about="p9").bridged()
    assert floor.screen().screen.script == THREE.identity
    floor.do(e.CallDispositioned, **PROMISE)
    (row,) = floor.do(e.CallEnded, call=CALL, cause="normal").got(f.CloseAttempt)
    assert (row.disposition, row.promise_cents) == ("promise", 5000)
