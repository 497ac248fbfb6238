from hypothesis import settings
from tests.simulation.ladder import CAPPED

from regua.testing.machine import DunningMachine


class LadderMachine(DunningMachine):
    policy = CAPPED


TestLadder = LadderMachine.TestCase
TestLadder.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
