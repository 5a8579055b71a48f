"""Header habits of the scanners, as tables."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Vendor(StrEnum):
    """Whose header style a study is written in."""

    SIEMENS = "siemens"
    GE = "ge"
    PHILIPS = "philips"
    HITACHI = "hitachi"
    SIEMENS_XA = "siemens_xa"
    """Enhanced multi-frame, as the XA software line writes."""
    PHILIPS_ENHANCED = "philips_enhanced"
    """Enhanced multi-frame with the unranged inversion times this vendor is known for."""


@dataclass(frozen=True)
class ContrastStyle:
    """How one contrast announces itself; empty text means that the vendor leaves it out."""

    description: str
    scanning_sequence: tuple[str, ...]
    sequence_name: str = ""
    sequence_variant: tuple[str, ...] = ("SK",)
    scan_options: tuple[str, ...] = ()
    image_type: tuple[str, ...] = ("ORIGINAL", "PRIMARY", "M", "ND")


@dataclass(frozen=True)
class VendorStyle:
    """What holds for every series of a vendor.

    ``bits_stored`` and ``signed`` describe the pixels, ``full_scale`` the stored value of the brightest pixel;
    ``rescaled`` means that stored values are only meaningful with the Rescale Slope beside them.
    """

    manufacturer: str
    model: str
    software: str
    contrasts: dict[str, ContrastStyle]
    bits_stored: int = 12
    signed: bool = False
    full_scale: int = 3000
    rescaled: bool = False
    enhanced: bool = False
    pulse_sequence_names: dict[str, str] = field(default_factory=dict)
    """Pulse Sequence Name (0018,9005) of enhanced objects, by role."""
    unranged_inversion_times: bool = False


_SPIN: Final = ("SE",)
_INVERSION: Final = ("SE", "IR")
_NORM: Final = ("ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D")

_SIEMENS: Final = {
    "t1": ContrastStyle("t1_tse_sag_320", _SPIN, "*tse2d1_3", ("SK", "SP", "OSP"), ("SAT1",), _NORM),
    "t1_post": ContrastStyle("t1_tse_sag_320 KM", _SPIN, "*tse2d1_3", ("SK", "SP", "OSP"), ("SAT1",), _NORM),
    "t2": ContrastStyle("t2_tse_sag_384", _SPIN, "*tse2d1_17", ("SK", "SP", "OSP"), ("SAT1",), _NORM),
    "t2_fs": ContrastStyle("t2_tse_fs_sag_320", _SPIN, "*tse2d1_17", ("SK", "SP", "OSP"), ("FS",), _NORM),
    "stir": ContrastStyle("t2_tirm_sag_320", _INVERSION, "*tir2d1_15", ("SK", "SP", "MP", "OSP"), ("IR",), _NORM),
    "dixon_water": ContrastStyle(
        "t2_tse_dixon_sag_W",
        _SPIN,
        "*tse2d1_15",
        ("SK", "SP", "OSP"),
        ("DIXON",),
        ("DERIVED", "PRIMARY", "DIXON", "W", "NORM", "DIS2D"),
    ),
    "dixon_fat": ContrastStyle(
        "t2_tse_dixon_sag_F",
        _SPIN,
        "*tse2d1_15",
        ("SK", "SP", "OSP"),
        ("DIXON",),
        ("DERIVED", "PRIMARY", "DIXON", "F", "NORM", "DIS2D"),
    ),
    "pd": ContrastStyle("pd_tse_sag", _SPIN, "*tse2d1_5", ("SK", "SP", "OSP"), ("SAT1",), _NORM),
    "localizer": ContrastStyle("localizer", ("GR",), "*fl2d1", ("SP", "OSP"), (), _NORM),
}

_GE_TYPE: Final = ("ORIGINAL", "PRIMARY", "OTHER")
_GE_OPTIONS: Final = ("FAST_GEMS", "NPW", "TRF_GEMS", "FILTERED_GEMS")
_GE: Final = {
    "t1": ContrastStyle("Sag T1 FSE", _SPIN, "FSE-XL", ("SK",), _GE_OPTIONS, _GE_TYPE),
    "t1_post": ContrastStyle("Sag T1 FSE +C", _SPIN, "FSE-XL", ("SK",), _GE_OPTIONS, _GE_TYPE),
    "t2": ContrastStyle("Sag T2 FRFSE", _SPIN, "FRFSE-XL", ("SK",), _GE_OPTIONS, _GE_TYPE),
    "t2_fs": ContrastStyle("Sag T2 FRFSE FS", _SPIN, "FRFSE-XL", ("SK",), (*_GE_OPTIONS, "FS", "SAT_GEMS"), _GE_TYPE),
    "stir": ContrastStyle("Sag STIR", ("IR",), "FSE-IR", ("SK",), (*_GE_OPTIONS, "IR_GEMS"), _GE_TYPE),
    "dixon_water": ContrastStyle(
        "WATER: Sag T2 IDEAL",
        _SPIN,
        "IDEAL FSE",
        ("SK",),
        (*_GE_OPTIONS, "IDEAL_GEMS"),
        ("DERIVED", "PRIMARY", "DIXON", "WATER"),
    ),
    "dixon_fat": ContrastStyle(
        "FAT: Sag T2 IDEAL",
        _SPIN,
        "IDEAL FSE",
        ("SK",),
        (*_GE_OPTIONS, "IDEAL_GEMS"),
        ("DERIVED", "PRIMARY", "DIXON", "FAT"),
    ),
    "pd": ContrastStyle("Sag PD FSE", _SPIN, "FSE-XL", ("SK",), _GE_OPTIONS, _GE_TYPE),
    "localizer": ContrastStyle("3 Plane Loc", ("GR",), "SSFSE", ("SS",), ("FAST_GEMS",), _GE_TYPE),
}

_PHILIPS_SE: Final = ("ORIGINAL", "PRIMARY", "M_SE", "M", "SE")
_PHILIPS: Final = {
    "t1": ContrastStyle("T1W_TSE SAG", _SPIN, "", ("SK",), ("FC", "SP"), _PHILIPS_SE),
    "t1_post": ContrastStyle("T1W_TSE SAG +GD", _SPIN, "", ("SK",), ("FC", "SP"), _PHILIPS_SE),
    "t2": ContrastStyle("T2W_TSE SAG", _SPIN, "", ("SK",), ("FC", "SP"), _PHILIPS_SE),
    "t2_fs": ContrastStyle("T2W_SPAIR SAG", _SPIN, "", ("SK",), ("FS", "SP"), _PHILIPS_SE),
    "stir": ContrastStyle(
        "STIR_TSE SAG", ("IR",), "", ("SK", "MP"), ("FC", "SP"), ("ORIGINAL", "PRIMARY", "M_IR", "M", "IR")
    ),
    "dixon_water": ContrastStyle(
        "T2W_mDIXON SAG", _SPIN, "", ("SK",), ("SP",), ("DERIVED", "PRIMARY", "DIXON", "WATER")
    ),
    "dixon_fat": ContrastStyle("T2W_mDIXON SAG", _SPIN, "", ("SK",), ("SP",), ("DERIVED", "PRIMARY", "DIXON", "FAT")),
    "pd": ContrastStyle("PDW_TSE SAG", _SPIN, "", ("SK",), ("FC", "SP"), _PHILIPS_SE),
    "localizer": ContrastStyle(
        "SURVEY", ("GR",), "", ("SP",), ("OTHER",), ("ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE")
    ),
}

_HITACHI_TYPE: Final = ("DERIVED", "SECONDARY", "OTHER", "AI")
_HITACHI: Final = {
    "t1": ContrastStyle("T1 SAG", _SPIN, "SE", ("OSP",), (), _HITACHI_TYPE),
    "t1_post": ContrastStyle("T1 SAG CE", _SPIN, "SE", ("OSP",), (), _HITACHI_TYPE),
    "t2": ContrastStyle("T2 SAG", _SPIN, "FSE", ("OSP", "SK"), ("SP", "FC"), _HITACHI_TYPE),
    "t2_fs": ContrastStyle("T2 FATSAT SAG", _SPIN, "FSE", ("OSP", "SK"), ("SP", "FS"), _HITACHI_TYPE),
    "stir": ContrastStyle("STIR SAG", ("IR",), "FIR", ("OSP", "SK"), ("SP",), _HITACHI_TYPE),
    "dixon_water": ContrastStyle(
        "FATSEP SAG W", _SPIN, "FSE", ("OSP", "SK"), ("SP",), ("DERIVED", "SECONDARY", "DIXON", "WATER")
    ),
    "dixon_fat": ContrastStyle(
        "FATSEP SAG F", _SPIN, "FSE", ("OSP", "SK"), ("SP",), ("DERIVED", "SECONDARY", "DIXON", "FAT")
    ),
    "pd": ContrastStyle("PD SAG", _SPIN, "FSE", ("OSP", "SK"), ("SP",), _HITACHI_TYPE),
    "localizer": ContrastStyle("SCANO", ("GR",), "GE", ("OSP",), (), _HITACHI_TYPE),
}

_SIEMENS_PULSES: Final = {role: style.sequence_name for role, style in _SIEMENS.items()}
_PHILIPS_PULSES: Final = {role: "FFE" if role == "localizer" else "TSE" for role in _PHILIPS}

STYLES: Final[dict[Vendor, VendorStyle]] = {
    Vendor.SIEMENS: VendorStyle("SIEMENS", "Avanto", "syngo MR E11", _SIEMENS),
    Vendor.GE: VendorStyle(
        "GE MEDICAL SYSTEMS", "SIGNA HDxt", "HD16.0", _GE, bits_stored=16, signed=True, full_scale=6000
    ),
    Vendor.PHILIPS: VendorStyle(
        "Philips Medical Systems", "Ingenia", "5.3.0", _PHILIPS, full_scale=4095, rescaled=True
    ),
    Vendor.HITACHI: VendorStyle(
        "Hitachi Medical Corporation", "AIRIS_Vento", "V2.1B", _HITACHI, signed=True, full_scale=1800
    ),
    Vendor.SIEMENS_XA: VendorStyle(
        "SIEMENS", "MAGNETOM Vida", "syngo MR XA30", _SIEMENS, enhanced=True, pulse_sequence_names=_SIEMENS_PULSES
    ),
    Vendor.PHILIPS_ENHANCED: VendorStyle(
        "Philips Medical Systems",
        "Ingenia",
        "5.3.0",
        _PHILIPS,
        full_scale=4095,
        rescaled=True,
        enhanced=True,
        pulse_sequence_names=_PHILIPS_PULSES,
        unranged_inversion_times=True,
    ),
}
"""Every style; patterned on headers of real scanners, holding nothing of a real patient."""
