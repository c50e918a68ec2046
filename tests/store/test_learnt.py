import pytest

from store import learnt
from store.learnt import MOST, Terms
from store.lexicon import Lexicon

GLOSSARY = Lexicon([(("agent",), ("智能体", "代理")), (("video generation",), ("视频生成",))])


def test_a_learnt_term_has_its_counterpart():
    grown = GLOSSARY.grown([("kirigami", "剪纸雕刻")])
    assert grown.units("kirigami") == [("kirigami", "剪纸雕刻")]
    assert grown.units("剪纸雕刻") == [("剪纸雕刻", "kirigami")]


def test_a_learnt_term_beside_one_of_the_glossarys_is_understood_as_that():
    assert GLOSSARY.grown([("autonomous helper", "智能体")]).units("autonomous helpers") == [
        ("autonomous helpers", "autonomous helper", "智能体", "agent", "代理")
    ]


@pytest.mark.parametrize("text", ["agent", "智能体", "video generation"])
def test_the_glossarys_own_terms_mean_what_they_meant(text):
    pairs = [("agent", "蛋白质"), ("protein", "智能体"), ("video generation", "化学")]
    assert GLOSSARY.grown(pairs).units(text) == GLOSSARY.units(text)


def test_a_grown_glossary_keeps_its_name_and_leaves_the_first_alone():
    grown = GLOSSARY.grown([("kirigami", "剪纸雕刻")])
    assert grown.digest == GLOSSARY.digest
    assert GLOSSARY.units("kirigami") == [("kirigami",)]


def test_what_is_learnt_is_understood_at_once(db):
    terms = Terms(db, GLOSSARY)
    assert terms.lexicon is GLOSSARY
    learnt.add(db, "kirigami", "剪纸雕刻")
    assert len(terms.lexicon.units("kirigami")[0]) == 2
    assert terms.lexicon is terms.lexicon


def test_what_papers_tell_is_replaced_and_what_a_model_gave_stays(db):
    learnt.replace(db, [("weaving", "编织")])
    learnt.add(db, "kirigami", "剪纸雕刻")
    learnt.replace(db, [("pottery", "陶艺")])
    assert sorted(learnt.pairs(db)) == [("kirigami", "剪纸雕刻"), ("pottery", "陶艺")]


def test_both_kinds_are_bounded(db, monkeypatch):
    monkeypatch.setitem(MOST, "papers", 2)
    monkeypatch.setitem(MOST, "model", 2)
    learnt.replace(db, [(f"craft{n}", "编织") for n in range(5)])
    for n in range(5):
        learnt.add(db, f"term{n}", "陶艺")
    assert [english for english, _ in learnt.pairs(db)] == ["craft0", "craft1", "term3", "term4"]
