"""Price grids and pooling plans."""

from django.utils import timezone

from accounts.models import Role
from portfolios.models.plans import PoolingPlan
from tests.architecture.url_fixtures.case import Case
from tests.factories import RunFactory, UserFactory
from tests.portfolios import plans


def planning() -> dict[str, Case]:
    """Price grids and pooling plans, which are for managers."""
    grid = plans.grid(UserFactory(roles=[Role.MANAGER]))
    uploader = UserFactory(organization=grid.organization, roles=[Role.UPLOADER])
    manager = {"stranger": UserFactory(roles=[Role.MANAGER]), "wrong_role": uploader}
    kind, found = {"kind": "mbs"}, {"pk": grid.pk}
    run = RunFactory(version__tape__organization=grid.organization)
    plan = PoolingPlan.objects.create(
        organization=grid.organization, name="A plan", run=run, created_by=grid.loaded_by, created_at=timezone.now()
    )
    pages = ("plan", "plan-progress", "plan-accept", "plan-loans", "plan-compare", "plan-csv", "plan-xlsx")
    return {
        **{f"portfolios:{name}": Case(wrong_role=uploader) for name in ("plans", "plan-new", "grids")},
        **{
            f"portfolios:{name}": Case(kind, wrong_role=uploader)
            for name in ("grid-load", "grid-template", "grid-sample")
        },
        "portfolios:grid-samples": Case(wrong_role=uploader, method="post"),
        **{f"portfolios:{name}": Case(found, **manager) for name in ("grid", "grid-retire", "grid-file")},
        **{f"portfolios:{name}": Case({"pk": plan.pk}, **manager) for name in pages},
        "portfolios:plan-loan": Case({"pk": plan.pk, "row_no": 1}, **manager),
    }
