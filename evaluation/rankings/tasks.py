"""What workers do for rankings: evaluate a cycle, telling how far they are."""

from django.urls import reverse
from django.utils import timezone

from evaluation.cycles.queries import cycle_by_code
from evaluation.rankings.actions import evaluate
from evaluation.rankings.actions.evaluation import DRAWS
from surveys.core.jobs import Claim, register
from surveys.core.models import User

KIND = "evaluate"


@register(KIND)
def evaluate_cycle(claim: Claim) -> dict[str, int | str]:
    """Score the cycle named in the job; run again after a crash it gives the equal result."""
    cycle = cycle_by_code(claim.args["cycle"])
    actor = User.objects.filter(pk=claim.args.get("actor") or 0).first()
    draws = int(claim.args.get("draws", DRAWS))
    run = evaluate(cycle=cycle, actor=actor, now=timezone.now(), claim=claim, draws=draws)
    url = reverse("rankings:result", args=[cycle.code])
    return {"url": url, "cycle": cycle.code, "run": run.number, "result_digest": run.result_digest}
