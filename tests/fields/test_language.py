"""The language of a posting."""

from __future__ import annotations

import pytest

from eval.cases import load_cases
from extractor.fields import language
from extractor.fields.language import detect_language

SENTENCES = [
    (
        "en",
        "We are looking for a cook who enjoys working in a small team and prepares fresh meals every day.",
    ),
    (
        "de",
        "Wir suchen eine Köchin, die gern in einem kleinen Team arbeitet und täglich frische Gerichte "
        "zubereitet.",
    ),
    (
        "fr",
        "Nous recherchons une cuisinière qui aime travailler en petite équipe et prépare chaque jour des "
        "plats frais.",
    ),
    (
        "es",
        "Buscamos una cocinera que disfrute trabajar en un equipo pequeño y prepare platos frescos cada día.",
    ),
    ("sv", "Vi söker en kock som trivs med att arbeta i ett litet team och lagar färsk mat varje dag."),
    ("nl", "Wij zoeken een kok die graag in een klein team werkt en elke dag verse gerechten bereidt."),
    (
        "pt",
        "Procuramos uma cozinheira que goste de trabalhar numa equipa pequena e prepare pratos frescos "
        "todos os dias.",
    ),
    ("it", "Cerchiamo una cuoca che ami lavorare in un piccolo gruppo e prepari ogni giorno piatti freschi."),
    ("da", "Vi søger en kok, der trives med at arbejde i et lille team og laver frisk mad hver eneste dag."),
    ("no", "Vi søker en kokk som liker å jobbe i et lite team, og som lager fersk mat hver dag hos oss."),
    (
        "fi",
        "Etsimme kokkia, joka viihtyy pienessä tiimissä ja valmistaa joka päivä tuoretta ruokaa "
        "asiakkaillemme.",
    ),
    ("pl", "Szukamy kucharza, który lubi pracować w małym zespole i codziennie przygotowuje świeże posiłki."),
    ("cs", "Hledáme kuchaře, který rád pracuje v malém týmu a každý den připravuje čerstvá jídla."),
    ("tr", "Küçük bir ekipte çalışmayı seven ve her gün taze yemekler hazırlayan bir aşçı arıyoruz."),
    ("ru", "Мы ищем повара, который любит работать в небольшой команде и каждый день готовит свежие блюда."),
    ("uk", "Ми шукаємо кухаря, який любить працювати в невеликій команді та щодня готує свіжі страви."),
    ("el", "Ζητάμε μάγειρα που του αρέσει να εργάζεται σε μικρή ομάδα και ετοιμάζει φρέσκα πιάτα κάθε μέρα."),
    ("ja", "少人数のチームで働くことが好きで、毎日新鮮な料理を作る料理人を募集しています。"),
    ("zh", "我们正在招聘一名喜欢在小团队中工作并且每天准备新鲜菜肴的厨师。"),
    ("ko", "작은 팀에서 일하는 것을 좋아하고 매일 신선한 음식을 준비하는 요리사를 찾습니다."),
    ("ar", "نبحث عن طباخ يحب العمل في فريق صغير ويحضر أطباقا طازجة كل يوم."),
    ("am", "በትንሽ ቡድን ውስጥ መሥራት የሚወድ እና በየቀኑ ትኩስ ምግብ የሚያዘጋጅ ምግብ አብሳይ እንፈልጋለን።"),
]


@pytest.mark.parametrize(("language", "sentence"), SENTENCES, ids=[language for language, _ in SENTENCES])
def test_one_sentence_is_enough(language: str, sentence: str) -> None:
    """A sentence of a posting names its language."""
    assert detect_language(sentence) == language


@pytest.mark.parametrize(
    ("language", "sentence"), SENTENCES[:8], ids=[language for language, _ in SENTENCES[:8]]
)
def test_the_body_decides_not_the_site_around_it(language: str, sentence: str) -> None:
    """Labels and menus of an English site do not make a posting English."""
    page = "Sign in\nSave this job\nSeniority level\nEntry level\nEmployment type\nFull-time\nJob function\nOther\n\n"
    assert detect_language(page + sentence + "\n\nReport this job\nSimilar jobs") == language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Software Engineer", "en"),
        ("Koch (m/w/d)", "de"),
        ("Se busca camarero", "es"),
        ("Wir suchen einen Engineer mit Kubernetes, Docker, CI/CD, React und TypeScript im Team.", "de"),
        ("WE ARE HIRING A COOK FOR OUR RESTAURANT IN THE CITY CENTRE", "en"),
        ("", "und"),
        ("12345 | *** | https://example.org/jobs", "und"),
    ],
)
def test_short_and_mixed_texts(text: str, expected: str) -> None:
    """A few words, words of the trade, capitals, and no words at all."""
    assert detect_language(text) == expected


def test_a_second_language_in_a_few_words_changes_nothing() -> None:
    """An English skill list inside a German posting leaves it German."""
    german = SENTENCES[1][1]
    assert (
        detect_language(
            f"{german}\n- Python, Go, Rust\n- Strong communication skills\n- Team player\n{german}"
        )
        == "de"
    )


def test_function_words_say_what_the_model_says():
    """A language told by function words is the one that the model gives."""
    told = {case.id: language._tell_by_words(language._body(case.text)) for case in load_cases()}
    assert sum(tag is not None for tag in told.values()) > len(told) / 2
    for case in load_cases():
        if told[case.id] is not None:
            assert language._identifier().rank(language._body(case.text))[0][0] == told[case.id], case.id


def test_words_that_languages_share_tell_nothing():
    """Neighbours of English and German, and pages in two languages, are left to the model."""
    for tag, said in SENTENCES:
        if tag not in ("en", "de", "fr"):
            assert language._tell_by_words(said) is None
    both = " ".join(said for tag, said in SENTENCES if tag in ("en", "de"))
    assert language._tell_by_words(both) is None
