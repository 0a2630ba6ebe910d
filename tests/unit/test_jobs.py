"""Long jobs of a server: one at a time, bounded, cancelled, and none outlives the server."""

import subprocess
import sys
import time

import pytest

from nahraum.workflow.jobs import Bounds, BusyError, Jobs, UnknownJobError

HEARS = "import json, sys, time\nasked = json.loads(sys.stdin.readline())\n"
TELLS = "def tell(**facts): print(json.dumps(facts), flush=True)\n"
QUICK = "tell(stage='Wahl'); tell(value=3.0, bound=6.0, unit='u'); tell(value=5.0, bound=5.5, unit='u')\n"
DONE = "tell(ended='Wahl', seconds=0.5); tell(done=2, of=3); tell(result=asked['ask'].get('name', ''))\n"


def jobs_that(script: str, *, seconds: float = 60.0, memory: int = 10**10, waiting: int = 3, after=None) -> Jobs:
    command = (sys.executable, "-c", HEARS + TELLS + script)
    return Jobs({"study": "s"}, Bounds(seconds, memory, waiting), command=command, after=after)


def until(wanted, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_job_tells_its_stages_the_best_so_far_and_what_it_made():
    heard = []
    jobs = jobs_that(QUICK + DONE, after=heard.append)
    job = jobs.add("plan", "a", {"name": "a"})
    assert jobs.wait(job, 20) == "done"
    assert (job.result, job.stage, job.ended, job.done, job.of) == ("a", "Wahl", [("Wahl", 0.5)], 2, 3)
    assert [one[1:] for one in job.trail] == [(3.0, 6.0), (5.0, 5.5)] and job.gap == pytest.approx(0.1)
    assert heard == [job] and jobs.spent(job) > 0
    jobs.remove(job.id)
    with pytest.raises(UnknownJobError):
        jobs.get(job.id)
    jobs.get = lambda key: job  # two who take it off the list at once: the second found it before it was gone
    jobs.remove(job.id)
    jobs.close()


def test_jobs_wait_for_their_turn_and_are_cancelled_waiting_or_running():
    jobs = jobs_that("tell(stage='x'); time.sleep(60)\n")
    first, second, third = (jobs.add("plan", name, {}) for name in "abc")
    until(lambda: first.stage == "x")
    assert [jobs.place(one) for one in (first, second, third)] == [0, 1, 2]
    assert [one.name for one in jobs.listed()] == ["c", "b", "a"]
    fourth = jobs.add("plan", "d", {})
    with pytest.raises(BusyError):
        jobs.add("plan", "e", {})
    jobs.remove(second.id)
    assert second.state == "cancelled" and jobs.place(third) == 1
    jobs.remove(first.id)
    until(lambda: third.stage == "x")
    assert first.state == "cancelled" and jobs.wait(first, 5) == "cancelled"
    process = jobs._process
    jobs.close()
    assert process.wait(10) is not None
    assert fourth.stage == ""


@pytest.mark.parametrize(
    ("script", "seconds", "what"),
    [
        ("time.sleep(60)\n", 0.8, "too long"),
        ("sys.exit(3)\n", 60.0, "ended by itself"),
        ("print('no json', flush=True); tell(problem={'what': 'no sites', 'where': []})\n", 60.0, "no sites"),
    ],
)
def test_a_job_that_takes_too_long_breaks_or_has_a_reason_says_so(script, seconds, what):
    jobs = jobs_that(script, seconds=seconds)
    job = jobs.add("plan", "a", {})
    assert jobs.wait(job, 20) == "failed" and what in job.problem["what"]
    again = jobs.add("plan", "b", {})  # the next one has its turn
    assert jobs.wait(again, 20) == "failed"
    jobs.close()


CHILD = "import sys\nfrom nahraum.workflow import job_child\njob_child.done = {done}\nsys.exit(job_child.main())\n"


@pytest.mark.skipif(sys.platform == "win32", reason="memory is bounded where the system can say so")
def test_a_job_may_not_have_more_memory_than_it_may():
    command = (sys.executable, "-c", CHILD.format(done="lambda asked, tell: bytearray(2 * 10**9)"))
    jobs = Jobs({}, Bounds(60.0, 10**9, 1), command=command)
    job = jobs.add("plan", "a", {})
    assert jobs.wait(job, 30) == "failed"
    assert "memory" in job.problem["what"] and "serving.job_memory_bytes" in job.problem["fix"]
    jobs.close()


def test_the_process_of_a_job_ends_with_the_server_even_one_that_is_killed():
    script = CHILD.format(done="lambda asked, tell: (tell({'stage': 'x'}), __import__('time').sleep(60))")
    child = subprocess.Popen((sys.executable, "-c", script), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child.stdin.write('{"memory_bytes": 10000000000}\n')
    child.stdin.flush()
    assert "x" in child.stdout.readline()
    child.stdin.close()  # what the system does to the pipe of a dead server
    assert child.wait(20) != 0
    child.stdout.close()
