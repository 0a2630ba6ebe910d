"""Long jobs of a server: one at a time, bounded, cancelled, and none outlives the server."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nahraum.workflow.job_problems import too_large, too_long
from nahraum.workflow.job_process import Worker
from nahraum.workflow.jobs import Bounds, BusyError, Job, Jobs, UnknownJobError
from nahraum.workflow.progress import _DE

WAIT_S = 120.0  # of a machine that runs other things
HEARS = "import json, sys, time\nasked = json.loads(sys.stdin.readline())\n"
TELLS = "def tell(**facts): print(json.dumps(facts), flush=True)\n"
QUICK = "tell(stage='Wahl'); tell(value=3.0, bound=6.0, unit='u'); tell(value=5.0, bound=5.5, unit='u')\n"
DONE = "tell(ended='Wahl', seconds=0.5); tell(done=2, of=3); tell(result=asked['ask'].get('name', ''))\n"


def jobs_that(script: str, *, seconds: float = 60.0, memory: int = 10**10, waiting: int = 3, after=None) -> Jobs:
    command = (sys.executable, "-c", HEARS + TELLS + script)
    return Jobs({"study": "s"}, Bounds(seconds, memory, waiting), command=command, after=after)


def until(wanted, seconds: float = WAIT_S) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_job_tells_its_stages_the_best_so_far_and_what_it_made():
    heard = []
    jobs = jobs_that(QUICK + DONE, after=heard.append)
    job = jobs.add("plan", "a", {"name": "a"})
    assert jobs.wait(job, WAIT_S) == "done"
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
    assert first.state == "cancelled" and jobs.wait(first, WAIT_S) == "cancelled"
    process = jobs._process
    jobs.close()
    assert process.wait(WAIT_S) is not None
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
    assert jobs.wait(job, WAIT_S) == "failed" and what in job.problem["what"]
    again = jobs.add("plan", "b", {})  # the next one has its turn
    assert jobs.wait(again, WAIT_S) == "failed"
    jobs.close()


LOOP = (
    "import json, os, sys\nn = 0\nfor line in iter(sys.stdin.readline, ''):\n    n += 1\n"
    "    print(json.dumps({'result': f'{os.getpid()} {n}'}), json.dumps({'over': True}), sep='\\n', flush=True)\n"
)


def test_the_process_of_a_job_does_the_next_one_and_is_let_go_when_nobody_asks():
    jobs = Jobs({}, Bounds(60.0, 10**10, 3, idle_seconds=0.3), command=(sys.executable, "-c", LOOP))
    first, second = (jobs.add("plan", name, {}) for name in "ab")
    assert (jobs.wait(first, WAIT_S), jobs.wait(second, WAIT_S)) == ("done", "done")
    process = first.result.split()[0]
    assert (first.result, second.result) == (f"{process} 1", f"{process} 2")
    until(lambda: jobs._spare is None)
    third = jobs.add("plan", "c", {})
    assert jobs.wait(third, WAIT_S) == "done" and third.result.split() != [process, "3"] and third.result.endswith(" 1")
    jobs.close()
    until(lambda: jobs._spare is None)


def test_a_process_that_ended_while_it_waited_is_replaced_and_one_that_was_cancelled_is_not_kept():
    once = LOOP.replace("iter(sys.stdin.readline, '')", "[sys.stdin.readline()]")
    jobs = Jobs({}, Bounds(60.0, 10**10, 3, idle_seconds=60.0), command=(sys.executable, "-c", once))
    for name in "ab":
        job = jobs.add("plan", name, {})
        assert jobs.wait(job, WAIT_S) == "done" and job.result.endswith(" 1")
    jobs.close()
    slow = LOOP.replace("n += 1", "n += 1; print('{\"stage\": \"x\"}', flush=True); __import__('time').sleep(60)")
    jobs = Jobs({}, Bounds(60.0, 10**10, 3, idle_seconds=60.0), command=(sys.executable, "-c", slow))
    job = jobs.add("plan", "a", {})
    until(lambda: job.stage == "x")
    process = jobs._process
    jobs.remove(job.id)
    assert process.wait(WAIT_S) is not None and jobs._spare is None
    jobs.close()


TELLS_AND_BREAKS = "print(json.dumps({'problem': {'what': 'memory'}}), flush=True); sys.exit(7)"
BREAKS = LOOP.replace("n += 1\n", f"n += 1\n    if n > 1: {TELLS_AND_BREAKS}\n")


def test_a_job_that_breaks_off_in_a_kept_process_is_done_again_in_a_new_one_within_its_time():
    jobs = Jobs({}, Bounds(60.0, 10**10, 3, idle_seconds=60.0), command=(sys.executable, "-c", BREAKS))
    for name in "ab":  # what the first left in the process is no reason for the second to fail
        job = jobs.add("plan", name, {})
        assert jobs.wait(job, WAIT_S) == "done" and job.result.endswith(" 1") and job.problem is None
    jobs.close()
    always = f"import sys\nsys.stdin.readline()\nprint({json.dumps(json.dumps({'stage': 'x'}))}, flush=True)\n"
    jobs = Jobs({}, Bounds(60.0, 10**10, 3, idle_seconds=60.0), command=(sys.executable, "-c", always))
    job = jobs.add("plan", "a", {})
    assert jobs.wait(job, WAIT_S) == "failed" and "ended by itself" in job.problem["what"]
    jobs.close()


def test_a_process_that_starts_while_all_is_closed_is_ended():
    jobs = jobs_that("import time; time.sleep(600)\n", seconds=20.0)
    jobs.close()
    job = Job("1", "plan", "a", {}, "", state="running", began=time.monotonic())
    worker = Worker(jobs._command)
    assert not jobs._told_by(job, worker).late and worker.poll() is not None


def test_what_would_take_less_is_told_by_the_kind_of_job():
    for told in (too_long("stress", 60.0), too_large("stress", 2**30)):
        assert "draws" in told["fix"] and "Ziehungen" in told["german"]["fix"] and "types" not in told["fix"]
    assert "types of measures" in too_long("plan", 60.0)["fix"]


CHILD = "import sys\nfrom nahraum.workflow import job_child\njob_child.done = {done}\nsys.exit(job_child.main())\n"


@pytest.mark.skipif(sys.platform == "win32", reason="memory is bounded where the system can say so")
def test_a_job_may_not_have_more_memory_than_it_may():
    command = (sys.executable, "-c", CHILD.format(done="lambda asked, tell: bytearray(2 * 10**9)"))
    jobs = Jobs({}, Bounds(60.0, 10**9, 1), command=command)
    job = jobs.add("plan", "a", {})
    assert jobs.wait(job, WAIT_S) == "failed"
    assert "memory" in job.problem["what"] and "serving.job_memory_bytes" in job.problem["fix"]
    jobs.close()


def test_an_error_of_the_program_is_told_by_its_kind_and_says_no_more():
    done = "lambda asked, tell: {}['/home/secret']"
    jobs = Jobs({}, Bounds(60.0, 10**10, 1), command=(sys.executable, "-c", CHILD.format(done=done)))
    job = jobs.add("stress", "a", {})
    assert jobs.wait(job, WAIT_S) == "failed"
    assert "error of the program" in job.problem["what"] and job.problem["where"] == ["KeyError"]
    assert "Fehler des Programms" in job.problem["german"]["what"] and "secret" not in str(job.problem)
    jobs.close()


def test_the_process_of_a_job_ends_with_the_server_even_one_that_is_killed():
    script = CHILD.format(done="lambda asked, tell: (tell({'stage': 'x'}), __import__('time').sleep(60))")
    child = subprocess.Popen((sys.executable, "-c", script), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child.stdin.write('{"memory_bytes": 10000000000}\n')
    child.stdin.flush()
    assert "x" in child.stdout.readline()
    child.stdin.close()  # what the system does to the pipe of a dead server
    assert child.wait(WAIT_S) != 0
    child.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends a process there at once")
def test_a_working_folder_goes_with_the_job_also_when_the_server_is_killed():
    done = "lambda asked, tell: within(tell)"
    script = (
        "import tempfile, time\ndef within(tell):\n    with tempfile.TemporaryDirectory() as folder:\n"
        "        tell({'stage': folder})\n        time.sleep(600)\n"
    ) + CHILD.format(done=done)
    child = subprocess.Popen((sys.executable, "-c", script), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child.stdin.write('{"memory_bytes": 10000000000}\n')
    child.stdin.flush()
    folder = Path(json.loads(child.stdout.readline())["stage"])
    assert folder.is_dir()
    child.stdin.close()
    assert child.wait(WAIT_S) != 0 and not folder.exists()
    child.stdout.close()


def test_the_page_knows_every_stage_of_a_job_in_both_languages():
    page = (Path(__file__).parents[2] / "web" / "src" / "office" / "stages.ts").read_text(encoding="utf-8")
    known = dict(re.findall(r'\["([^"]+)", "([^"]+)"\]', page))
    assert known.items() <= {german: english for english, german in _DE.items()}.items()
    asked = {"opening the study", "read inputs", "candidate sites", "effect of each site", "choice of measures"}
    assert asked | {"front of plans", "documents of the plan"} <= set(known.values())
