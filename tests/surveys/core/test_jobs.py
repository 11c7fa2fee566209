"""The job table: leases, fences, recovery."""

import datetime as dt

import pytest
from django.db import OperationalError

from surveys.core import jobs
from surveys.core.claims import LEASE, LeaseLostError
from surveys.core.enums import JobState
from surveys.core.jobs import Sweeper, claim_next, enqueue, register, release, run, run_due, sweep
from surveys.core.models import Job

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
LATER = NOW + LEASE + dt.timedelta(seconds=1)

pytestmark = pytest.mark.django_db


class TooFewUnitsError(Exception):
    """An error of our own, as an app would raise it."""


TooFewUnitsError.__module__ = "evaluation.rankings.actions"
seen = []


@register("test.echo")
def echo(claim):
    claim.progress(1, 2, "half")
    seen.append(claim.args)
    return {"echo": claim.args["word"]}


@register("test.refuse")
def refuse(claim):
    raise TooFewUnitsError("Two units are needed.")


@register("test.fault")
def fault(claim):
    raise KeyError("secret detail")


@register("test.database")
def database(claim):
    raise OperationalError("connection lost")


def echo_job(word="a", **more):
    return enqueue(kind="test.echo", args={"word": word}, now=NOW, **more)


def test_a_job_runs_once_and_keeps_its_result():
    job = echo_job()
    assert run_due(NOW) == 1
    assert run_due(NOW) == 0
    job.refresh_from_db()
    assert (job.state, job.result, job.n_attempts, job.fence) == (JobState.DONE, {"echo": "a"}, 1, 1)
    assert (job.n_done, job.n_total, job.note) == (1, 2, "half")
    assert job.lease_until is None


def test_a_job_for_later_waits():
    echo_job(not_before=LATER)
    assert run_due(NOW) == 0
    assert run_due(LATER) == 1


def test_the_same_key_is_one_job_until_it_is_done():
    first = echo_job(key="k")
    assert echo_job(key="k").pk == first.pk
    run_due(NOW)
    again = echo_job(key="k")
    assert again.pk != first.pk
    assert Job.objects.count() == 2


def test_arguments_that_are_not_json_are_refused():
    with pytest.raises(TypeError):
        enqueue(kind="test.echo", args={"x": object()}, now=NOW)


def test_an_error_of_ours_is_told_in_its_own_words():
    job = enqueue(kind="test.refuse", args={}, now=NOW)
    run_due(NOW)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Two units are needed.")


def test_an_unexpected_error_gives_away_nothing(caplog):
    job = enqueue(kind="test.fault", args={}, now=NOW)
    run_due(NOW)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "KeyError" in job.error
    assert "secret detail" not in job.error
    assert "secret detail" in caplog.text


def test_a_database_failure_puts_the_job_back_to_wait():
    job = enqueue(kind="test.database", args={}, now=NOW)
    claim = claim_next(NOW)
    run(claim)
    job.refresh_from_db()
    assert (job.state, job.n_attempts) == (JobState.QUEUED, 1)
    assert job.not_before > NOW


def test_a_job_nobody_can_do_waits_for_a_worker_that_can():
    job = enqueue(kind="test.unknown", args={}, now=NOW)
    run_due(NOW)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_two_claims_of_one_job_are_impossible():
    echo_job()
    assert claim_next(NOW) is not None
    assert claim_next(NOW) is None


def test_a_lapsed_lease_returns_the_job_and_fences_off_the_old_worker():
    job = echo_job()
    lost = claim_next(NOW)
    assert sweep(NOW) == 0
    assert sweep(LATER) == 1
    with pytest.raises(LeaseLostError):
        lost.renew()
    with pytest.raises(LeaseLostError), lost.fenced():
        Job.objects.filter(pk=job.pk).update(note="written by the dead")
    job.refresh_from_db()
    assert (job.state, job.note) == (JobState.QUEUED, "")
    assert run_due(LATER) == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.n_attempts) == (JobState.DONE, {"echo": "a"}, 2)


def test_a_worker_fenced_off_does_not_overwrite_the_result_of_the_next():
    job = echo_job()
    slow = claim_next(NOW)
    sweep(LATER)
    run_due(LATER)
    run(slow)
    job.refresh_from_db()
    assert (job.state, job.fence, job.n_attempts) == (JobState.DONE, 3, 2)


def test_a_fenced_transaction_renews_the_lease():
    job = echo_job()
    claim = claim_next(NOW)
    with claim.fenced():
        Job.objects.filter(pk=job.pk).update(note="kept")
    job.refresh_from_db()
    assert job.lease_until > NOW + LEASE


def test_a_job_that_kills_its_workers_fails_in_the_end():
    job = echo_job()
    moment = NOW
    for _n in range(jobs.MAX_ATTEMPTS):
        assert claim_next(moment) is not None
        moment += LEASE + dt.timedelta(seconds=1)
        assert sweep(moment) == 1
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "5 times" in job.error


def test_a_dead_worker_is_released_at_once():
    echo_job()
    claim_next(NOW)
    assert release("elsewhere:1", NOW) == 0
    assert release(jobs.worker_name(), NOW) == 1
    assert claim_next(NOW) is not None


def test_the_sweeper_trusts_its_own_watching_and_no_clock():
    job = echo_job()
    claim_next(NOW)
    Job.objects.filter(pk=job.pk).update(lease_until=NOW + dt.timedelta(days=365))
    look = Sweeper()
    assert look(NOW, elapsed=0.0) == 0
    assert look(NOW, elapsed=LEASE.total_seconds() - 1) == 0
    assert look(NOW, elapsed=LEASE.total_seconds() + 1) == 1
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_the_sweeper_leaves_a_renewed_lease_alone():
    echo_job()
    claim = claim_next(NOW)
    look = Sweeper()
    look(LATER, elapsed=0.0)
    claim.renew()
    assert look(LATER, elapsed=30.0) == 0
    assert look(LATER, elapsed=45.0) == 0
    assert look(LATER, elapsed=51.0) == 1


def test_two_handlers_of_one_kind_are_a_mistake():
    with pytest.raises(ValueError, match="two handlers"):
        register("test.echo")(lambda claim: {})


def test_two_periodic_functions_of_one_name_are_a_mistake():
    jobs.periodic("test.tick", seconds=1)(lambda now: None)
    with pytest.raises(ValueError, match=r"test\.tick"):
        jobs.periodic("test.tick", seconds=1)(lambda now: None)
    del jobs._periodic["test.tick"]
