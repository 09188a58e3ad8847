import signal
import threading

import pytest
from execution import tiny

from paceline.execution import Runner, StoppedError
from paceline.execution._interrupt import first_interrupt_finishes, interrupts_break


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_the_first_interrupt_is_a_wish_that_is_heard_and_the_second_says_now() -> None:
    heard = threading.Event()
    told: list[str] = []

    def say(text: str) -> None:
        told.append(text)
        heard.set()

    with first_interrupt_finishes(say) as interrupt:
        assert (interrupt.asked, interrupt.now) == (False, False)
        press()
        assert (interrupt.asked, interrupt.now) == (True, False)
        assert heard.wait(10)
        press()
        assert (interrupt.asked, interrupt.now) == (True, True)
    assert told == ["Stopping: what runs is finished and saved. Ctrl-C again to stop now."]


def test_only_where_nothing_can_be_lost_the_second_breaks() -> None:
    with first_interrupt_finishes(print) as interrupt:
        with interrupt.may_break():
            press()
        press()
        assert interrupt.now
        with pytest.raises(KeyboardInterrupt), interrupt.may_break():
            press()


def test_beside_the_trials_of_a_runner_the_second_stops_what_trains_there() -> None:
    with Runner(tiny.plan(), store=None, workers=1, threads=1, say=lambda text: None) as runner:
        press()
        with pytest.raises(StoppedError, match=r"^Stopped\.$"), runner.may_stop():
            press()
        press()  # here it is a wish again


def test_where_there_is_nothing_but_waiting_the_first_breaks() -> None:
    with first_interrupt_finishes(print) as interrupt:
        with pytest.raises(KeyboardInterrupt), interrupts_break():
            press()
        assert not interrupt.asked
        press()
        assert (interrupt.asked, interrupt.now) == (True, False)


def test_afterwards_an_interrupt_is_what_it_was() -> None:
    with first_interrupt_finishes(print):
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_process_that_ignores_interrupts_goes_on_ignoring_them() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with first_interrupt_finishes(print) as interrupt, interrupts_break():
            press()
            assert not interrupt.asked
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_another_thread_there_is_nothing_to_hear() -> None:
    found = []

    def enter() -> None:
        with first_interrupt_finishes(print) as interrupt, interrupts_break():
            found.append(interrupt.asked)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [False]
