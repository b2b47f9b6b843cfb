from pacing import Answered, Launched, PacingInput, create

pacer = create("ratio", lines_per_agent=1.5, abandon_limit_share=0.03, calls_per_s=30)
floor = PacingInput(t_s=0, idle=10, reserved=0, busy=30, in_flight=0, waiting=0, lines_free=60)
print(pacer.decide(floor))  # 10 calls: nobody has answered yet, so the abandon budget allows no more
for call in range(100):
    pacer.observe(Launched(t_s=call, call=f"c{call}", answer_share=0.2))
    pacer.observe(Answered(t_s=call, call=f"c{call}", by_person=True))
print(pacer.decide(floor._replace(t_s=200)))  # 13 calls: 3 % of 100 answers may be abandoned
