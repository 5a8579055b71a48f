"""A site's configuration: what is taken, what is refused, and that no secret is shown."""

from pathlib import Path

import pytest

from pipelines.site.site_config import load_site
from vcfimg.errors import SiteConfigError

WHOLE = """
policy = "site.toml"

[[peers]]
name = "archive"
kind = "dicomweb"
url = "https://pacs.example/dicom-web/"
user = "vcf"
password_env = "VCF_SECRET"
attempts = 2
[peers.tls]
authorities = "ca.pem"

[[peers]]
name = "pacs"
kind = "dimse"
host = "127.0.0.1"
port = 104
ae_title = "PACS"

[spool]
limit_gb = 5

[worklist]
source = "archive"
destinations = ["archive", "pacs"]

[node]
out = "screened"
calling_ae_titles = ["SCANNER"]
required_roles = ["t1", "stir"]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "node.toml"
    path.write_text(text)
    return path


def test_whole_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VCF_SECRET", "hush-hush")
    site = load_site(written(tmp_path, WHOLE))
    archive, pacs = site.peer("archive"), site.peer("pacs")
    assert (archive.url, archive.password, archive.attempts) == ("https://pacs.example/dicom-web", "hush-hush", 2)
    assert archive.tls.authorities == tmp_path / "ca.pem"
    assert (pacs.port, pacs.ae_title, pacs.calling_ae_title) == (104, "PACS", "VCFIMG")
    assert site.policy == tmp_path / "site.toml"
    assert site.node.out == tmp_path / "screened"
    assert "hush" not in repr(archive) + repr(site)


@pytest.mark.parametrize(
    ("before", "after", "code", "told"),
    [
        ('kind = "dimse"', 'kind = "ftp"', "site_invalid", "peers.1"),
        ("port = 104", "port = 0", "site_invalid", "peers.1.port"),
        ("port = 104", "prot = 104", "site_invalid", "peers.1"),
        ('name = "pacs"', 'name = "archive"', "site_invalid", "archive is there twice"),
        ('"archive", "pacs"]', '"other"]', "site_invalid", "no peer other"),
        ("https://pacs.example", "https://u:hush-hush@pacs.example", "site_invalid", "password_env"),
        ("https://pacs.example", "file:///etc", "site_invalid", "peers.0.url"),
        ("limit_gb = 5", "limit_gb = inf", "site_invalid", "spool.limit_gb"),
        ('"t1", "stir"', '"t9"', "site_invalid", "node.required_roles"),
        ("[spool]", "[spool", "site_malformed", "line"),
    ],
)
def test_refusals_name_the_key_and_no_value(tmp_path: Path, before: str, after: str, code: str, told: str) -> None:
    assert before in WHOLE
    with pytest.raises(SiteConfigError) as caught:
        load_site(written(tmp_path, WHOLE.replace(before, after, 1)))
    assert caught.value.code == code
    assert told in caught.value.message
    assert "hush" not in caught.value.message


def test_secret_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VCF_SECRET", raising=False)
    site = load_site(written(tmp_path, WHOLE))
    with pytest.raises(SiteConfigError, match="VCF_SECRET is not set"):
        site.peer("archive")
    with pytest.raises(SiteConfigError, match="archive, pacs"):
        site.peer("other")


def test_secret_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("hush-hush\n")
    site = load_site(written(tmp_path, WHOLE.replace('password_env = "VCF_SECRET"', 'password_file = "word"')))
    assert site.peer("archive").password == "hush-hush"
    (tmp_path / "word").write_text("")
    with pytest.raises(SiteConfigError, match="empty"):
        site.peer("archive")


def test_check_shows_everything_but_the_secrets(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VCF_SECRET", "hush-hush")
    path = written(tmp_path, WHOLE.replace('policy = "site.toml"', ""))
    result = run("config", "check", path)
    assert result.exit_code == 0, result.output
    assert "VCF_SECRET" in result.output
    assert "hush" not in result.output
    monkeypatch.delenv("VCF_SECRET")
    assert run("config", "check", path).exit_code == 2
