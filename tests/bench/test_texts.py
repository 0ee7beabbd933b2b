"""What is measured is what it is said to be: made-up articles of one passage, fair questions."""

from retrieval.passages import cut
from tests.bench import texts


def test_made_up_articles_are_one_passage_each_and_all_different() -> None:
    made = texts.documents(700)  # more than there are names without a number
    assert made == texts.documents(700)
    assert len({one.id for one in made}) == len({one.title for one in made}) == 700
    assert len({one.text for one in made}) == 700
    for one in made:
        assert len(cut(texts.article(one))) == 1
        assert 200 < len(one.text) < 900


def test_questions_are_different_and_made_from_the_article_they_name() -> None:
    made = {one.id: one for one in texts.documents(50)}
    asked = texts.questions(list(made.values()), 100)
    assert len({question for question, _ in asked}) == 100
    for question, article in asked:
        words = question.rstrip("?").split()
        assert " ".join(words[:3]) in made[article].text
