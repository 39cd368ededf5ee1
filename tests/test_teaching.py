"""``attune teach`` writes the page and opens it."""

import webbrowser

import pytest

from sim import cli


@pytest.fixture
def opened(monkeypatch, tmp_path):
    addresses = []
    monkeypatch.setattr(webbrowser, "open", lambda address: addresses.append(address) or True)
    monkeypatch.chdir(tmp_path)
    return addresses


def test_the_page_is_written_and_opened(opened, tmp_path, capsys):
    assert cli.main(["teach"]) == 0
    assert opened == [(tmp_path / "page" / "index.html").as_uri()]
    assert "page/index.html" in capsys.readouterr().out


def test_it_goes_where_it_is_told_and_stays_closed(opened, tmp_path):
    assert cli.main(["teach", "folder=my/course", "open=false"]) == 0
    assert (tmp_path / "my" / "course" / "index.html").is_file()
    assert not opened


def test_where_there_is_no_browser_it_says_what_to_do(opened, monkeypatch, capsys):
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert cli.main(["teach"]) == 0
    assert "double click" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fold=x"], "did you mean 'folder'?"),
        (["training=zen"], "it takes folder=... and open=false"),
        (["open=perhaps"], "it takes true or false"),
        (["folder="], "names no folder"),
        (["folder=taken"], "cannot write the results to taken/index.html"),
    ],
)
def test_a_mistake_gets_one_sentence(opened, words, said, tmp_path, capsys):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    assert cli.main(["teach", *words]) == 2
    assert said in capsys.readouterr().err
    assert not opened
