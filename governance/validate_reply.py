"""May this sentence of a reply go out?

Order: secrets → markup → numbers of accounts → language → tokens → who speaks → the pack's promises and topics → facts
→ deeds. Pure, linear.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from contracts.pack import Voice
from contracts.verdict import Finding, FindingKind, ReplyOutcome, ReplyVerdict
from governance.account_numbers import spells_account
from governance.action_claims import Deed, find_deeds, is_backed
from governance.claims import MAX_CLAIMS, Claim, find_claims
from governance.clauses import leave_out_questions
from governance.commitments import find_advice, find_promise
from governance.deed_amounts import other_amounts, returned_otherwise
from governance.deed_targets import find_other_target
from governance.denials import denies_automation
from governance.evidence import MAIL_ADDRESS, Evidence, Sentence
from governance.language import NAMES, language_of
from governance.left_out_currency import currency_of, with_currency
from governance.misplaced import find_misplaced
from governance.moments import is_of_another_role, is_on_another_day
from governance.numbers import words_to_digits
from governance.other_deeds import find_other_deeds, find_other_promise
from governance.other_figures import english_figures
from governance.personal import TOKEN
from governance.read_languages import READ
from governance.reply_markup import strip_markup
from governance.screen import strip_invisible
from governance.subject import subject_of
from governance.supposed_days import is_supposed
from governance.terms import find_other_standing, find_unknown_name
from governance.wording import Figures, Wording

_EMPHASIS: Final = re.compile(r"[*`~]+|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])")
_PRICE: Final = re.compile(r"\b(?:costs?|prices?|fees?|totals?|pay|paid|charged?|due|amounts?|fare)\b", re.IGNORECASE)
_REFUSES: Final = re.compile(r"\b(?:not|no|cannot|never|unable|sorry)\b|n't\b", re.IGNORECASE)
_LOOK_BACK: Final = 600  # characters of the reply that a sentence takes up
_SECRET_LETTERS: Final = re.compile(r"[\W_]+")


def validate_sentence(sentence: str, before: str, evidence: Evidence, voice: Voice) -> ReplyVerdict:
    """Check one sentence with all of the reply before it; release it (markup removed), or say what is wrong with it.

    `repair`: the model is told `detail` and tries again; `replace`: it is not, and the pack's wording goes out.
    """
    if _leaks_secret(before, sentence, evidence.canaries):
        return _refuse("replace", "secret_leak", "The reply holds what must not leave.", _finding("secret", ""))
    text, removed = strip_markup(strip_invisible(sentence), evidence.hosts)
    findings = [Finding(kind="markup", text=part[:80], source="removed") for part in removed]
    plain = _plain(text)
    if spells_account(plain, before, evidence):
        detail = "Never write a card number, a security code or an IBAN out: use its token, or its last four digits."
        return _refuse("repair", "personal_data", detail, _finding("token", "the number of an account"))
    for check in _CHECKS:
        if refused := check(plain, evidence, voice):
            return refused
    findings += _check_facts(plain, before, evidence)
    findings += _check_deeds(plain, evidence)
    missing = [finding for finding in findings if not finding.supported]
    if missing:
        return _unsupported(missing, tuple(findings))
    code = "markup_removed" if removed else "released"
    return ReplyVerdict(outcome="release", code=code, text=text, findings=tuple(findings))


def validate_reply(text: str, evidence: Evidence, voice: Voice) -> ReplyVerdict:
    """Check a whole reply as one text, for channels that hold it back."""
    return validate_sentence(text, "", evidence, voice)


def check_length(released: ReplyVerdict, before: str, longest: int) -> ReplyVerdict:
    """Whether a sentence that may go out still fits behind those before it, in characters."""
    length = len((before + released.text).strip())
    if length <= longest:
        return released
    detail = f"The reply is longer than {longest} characters: say only what the customer needs, in fewer words."
    return _refuse("repair", "too_long", detail, _finding("length", f"{length} characters"))


def _plain(text: str) -> str:
    """Return what a reader sees: compatibility forms folded, emphasis gone, so that `4**5**` reads 45."""
    return _EMPHASIS.sub("", unicodedata.normalize("NFKC", text)).replace("’", "'")


def _leaks_secret(before: str, sentence: str, canaries: tuple[str, ...]) -> bool:
    for canary in canaries:
        wanted = _letters(canary)
        tail = before[-4 * len(canary) :] if wanted else ""
        if wanted and wanted in _letters(strip_invisible(tail + sentence)):
            return True
    return False


def _letters(text: str) -> str:
    return _SECRET_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _check_language(text: str, evidence: Evidence, _: Voice) -> ReplyVerdict | None:
    """What is said in another language than the customer's, or in one that the other checks do not read, is withheld.

    Where it is the customer's own that nothing reads, no sentence of a model passes: only the pack's own words go out.
    """
    if not evidence.language:
        return None
    if evidence.language not in READ:
        name = NAMES.get(evidence.language, evidence.language)
        detail = f"Replies in {name} cannot be checked: hand the request over to a person."
        return _refuse("replace", "unread_language", detail, _finding("language", name))
    said = language_of(text)
    if said is None or said == evidence.language:
        return None
    detail = f"Answer in {NAMES.get(evidence.language, evidence.language)}, not in {NAMES[said]}."
    return _refuse("repair", "wrong_language", detail, _finding("language", NAMES[said]))


def _check_tokens(text: str, evidence: Evidence, _: Voice) -> ReplyVerdict | None:
    for token in TOKEN.finditer(text):
        if token[0] not in evidence.tokens:
            detail = f"{token[0]} stands for nothing here; use only tokens that you were shown."
            return _refuse("repair", "unknown_token", detail, _finding("token", token[0]))
    return None


def _check_addresses(text: str, evidence: Evidence, _: Voice) -> ReplyVerdict | None:
    """A mail address is one of the company's own texts, or a token: any other is somebody's."""
    for found in MAIL_ADDRESS.finditer(text):
        if found[0].casefold().rstrip(".") not in evidence.addresses:
            detail = "Never write a mail address that neither a passage nor a fact holds."
            return _refuse("repair", "personal_data", detail, _finding("token", "a mail address"))
    return None


def _check_speaker(text: str, _: Evidence, __: Voice) -> ReplyVerdict | None:
    if not (denial := denies_automation(text)):
        return None
    detail = "Never deny being an automated assistant."
    return _refuse("repair", "denies_automation", detail, _finding("identity", denial))


def _check_voice(text: str, evidence: Evidence, voice: Voice) -> ReplyVerdict | None:
    line = text.casefold()
    if found := _phrases(voice.forbidden_promises).search(line):
        detail = f"The company does not promise this: {found[0]!r}. Leave it out."
        return _refuse("repair", "forbidden_promise", detail, _finding("forbidden", found[0]))
    if (found := _phrases(voice.forbidden_topics).search(line)) and _REFUSES.search(line) is None:
        detail = f"The company does not talk about {found[0]!r}. Say that you cannot help with it."
        return _refuse("repair", "forbidden_topic", detail, _finding("forbidden", found[0]))
    return _check_competitors(line, evidence, voice)


def _check_competitors(line: str, evidence: Evidence, voice: Voice) -> ReplyVerdict | None:
    """A name is said where the company's texts say it, and in a sentence that declines to speak of it."""
    named = _phrases(voice.competitors).finditer(line) if _REFUSES.search(line) is None else ()
    for found in named:
        if not any(found[0] in rule for rule in evidence.policy):
            detail = f"The company does not talk about {found[0]!r}. Say that you cannot compare with others."
            return _refuse("repair", "names_competitor", detail, _finding("forbidden", found[0]))
    return None


def _check_commitments(text: str, evidence: Evidence, voice: Voice) -> ReplyVerdict | None:
    if advice := find_advice(text, voice.forbidden_topics):
        detail = f"The company gives no such advice: {advice!r}. Say that you cannot advise on it."
        return _refuse("repair", "forbidden_advice", detail, _finding("forbidden", advice))
    if promise := find_promise(text, evidence) or find_other_promise(leave_out_questions(text), evidence):
        detail = f"No effect, passage or fact of this request backs this promise: {promise!r}. Leave it out."
        return _refuse("repair", "unbacked_promise", detail, _finding("promise", promise))
    return None


def _check_terms(text: str, evidence: Evidence, voice: Voice) -> ReplyVerdict | None:
    name = find_unknown_name(text, evidence.policy)
    if any(word in voice.brand for word in name.split()):
        name = ""
    name = name or find_other_standing(text, evidence.policy, evidence.states)
    if not name:
        return None
    detail = f"Nothing in this request names this, or gives it to the customer: {name!r}. Leave it out."
    return _refuse("repair", "unsupported_term", detail, _finding("identifier", name))


_CHECKS: Final = (
    *(_check_language, _check_tokens, _check_addresses, _check_speaker, _check_voice, _check_commitments),
    _check_terms,
)


@lru_cache(maxsize=64)
def _phrases(phrases: tuple[str, ...]) -> re.Pattern[str]:
    spaced = (r"\s{1,3}".join(re.escape(word) for word in phrase.casefold().split()) for phrase in phrases)
    return re.compile("|".join(rf"(?<!\w)(?:{phrase})(?!\w)" for phrase in spaced) or r"(?!)")


def _check_facts(text: str, before: str, evidence: Evidence) -> list[Finding]:
    language = evidence.language or language_of(text) or ""
    text = words_to_digits(english_figures(TOKEN.sub(" ", text), language))
    claims = [one for one in find_claims(text, evidence.today) if not is_supposed(one, text)]
    if len(claims) > MAX_CLAIMS:
        return [_finding("count", f"more than {MAX_CLAIMS} numbers")]
    earlier = english_figures(before[-_LOOK_BACK:], language)
    stated = Sentence(
        Wording(text),
        cache(lambda: Figures(find_claims(words_to_digits(earlier) + text, evidence.today), earlier)),
        subject_of(f"{earlier} {text}"),
        _PRICE.search(text) is not None,
    )
    currency = currency_of(claims)
    mixed = find_misplaced(claims, stated, evidence)
    return [
        Finding(
            kind=claim.kind,
            text=claim.text,
            normal=claim.forms[0][1],
            source="" if claim.at in mixed else _source_of(claim, claims, evidence, stated, currency),
        )
        for claim in claims
    ]


def _source_of(claim: Claim, claims: Sequence[Claim], evidence: Evidence, stated: Sentence, currency: str) -> str:
    """What backs a claim; nothing backs today for a time of another day."""
    if claim.kind == "date" and is_on_another_day(claims, evidence.today, evidence.moments):
        return ""
    if is_of_another_role(claim, stated.wording.text, evidence.moments):
        return evidence.derived(claim, stated)
    if source := evidence.source_of(claim, stated):
        return source
    amount = with_currency(claim, currency, stated.wording.text)
    return evidence.source_of(amount, stated) if amount is not None else ""


def _check_deeds(text: str, evidence: Evidence) -> list[Finding]:
    findings: list[Finding] = []
    stated = leave_out_questions(text)
    if amount := returned_otherwise(stated, evidence):
        findings.append(Finding(kind="money", text=amount))
    for deed in (*find_deeds(stated), *find_other_deeds(stated, evidence.policy)):
        source = is_backed(deed, evidence.effects, evidence.states, evidence.read)
        if source and (amount := other_amounts(deed, text, evidence)):
            findings.append(Finding(kind="money", text=amount))
        if source and deed.active and _on_another(deed, text, evidence):
            source = ""
        findings.append(Finding(kind="action", text=deed.text, normal=deed.said, source=source))
    return findings


def _on_another(deed: Deed, text: str, evidence: Evidence) -> bool:
    """Whether the sentence names one row of a list, and the effects that back its deed were on another."""
    if not evidence.listings:
        return False
    claims = find_claims(text, evidence.today)
    return find_other_target(deed, claims, evidence.effects, evidence.listings, evidence.today) is not None


def _unsupported(missing: list[Finding], findings: tuple[Finding, ...]) -> ReplyVerdict:
    first = missing[0]
    what = ", ".join(dict.fromkeys(repr(finding.text) for finding in missing[:5]))
    if first.kind == "action":
        detail = f"No tool of this request has done this: {what}. Say only what a tool's result says was done."
        return _refuse("repair", "undone_action", detail, *findings)
    detail = f"Nothing in this request backs {what}. State only what results, passages and facts say, unchanged."
    return _refuse("repair", f"unsupported_{first.kind}", detail, *findings)


def _finding(kind: FindingKind, text: str) -> Finding:
    return Finding(kind=kind, text=text)


def _refuse(outcome: ReplyOutcome, code: str, detail: str, *findings: Finding) -> ReplyVerdict:
    return ReplyVerdict(outcome=outcome, code=code, detail=detail, findings=findings)
