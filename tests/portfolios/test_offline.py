"""The offline page is in step with the modules it is made of, and is handed out as it is."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolios import offline
from portfolios.models import Sale
from portfolios.offline.bundling import NotBundled, bundled
from tests.factories import UserFactory
from tests.portfolios.auction import make_auction


def test_the_files_are_in_step_with_what_they_are_made_of():
    assert offline.SCHEMA_MODULE.read_text(encoding="utf-8") == offline.schema_module(), "python -m portfolios.offline"
    assert offline.PAGE.read_text(encoding="utf-8") == offline.page(), "python -m portfolios.offline"


def test_nothing_in_the_page_points_anywhere_else():
    text = offline.page()
    assert not re.search(r"""\b(?:src|href|action)\s*=\s*["']""", text)
    assert "@import" not in text
    assert set(re.findall(r"https?://[^\s\"'`)]+", text)) <= {"https://json-schema.org/draft/2020-12/schema"}
    assert "default-src 'none'" in text


@pytest.mark.django_db
def test_it_is_handed_out_byte_for_byte_to_whoever_is_signed_in(client):
    address = reverse("portfolios:seal_offline")
    assert client.get(address).status_code == 302
    client.force_login(UserFactory())
    answer = client.get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="plumbline-seal.html"'
    assert hashlib.sha256(answer.content).hexdigest() == offline.page_sha256()
    assert client.post(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["portfolios:sale", "portfolios:sale-sealing"])
def test_its_sum_stands_on_the_page_of_the_sale_and_where_sealing_is_explained(client, name):
    auction = make_auction()
    now = timezone.now()
    Sale.objects.filter(pk=auction.sale.pk).update(announced_at=now, bids_due_at=now + timedelta(days=1))
    client.force_login(auction.bidder().organization.people.get())
    assert offline.page_sha256() in client.get(reverse(name, args=[auction.sale.number])).content.decode()


def test_modules_are_put_together_in_the_order_they_need_each_other(tmp_path):
    (tmp_path / "a.js").write_text('import { two } from "./b.js";\nconst kept = two() + 1;\n')
    (tmp_path / "b.js").write_text('import { one } from "./c.js";\nexport function two() { return one + 1; }\n')
    (tmp_path / "c.js").write_text("const x=1;export{x as one};")
    text = bundled(tmp_path / "a.js")
    assert text.index("const x=1") < text.index("function two") < text.index("const kept")
    assert "return { one: x };" in text
    assert "import" not in text
    assert "export" not in text


@pytest.mark.parametrize("line", ['import "./b.js";', 'import x from "./b.js";', "export default 1;"])
def test_an_unknown_way_to_import_or_export_is_an_error(tmp_path, line):
    (tmp_path / "a.js").write_text(line + "\n")
    with pytest.raises(NotBundled, match=r"a\.js"):
        bundled(tmp_path / "a.js")
