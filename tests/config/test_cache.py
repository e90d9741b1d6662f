"""The cache keeps its clients, each for one pool of connections."""

from django.core.cache import cache


def test_one_client_answers_every_question():
    client = cache._cache.get_client()
    assert cache._cache.get_client(write=True) is client
    cache.set("of-a-test", [1, "two"], 5)
    assert cache.get("of-a-test") == [1, "two"]
    assert not cache.add("of-a-test", "another", 5)
    cache.delete("of-a-test")
    assert cache.get("of-a-test") is None
