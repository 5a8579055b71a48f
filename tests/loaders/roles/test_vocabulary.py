import pytest

from vcfimg.loaders.roles.vocabulary import Text, load_vocabulary


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("stir_sag", ("stir", "sag")),
        ("????T2", ("t2",)),
        ("OSag FIR (fat suppr", ("osag", "fir", "fat", "suppr")),
        ("IRFSE 4000/90/123", ("irfse", "4000", "90", "123")),
        ("Wirbelsäule", ("wirbelsaule",)),
        ("Fuß", ("fuss",)),
        ("T2* sag", ("t2star", "sag")),
        ("T1 +C", ("t1", "plus", "c")),
        ("T1 W/O CONTRAST", ("t1", "without", "contrast")),
        ("T1-T12 SAG", ("sag",)),
        ("T1 to L1 sag", ("sag",)),
        ("SAG T1/T2", ("sag", "t1", "t2")),
        ("", ()),
    ],
)
def test_text_is_cut_into_words(text: str, tokens: tuple[str, ...]) -> None:
    assert Text.of(text).tokens == tokens


def test_very_long_text_is_cut() -> None:
    assert len(Text.of("x" * 100_000).normal) < 1000


def test_equal_parts_are_taken_once() -> None:
    assert Text.of("t2 sag", "t2 sag", None).tokens == ("t2", "sag")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("stir", "Sag Sitr"),
        ("stir", "sag ir-fse"),
        ("fat_suppression", "T2 FAT SAT"),
        ("fat_suppression", "T2 脂肪抑制"),
        ("localizer", "3-PL T2* FGRE"),
        ("localizer", "AAHScout_32ch"),
        ("localizer", "shim2D"),
        ("contrast_agent", "t1_tse_sag_KM"),
        ("contrast_agent", "T1 SAG C+"),
        ("no_contrast_agent", "SAG T1 sin contraste"),
        ("spine", "RACHIS LOMBAIRE"),
        ("spine", "lws_sag"),
        ("spine", "L-SPINE ROUTINE"),
        ("spine", "腰椎MRI"),
        ("spine", "Поясничный отдел"),
        ("sagittal", "osag t2"),
        ("sagittal", "矢状断"),
        ("axial", "t2_tse_tra"),
        ("composed", "t2_sag_COMPOSED"),
        ("diffusion", "ep2d_diff_b800"),
    ],
)
def test_word_is_known(name: str, text: str) -> None:
    assert load_vocabulary()[name].find(Text.of(text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fat_suppression", "spiral"),
        ("stir", "stirrup"),
        ("t1", "T12"),
        ("t2", "t2 * sag"),
        ("diffusion", "different"),
        ("contrast_agent", "posterior"),
        ("localizer", "locomotor"),
        ("spine", "spinell"),
    ],
)
def test_word_inside_another_is_not_found(name: str, text: str) -> None:
    assert load_vocabulary()[name].find(Text.of(text)) is None


@pytest.mark.parametrize(
    "text",
    """T1 SAG INJ|T1 SAG IV+|T1 SAG IVKM|T1 postkontrast|T1 PO KONTRAŚCIE|T1 KONTRASTLI|t1 kontrastlı|T1 GBCA|T1 Vueway
|T1 gadopiclenol|SAG T1+
|T1 增强|T1 增強|T1 造影後|T1 조영증강|T1 с контрастом|T1 с усилением|T1 гадовист|T1 pós-contraste
|T1 avec inj|T1 μετά σκιαγραφικό|T1 med kontrast|T1 Gd-DTPA|T1 w/gad|T1 sag enh|T1 dopo mdc|T1 i.v. +
|T1 TSE SAG p.c.|T1_TSE_SAG_CM|T1 SAG c/c|T1 SAG s KL
|T1 SAG k.m.|T1 nach K.M.
|T1 증강|T1 増強|T1 SAG КУ|T1 с КУ|T1SAGINJ|T1+C SAG|T1 SAG IV|T1 sag i.v.""".replace("\n", "").split("|"),
)
def test_contrast_agent_is_named_in_many_languages(text: str) -> None:
    words = load_vocabulary()
    assert words["contrast_agent"].find(Text.of(text))
    assert not words["no_contrast_agent"].find(Text.of(text))


@pytest.mark.parametrize(
    "text",
    [
        "T1 sag prae KM",
        "T1 prä K.M.",
        "T1 ohne k. m.",
        "T1 kontrastsız",
        "T1 bez kontrastu",
        "T1 平扫",
        "T1 造影前",
        "T1 без контраста",
        "T1 sans inj",
        "T1 조영전",
        "T1 przed kontrastem",
        "T1 před kontrastem",
        "T1 bez KL",
        "T1 без КУ",
        "T1 非増強",
    ],
)
def test_images_before_contrast_agent_are_named_in_many_languages(text: str) -> None:
    assert load_vocabulary()["no_contrast_agent"].find(Text.of(text))


@pytest.mark.parametrize(
    "text",
    [
        "T1 TSE SAG L-SPINE",
        "sag t1 + t2",
        "T1強調 矢状断",
        "T1 LWK IV",
        "T1 injury",
        "T1 кулак",
        "T1 C-SPINE",
        "T1 FOV 30 cm",
    ],
)
def test_plain_images_name_no_contrast_agent(text: str) -> None:
    assert not load_vocabulary()["contrast_agent"].find(Text.of(text))
