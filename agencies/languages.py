"""Which of the hall's languages a text is written in, without Kazakh letters and mixed as well."""

import re

from agencies.alphabets import KAZAKH, folded, from_latin, is_cyrillic

LANGUAGES = ("kk", "ru", "en")


def _set(words: str) -> frozenset[str]:
    return frozenset(folded(words).split())


_KAZAKH_WORDS = _set(
    """
    жоқ бар емес бойынша және мен бен пен деп бұл осы сол мына бір екі үш не қалай қайда қашан
    неге кім керек қажет болды болып болады жатыр тұр тұрған отыр жүр берді беріңіз бермейді
    келді кетті қалды үшін кейін дейін бері туралы сұраймын сұраймыз өтінемін өтінеміз біз сіз
    сендер олар менің біздің сіздің маған бізге сізге онда мұнда жақсы жаман өте көп аз тек ғана
    әлі ешкім ештеңе дұрыс дейді алады ала алмай алмадым едім екен ғой той әрі немесе бірақ
    сондықтан себебі көмек көмектесіңіз шара арыз шағым өтініш рахмет сәлем салем салеметсизбе
    сәлеметсіз үй уйде көше ауа су суы жол ит айда күні күн жыл жылы ай бала балалар адам
    адамдар қызмет істемейді жұмыс тұрғын тұрғындар алдында жанында кеше бүгін ертең таңертең
    түнде кешке барлық бәрі әр дәрігер мұғалім қала ауыл жағдай
    """
)
_RUSSIAN_WORDS = _set(
    """
    и в не на что по с со у к ко от из для это этот эта эти как но за так же мы вы я он она они
    оно или при до без над под о об если когда где уже еще был была было были есть нет мне нам
    вас нас их его ее то все всё только который которая которые также после перед через около
    прошу просим просьба можно нужно надо очень почему когда-то сегодня вчера дом дома доме
    улица улице двор дворе подъезд подъезде район города город здравствуйте спасибо добрый день
    пожалуйста убрать отремонтировать отсутствует требуется работает больше года лет
    """
)
_ENGLISH_WORDS = _set(
    """
    the a an is are was were be been to of and in on at for with from not no i we you he she it
    they my our your his her their this that these those there has have had do does did can
    cannot please when where why how who what after before near by me us
    """
)
_KAZAKH_ENDING = re.compile(
    r"(?:лар|лер|дар|дер|тар|тер)(?:д?[ыи])?(?:нын|нин|дын|дин|да|де|га|ге|дан|ден)?$"
    r"|(?:нын|нин|дын|дин|тын|тин|нда|нде|нан|нен|дагы|деги|тагы|теги|ында|инде|ынан|инен)$"
    r"|(?:[мбп][ае]йд[ыи]|[аеи]йд[ыи]|[мбп]аган|[мбп]еген|ыныз|иниз|ымыз|имиз|сыз|сиз|[аеый]тын)$"
    r"|(?:лык|лик|дык|дик|тык|тик|сын|син|малы|мели|аиды|еиди|ииди|миди|ганда|генде)$"
)
_KAZAKH_ADJECTIVE = re.compile(r"(?:лы|ли|кты|кти|пты|пти|ды|ди|ып|ип)$")
"""Endings that Russian words have too, seldom."""
_RUSSIAN_ENDING = re.compile(
    r"(?:ого|его|ому|ему|ами|ями|ать|ять|ить|еть|ться|тся|ает|яет|ются|ение|ения|ании|ением|ость"
    r"|ости|ский|ская|ские|ской|ских|ная|ное|ные|ный|ной|ных|ную|ый|ий|ая|яя|ое|ее|ые|ие|ой|ей"
    r"|ом|ем|ах|ях|ов|ев|ешь|ете|или|али|ила|ала|ыва|ющи\w*|вши\w*|шки|ки|ция|ции|цию)$"
)
_LETTERS = re.compile(rf"[{KAZAKH}]")
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """kk, ru or en of a text in lower case whose look-alike letters are mended.

    The words vote: Kazakh letters, words that hold a sentence together, endings. A text without
    letters is called English.
    """
    if not is_cyrillic(text):
        return _of_latin(text)
    kazakh, russian = _votes(_WORD.findall(text))
    return "kk" if kazakh > russian else "ru"


def _votes(words: list[str]) -> tuple[float, float]:
    kazakh = russian = 0.0
    for word in words:
        plain = folded(word)
        if _LETTERS.search(word):
            kazakh += 1.0
        elif plain in _RUSSIAN_WORDS:
            russian += 1.0
        elif plain in _KAZAKH_WORDS:
            kazakh += 1.0
        elif _KAZAKH_ENDING.search(plain) and len(plain) > 4:
            kazakh += 0.6
        elif _RUSSIAN_ENDING.search(plain) and len(plain) > 3:
            russian += 0.6
        elif _KAZAKH_ADJECTIVE.search(plain) and len(plain) > 3:
            kazakh += 0.3
    return kazakh, russian


def _of_latin(text: str) -> str:
    """English unless the words, spelled in Cyrillic, are rather Kazakh or Russian."""
    english = sum(word in _ENGLISH_WORDS for word in _WORD.findall(text))
    spelled = folded(from_latin(text))
    kazakh, russian = _votes(_WORD.findall(spelled))
    if re.search(r"q(?!u)|[ğñşūıáǵńóýäöü]", text):
        kazakh += 2
    if max(kazakh, russian) <= english:
        return "en"
    return "kk" if kazakh >= russian else "ru"
