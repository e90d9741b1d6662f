"""A plan's worker: a killed solver, a killed worker, a lease that runs out, a plan that is accepted meanwhile."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from portfolios import tasks
from portfolios.domain.pooling import Plan, breaches, fast, greedy, solved
from portfolios.domain.pooling.packing import packed, packed_plan, unpacked, unpacked_plan
from portfolios.models.plans import PoolingPlan
from portfolios.queries.plans import placements
from portfolios.services import plans
from portfolios.services.plans import answering, solving, working
from portfolios.services.plans.solving import Solve, solve
from tests import snapshots
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers, planning
from tests.portfolios.domain.pooling.tapes import small, tape

WHY = "The reason is on our side; staff can see it in the log."
LATER = NOW + working.LEASE + timedelta(seconds=1)


def made():
    lender = offers.lender()
    run = planning.checked(lender, 60, criteria=offers.published(offers.purchaser()))
    return planning.asked(run, lender)


@pytest.fixture
def plan(db):
    return snapshots.made_once("waiting pooling plan", made)


def test_a_problem_and_a_plan_survive_packing():
    problem = small(3, budget=50_000_000)
    again = unpacked(packed(problem))
    plan = greedy(problem)
    assert greedy(again).earned == plan.earned
    assert [pool.code for pool in again.pools] == [pool.code for pool in problem.pools]
    assert again.budgets == problem.budgets
    found = unpacked_plan(packed_plan(plan))
    assert (found.earned, found.method, found.chosen.tolist()) == (plan.earned, plan.method, plan.chosen.tolist())


@pytest.mark.parametrize("method", ["fast", "exact"])
def test_another_process_comes_to_the_same_answer(method):
    problem = small(5)
    here = fast(problem) if method == "fast" else solved(problem, seconds=30.0, gap=0.0)
    found = solve(problem, method=method, seconds=30.0, tick=lambda: None)
    assert found.plan is not None
    assert (found.plan.earned, found.state) == (here.earned, "proven" if method == "exact" else found.state)


@pytest.mark.faults
def test_a_solve_past_its_deadline_is_killed_with_its_group(monkeypatch):
    monkeypatch.setattr(solving, "STARTING_SECONDS", 0.0)
    begun, processes = time.monotonic(), []
    started = solving._started
    monkeypatch.setattr(solving, "_started", lambda *args: processes.append(started(*args)) or processes[0])
    found = solve(tape(3_000), method="exact", seconds=0.1, tick=lambda: None)
    assert (found.plan, found.state) == (None, "stopped")
    assert time.monotonic() - begun < 5
    assert processes[0].returncode == -signal.SIGKILL


DYING = {
    "import sys; sys.exit('Traceback: /srv/secret/solver.py, line 3')": WHY,
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": "too little memory",
    "raise MemoryError('Unable to allocate 4. GiB for an array')": "too little memory",
    "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)": "used up its time on the processor",
}


@pytest.mark.parametrize(("program", "sentence"), DYING.items())
def test_a_solver_that_dies_is_told_in_a_sentence_and_its_own_words_go_to_the_log(
    monkeypatch, caplog, program, sentence
):
    def dying(folder, errors, *_):
        return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stderr=errors)

    monkeypatch.setattr(solving, "_started", dying)
    found = solve(small(5), method="exact", seconds=20.0, tick=lambda: None)
    assert (found.plan, found.state) == (None, "failed")
    assert sentence in found.note
    assert not {"Traceback", "/srv", "GiB"} & set(found.note.replace(":", " ").split())
    assert "ended with code" in caplog.text
    if "Traceback" in program:
        assert "/srv/secret/solver.py, line 3" in caplog.text


@pytest.mark.faults
def test_a_solver_whose_worker_is_gone_ends_by_itself(tmp_path):
    (tmp_path / "problem.npz").write_bytes(packed(tape(3_000)))
    arguments = ["exact", str(tmp_path / "problem.npz"), str(tmp_path / "plan.npz"), "60", "0", "4000"]
    process = subprocess.Popen([sys.executable, "-m", "portfolios.domain.pooling", *arguments], stdin=subprocess.PIPE)
    process.stdin.close()  # as when whoever started it was killed
    assert process.wait(timeout=20) == 1


@pytest.mark.faults
def test_a_solver_has_no_more_memory_than_it_is_given(tmp_path):
    (tmp_path / "problem.npz").write_bytes(packed(tape(200)))
    arguments = ["exact", str(tmp_path / "problem.npz"), str(tmp_path / "plan.npz"), "60", "0", "60"]
    command = [sys.executable, "-m", "portfolios.domain.pooling", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.wait(timeout=30) != 0
    assert not (tmp_path / "plan.npz").exists()


def test_a_plan_that_breaks_a_rule_is_no_answer(tmp_path):
    problem = small(1)
    most = int(np.argmax(problem.value))
    columns = np.array([problem.columns_of(loan)[-1] for loan in range(8)])
    assert breaches(problem, columns)
    (tmp_path / "plan.npz").write_bytes(packed_plan(Plan(columns, int(problem.value[most]), None, "exact")))
    assert solving._answer(problem, tmp_path, None) is None


def stopping(exact: Solve):
    """Solves as they are, but the exact one ends like this."""
    real = solve

    def solved_or_stopped(problem, *, method, **given):
        return exact if method == "exact" else real(problem, method=method, **given)

    return solved_or_stopped


def test_a_solver_killed_at_its_deadline_leaves_the_fast_answer_and_says_so(plan, monkeypatch):
    monkeypatch.setattr(answering, "solve", stopping(Solve(None, "stopped", 20.0)))
    done = planning.answered(plan)
    assert (done.state, done.summary["solve"]["state"]) == ("done", "stopped")
    assert done.summary["answer"] in ("fast", "greedy")
    assert any("stopped at its deadline" in note for note in done.summary["notes"])
    assert done.earned <= done.bound
    assert placements(done).height == done.loan_count


def test_without_any_solver_the_greedy_answer_stands(plan, monkeypatch):
    monkeypatch.setattr(answering, "solve", lambda *args, **given: Solve(None, "failed", 0.1, WHY))
    done = planning.answered(plan)
    assert (done.state, done.summary["answer"], done.bound) == ("done", "greedy", None)
    ended = done.summary["solve"]
    assert (ended["state"], ended["seconds"], ended["note"]) == ("failed", 0.1, WHY)


def test_a_killed_worker_is_followed_by_another_with_the_same_answer(plan, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(problem, *, method, **given):
        if method == "exact":
            raise Killed
        return solve(problem, method=method, **given)

    monkeypatch.setattr(answering, "solve", killed)
    with pytest.raises(Killed):
        plans.work(plan_id=plan.pk, clock=lambda: NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.attempts) == ("fast", 1)
    first = (plan.inputs_hash, plan.columns.name)
    assert plans.waiting(at=NOW) == []
    assert plans.waiting(at=LATER) == [plan.pk]
    assert not plans.work(plan_id=plan.pk, clock=lambda: NOW), "its lease is not over"
    monkeypatch.setattr(answering, "solve", solve)
    assert plans.work(plan_id=plan.pk, clock=lambda: LATER)
    plan.refresh_from_db()
    assert (plan.state, plan.attempts, plan.lease_until) == ("done", 2, None)
    assert (plan.inputs_hash, plan.columns.name) == first
    assert not plans.work(plan_id=plan.pk, clock=lambda: LATER), "nothing is left to do"


def test_an_error_gives_the_lease_back_and_after_some_tries_the_plan_is_given_up(plan, monkeypatch):
    def broken(held):
        raise RuntimeError("disk full")

    monkeypatch.setattr(working, "prepared", broken)
    for _ in range(working.MAX_ATTEMPTS):
        with pytest.raises(RuntimeError):
            plans.work(plan_id=plan.pk, clock=lambda: NOW)
    assert plans.waiting(at=NOW) == []
    assert plans.give_up_hopeless(at=NOW) == 1
    plan.refresh_from_db()
    assert plan.state == "failed"
    assert "4 tries" in plan.problem


def test_a_plan_accepted_before_its_exact_answer_stays_as_it_was_accepted(plan, monkeypatch):
    def accepting(problem, *, method, **given):
        if method == "exact":
            PoolingPlan.objects.filter(pk=plan.pk).update(state="accepted", lease_until=None)
        return solve(problem, method=method, **given)

    monkeypatch.setattr(answering, "solve", accepting)
    assert not plans.work(plan_id=plan.pk, clock=lambda: NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.summary["solve"]["state"]) == ("accepted", "running")
    assert placements(plan).height == plan.loan_count


def test_a_lease_is_held_while_the_solver_runs(plan):
    held = working.claim(plan_id=plan.pk, at=NOW)
    working._renew(held, NOW + working.LEASE - timedelta(seconds=1))
    plan.refresh_from_db()
    assert plan.lease_until == NOW + 2 * working.LEASE - timedelta(seconds=1)
    PoolingPlan.objects.filter(pk=plan.pk).update(lease_until=LATER)
    with pytest.raises(working.Lost):
        working._renew(held, NOW + 2 * working.LEASE)


def test_a_selection_without_loans_is_told(plan):
    PoolingPlan.objects.filter(pk=plan.pk).update(selection={"property_state": ["ZZ"]})
    done = planning.answered(plan)
    assert done.state == "failed"
    assert "0 loans" in done.problem


def test_replaced_files_do_not_stay(plan):
    done = planning.answered(plan)
    kept = Path(done.placements.path)
    assert [path for path in kept.parent.iterdir() if path.name.endswith("placements.parquet")] == [kept]


@pytest.mark.faults
def test_a_solver_killed_halfway_leaves_what_it_found_until_then(monkeypatch):
    problem = tape(1_000)
    start, killed = greedy(problem), []

    def kill(process, folder):
        written = folder / "plan.npz"
        if written.exists() and unpacked_plan(written.read_bytes()).bound is not None and not killed:
            process.send_signal(signal.SIGKILL)
            killed.append(process)

    monkeypatch.setattr(solving, "_started", watched := Watched(solving._started))
    found = solve(problem, method="exact", seconds=60.0, tick=lambda: kill(*watched.last), start=start)
    assert killed
    assert found.plan is not None
    assert found.plan.earned >= start.earned
    assert found.plan.bound >= found.plan.earned
    assert found.state in ("failed", "proven")


class Watched:
    """The start of a solver's process, with the process and its folder for whoever wants to kill it."""

    def __init__(self, started) -> None:
        self.started, self.last = started, ()

    def __call__(self, folder, *others):
        self.last = (self.started(folder, *others), folder)
        return self.last[0]


def test_a_worker_that_dies_takes_its_solver_with_it(tmp_path):
    script = (
        "import os, subprocess, sys\n"
        "solver = subprocess.Popen([sys.executable, '-m', 'portfolios.domain.pooling', *sys.argv[1:]],"
        " stdin=subprocess.PIPE, start_new_session=True)\n"
        "print(solver.pid, flush=True)\nsys.stdin.read()\n"
    )
    (tmp_path / "problem.npz").write_bytes(packed(tape(1_000)))
    arguments = ["exact", str(tmp_path / "problem.npz"), str(tmp_path / "plan.npz"), "60", "0", "4000"]
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        solver = int(worker.stdout.readline())
        worker.send_signal(signal.SIGKILL)
    assert ended(solver, seconds=20)


def ended(process: int, *, seconds: float) -> bool:
    """Whether a process is gone, or dead and not yet buried, within these seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        state = Path(f"/proc/{process}/stat")
        try:
            if state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_a_broker_that_is_lost_leaves_the_plan_to_the_next_look(plan, monkeypatch):
    """The message of the plan never arrives: whoever looks for waiting plans finds it, and it is answered once."""
    sent = []
    monkeypatch.setattr(tasks.solve_plan, "delay", lambda plan_id: sent.append(plan_id))
    tasks.sweep()
    assert sent == [plan.pk]
    assert plans.work(plan_id=plan.pk, clock=lambda: NOW)
    tasks.sweep()
    assert sent == [plan.pk]
