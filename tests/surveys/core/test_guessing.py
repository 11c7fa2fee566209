"""Wrong codes are counted by address; after so many the door stays shut for a while."""

from django.test import RequestFactory

from surveys.core.guessing import MOST_WRONG, is_held_back, note_wrong


def asked(address="203.0.113.7"):
    return RequestFactory().post("/s/", REMOTE_ADDR=address)


def test_an_address_is_held_back_after_so_many_wrong_codes_and_no_other():
    for _try in range(MOST_WRONG):
        assert not is_held_back(asked(), "code")
        note_wrong(asked(), "code")
    assert is_held_back(asked(), "code")
    assert not is_held_back(asked(), "another sort")
    assert not is_held_back(asked("203.0.113.8"), "code")
