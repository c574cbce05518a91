"""What hangs is seen by what it computes and prints; what is only slow is left alone."""

import json
import os
import subprocess
import sys
import time

import pytest

from workbench.suite.costs import costs_path, load_costs, settled, store_costs
from workbench.suite.watching import Hung, Limits, Watch, processor_seconds, run

BUSY = "import time\nwhile time.process_time() < {}: pass\n"
CHILD = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {!r}])\n"
SLEEP = "import time; time.sleep(3600)"


def watched(share, seconds, stored=None, step=1.0, prints=lambda now: False):
    """Watch a run that gets a share of a processor; return when it counts as hung, and why."""
    now = [0.0]
    watch = Watch(0, Limits(), stored, lambda pid: share * now[0], lambda: now[0])
    while now[0] < seconds:
        now[0] += step
        if prints(now[0]):
            watch.heard()
        why = watch.look()
        if why:
            return now[0], why
    return None, ""


@pytest.mark.parametrize(
    ("share", "prints", "ends"),
    [
        (0.0, lambda now: False, 120),  # does nothing
        (0.001, lambda now: False, 120),  # wakes up now and then
        (0.0, lambda now: now % 100 == 0, None),  # prints
        (0.0, lambda now: now == 50, 170),  # has printed once
        (0.02, lambda now: False, None),  # works, and a busy machine gives it hardly anything
    ],
    ids=["nothing", "noise", "prints", "printed once", "starved"],
)
def test_idle_means_neither_computing_nor_printing(share, prints, ends):
    when, why = watched(share, 5000, prints=prints)
    assert (when and 10 * round(when / 10)) == ends  # it looks every two seconds
    assert ("for 120 seconds it has neither computed nor printed" in why) == bool(ends)


@pytest.mark.parametrize(("stored", "most"), [(None, 1800), (0.1, 300), (30, 300), (150, 1500)])
@pytest.mark.parametrize("share", [2.0, 0.05])
def test_too_much_is_ten_times_as_much_as_usual_however_long_it_took(stored, most, share):
    when, why = watched(share, 1e6, stored)
    assert abs(when * share - most) < 10
    assert f"it has used {when * share:.0f} seconds of processor time" in why
    assert why.endswith(f"allowed {most}" if stored is None else f"usual are {stored:g}")


def test_a_computer_that_was_put_to_sleep_was_not_idle():
    assert watched(0.0, 23 * 3600, step=3600) == (None, "")


def test_the_time_of_a_process_holds_that_of_what_it_started():
    code = CHILD.format(BUSY.format(1.5)) + "print('done', flush=True)\nsys.stdin.read()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()  # the child has ended and was waited for
        assert processor_seconds(process.pid) > 1.4
        process.stdin.close()
    assert processor_seconds(process.pid) == 0.0


def still_running(words):
    """What runs on this machine with a command that holds these words, a moment after its end."""
    import psutil

    for _ in range(50):
        every = psutil.process_iter(["cmdline"])
        found = [p for p in every if words in " ".join(p.info["cmdline"] or ())]
        if not found:
            break
        time.sleep(0.1)
    return found


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (SLEEP, "neither computed nor printed"),
        (CHILD.format(SLEEP), "neither computed nor"),
        (CHILD.format("while True: pass"), "of processor time, allowed 4"),
    ],
    ids=["sleeps", "its child sleeps", "its child computes for ever"],
)
def test_a_process_that_hangs_is_ended_with_all_that_it_started(code, why):
    mark = f"  # of {os.getpid()}"  # an orphan has another parent, but the same words
    code = code.replace("3600)", f"3600){mark}").replace("pass", f"pass{mark}")
    limits = Limits(idle=3, unknown=4)
    with pytest.raises(Hung, match=why) as caught:
        run([sys.executable, "-c", f"print('first words', flush=True)\n{code}"], limits)
    assert caught.value.args[1] == b"first words\n"
    assert not still_running(mark)


def test_a_process_that_gets_on_runs_to_its_end_and_is_heard():
    waits = "import sys, time\nfor i in range(10): print(i, flush=True); time.sleep(0.5)\n"
    code = waits + CHILD.format(BUSY.format(4)) + "sys.stderr.write('no'); sys.exit(3)"
    done = run([sys.executable, "-c", code], Limits(idle=3))
    assert (done.returncode, done.stderr) == (3, b"no")
    assert done.stdout.split() == [b"%d" % i for i in range(10)]


def test_a_run_that_is_broken_off_leaves_no_process():
    def interrupt(process, spoke):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([sys.executable, "-c", f"{SLEEP}  # broken off"], on_look=interrupt)
    assert not still_running("  # broken off")


def test_costs_change_only_when_they_are_off_by_a_factor(tmp_path):
    name = "notebooks/solutions/04_gan.ipynb"
    store_costs(tmp_path, name, {"a": 0.0004, "b": 12.345, "c": 150.4})
    assert load_costs(tmp_path, name) == {"a": 0.1, "b": 12.0, "c": 150.0}
    before = costs_path(tmp_path, name).read_bytes()
    store_costs(tmp_path, name, {"a": 0.05, "b": 7.0, "c": 290.0})
    assert costs_path(tmp_path, name).read_bytes() == before
    store_costs(tmp_path, name, {"c": 31.6, "new": 1.0})  # b is gone from the notebook
    assert load_costs(tmp_path, name) == {"c": 32.0, "new": 1.0}
    assert json.loads(costs_path(tmp_path, name).read_text()) == {"c": 32.0, "new": 1.0}


@pytest.mark.parametrize(
    ("before", "now", "kept"), [(None, 0.01, 0.1), (10, 19, 10), (10, 21, 21), (10, 4.9, 4.9)]
)
def test_an_entry_that_is_about_right_is_kept(before, now, kept):
    assert settled(before, now) == kept
