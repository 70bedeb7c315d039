import pytest

from cariatide.commission.models import Seance

pytestmark = pytest.mark.django_db


def test_calendar_is_empty_at_first(monde):
    assert list(Seance.objects.visible_to(monde.perimetre("membre"))) == []
    assert list(Seance.objects.visible_to(monde.perimetre("dora"))) == []
    assert list(Seance.objects.visible_to(monde.perimetre("eve"))) == []
