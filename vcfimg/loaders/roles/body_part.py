"""Whether a series shows the spine, as far as the header says."""

import re
from typing import Final

from vcfimg.loaders.roles.vocabulary import Text, Vocabulary
from vcfimg.loaders.study import Header

_SPINE_CODE: Final = re.compile(
    r"^[CTLSW]{0,4}SPINE|SPINE$|^(LUMBAR|THORACIC|CERVICAL|SACRUM|COCCYX|BACK|NECK|VERTEBRA)"
)
"""BodyPartExamined (0018,0015) values of the spine: CSPINE, TSPINE, LSPINE, SSPINE, CTSPINE, TLSPINE, LSSPINE, …"""

_OTHER_CODE: Final = re.compile(
    r"^(HEAD|BRAIN|SKULL|KNEE|SHOULDER|HIP|ANKLE|FOOT|HAND|WRIST|ELBOW|PELVIS|PROSTATE|BREAST|HEART|LIVER|EXTREMITY|"
    r"LEG|ARM|FEMUR|THIGH|CALF|FOREARM|ORBIT|EYE|EAR|IAC|JAW|TMJ|PITUITARY|UTERUS|CARDIAC|FINGER|TOE|KIDNEY)"
)
"""Values that mean another body part. ABDOMEN and CHEST are no evidence: scanners preset them for spine protocols."""


def spine_evidence(header: Header, text: Text, vocabulary: Vocabulary) -> tuple[bool | None, str | None, str | None]:
    """Spine or not, the evidence sentence, and a conflict sentence.

    Words of the series decide before the body part code, which is often left at the last patient's; the study
    description is asked last. None means that nothing says what body part it is: such a series is not rejected.
    """
    code = re.sub(r"[^A-Z]", "", (header.body_part or "").upper())
    by_code = True if _SPINE_CODE.search(code) else False if _OTHER_CODE.search(code) else None
    by_words, word = _words(text, vocabulary)
    if by_words is not None:
        conflict = None
        if by_code is not None and by_code is not by_words:
            conflict = f"body part is {code[:16]}, the description says '{word}'"
        return by_words, f"the description names {_kind(by_words)} ('{word}')", conflict
    if by_code is not None:
        return by_code, f"BodyPartExamined is {code[:16]}", None
    by_study, word = _words(Text.of(header.study_description), vocabulary)
    if by_study is not None:
        return by_study, f"the study description names {_kind(by_study)} ('{word}')", None
    return None, None, None


def _words(text: Text, vocabulary: Vocabulary) -> tuple[bool | None, str | None]:
    spine, other = vocabulary["spine"].find(text), vocabulary["not_spine"].find(text)
    if spine and not other:
        return True, spine
    if other and not spine:
        return False, other
    return None, None


def _kind(spine: bool) -> str:
    return "the spine" if spine else "another body part"
