"""Checks, their findings and exports."""

from accounts.models import Role
from tests.architecture.url_fixtures.case import Case
from tests.factories import ExportFactory, RunFactory, RunRuleFactory, UserFactory


def diligence() -> dict[str, Case]:
    check = RunFactory()
    people = {
        "stranger": UserFactory(roles=[Role.UPLOADER, Role.MANAGER]),
        "wrong_role": UserFactory(organization=check.version.tape.organization, roles=[Role.ADMIN]),
    }
    run = {"pk": check.pk}
    rule = RunRuleFactory(run=check)
    export = ExportFactory(run=check)
    loan, download = run | {"row_no": 1}, {"pk": export.pk}
    return {
        "diligence:run-strata": Case(run, **people),
        "diligence:run-gaps": Case(run, **people),
        "diligence:run-history": Case(run, **people),
        "diligence:run-findings": Case(run | {"code": rule.code}, **people),
        "diligence:loans": Case(run, **people),
        "diligence:loan": Case(loan, **people),
        "diligence:loan-decide": Case(loan | {"rule_no": 1, "seq": 0}, **people, method="post"),
        "diligence:run-export": Case(run, **people, method="post"),
        "diligence:run-download": Case(download, **people),
        "diligence:run-file": Case(download, **people),
        "diligence:check": Case({"pk": check.version_id}, **people, method="post"),
        "diligence:run": Case(run, **people),
        "diligence:progress": Case(run, **people),
        "diligence:stop": Case(run, **people, method="post"),
        "diligence:tell-me": Case(run, **people, method="post"),
    }
