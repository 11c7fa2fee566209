"""What workers do for rankings: evaluate a cycle, telling how far they are."""

from django.urls import reverse
from django.utils import timezone

from evaluation.cycles.queries import cycle_by_code
from evaluation.rankings.actions import evaluate, study
from evaluation.rankings.actions.evaluation import DRAWS
from evaluation.rankings.models import Run
from surveys.core.jobs import Claim, register
from surveys.core.models import User

KIND = "evaluate"
STUDY = "study"


@register(KIND)
def evaluate_cycle(claim: Claim) -> dict[str, int | str]:
    """Score the cycle named in the job; run again after a crash it gives the equal result."""
    cycle = cycle_by_code(claim.args["cycle"])
    actor = User.objects.filter(pk=claim.args.get("actor") or 0).first()
    draws = int(claim.args.get("draws", DRAWS))
    run = evaluate(cycle=cycle, actor=actor, now=timezone.now(), claim=claim, draws=draws)
    url = reverse("rankings:result", args=[cycle.code])
    return {"url": url, "cycle": cycle.code, "run": run.number, "result_digest": run.result_digest}


@register(STUDY)
def study_run(claim: Claim) -> dict[str, int | str]:
    """Study the run named in the job; run again it gives the study that is there."""
    run = Run.objects.select_related("cycle").get(pk=claim.args["run"])
    actor = User.objects.filter(pk=claim.args.get("actor") or 0).first()
    study(run=run, actor=actor, now=timezone.now(), claim=claim)
    return {
        "url": reverse("rankings:sensitivity", args=[run.cycle.code]),
        "cycle": run.cycle.code,
        "run": run.number,
    }
