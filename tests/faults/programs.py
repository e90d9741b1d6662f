"""What a fault test asks of the running installation, as small programs for `manage.py shell`.

They run in a process of their own, against the database and the broker of that installation, and print one JSON object.
"""

UPLOAD = """
import json
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from accounts.models import Organization, User
from loans import tasks
from loans.services import tapes
lender, _ = Organization.objects.get_or_create(slug="lender", defaults={"name": "Lender", "kind": "lender"})
user = User.objects.filter(email="uploader@example.com").first() or User.objects.create_user(
    "uploader@example.com", "plumb-bob-and-string-9", name="Uploader", organization=lender, roles=["uploader"])
with open(PATH, "rb") as source:
    upload = SimpleUploadedFile("tape.csv", source.read())
received = tapes.receive(upload=upload, by=user, at=timezone.now())
tasks.read.delay(received.version.pk)
print(json.dumps({"version": received.version.pk}))
"""

VERSION = """
import json
from loans.models import TapeVersion
version = TapeVersion.objects.get(pk=PK)
print(json.dumps({"status": version.status, "problem": version.problem}))
"""

CHECK = """
import json
from django.utils import timezone
from diligence import tasks
from diligence.services import runs
from loans.domain.mapping import Mapping
from loans.models import TapeVersion
version = TapeVersion.objects.get(pk=PK)
mapping = Mapping.from_json(version.mapping) if version.status == "mapping" else None
run = runs.start(version=version, criteria=None, as_of=timezone.localdate(), by=version.uploaded_by,
                 at=timezone.now(), mapping=mapping, accept_missing=True)
tasks.advance.delay(run.pk)
print(json.dumps({"run": run.pk}))
"""

PROGRESS = """
import json
from diligence.models import Run
run = Run.objects.get(pk=PK)
print(json.dumps({"status": run.status, "done": run.chunks_done, "problem": run.problem}))
"""

RUN = """
import json
from django.db import connection
from diligence.models import Run
run = Run.objects.get(pk=PK)
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*), count(DISTINCT row_no), min(row_no), max(row_no) FROM loans_loan "
                   "WHERE version_id = %s", [run.version_id])
    loans = cursor.fetchone()
    cursor.execute("SELECT r.code, count(f.*), max(r.findings) FROM diligence_runrule r LEFT JOIN diligence_finding f "
                   "ON f.run_id = r.run_id AND f.rule_no = r.rule_no WHERE r.run_id = %s GROUP BY r.code "
                   "HAVING max(r.findings) > 0 OR count(f.*) > 0 ORDER BY r.code", [run.pk])
    rules = cursor.fetchall()
print(json.dumps({"status": run.status, "problem": run.problem, "done": run.chunks_done, "parts": run.chunk_count,
                  "checked": run.loans_done, "loans": loans, "rules": rules, "fatal": run.fatal,
                  "attempts": sum(run.chunks.values_list("attempts", flat=True))}))
"""

FLUSH = """
import json, redis
from django.conf import settings
redis.from_url(settings.REDIS_URL).flushall()
print(json.dumps({"flushed": True}))
"""
