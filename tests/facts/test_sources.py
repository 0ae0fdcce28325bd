"""Sources: told in the reader's language, and truthfully as to how they were read."""

import re
import shutil

import pandas as pd
import pytest

from globo import facts
from globo.facts import tables
from globo.facts.evidence import cited
from globo.facts.sources import told

ENGLISH = re.compile(
    r"\b(the|of|and|as|by|from|with|on|is|yearly|quoted|quoting|reported|cited|data|study|survey|"
    r"others|press|release|statement)\b",
    re.IGNORECASE,
)
SPANISH = re.compile(r"\b(el|la|los|las|de|del|en|por|para|con|que|se|una|según|y)\b")
# Proper names that stay as they are in Spanish.
NAMES = re.compile(
    r"The (New York Times|Economist|Conversation|Federal Newswire|Unconventional Gazette)|"
    r"Country Reports? on Terrorism"
)
# Titles that hold two languages as printed: a journal of the other one stands behind a `;`.
PARTS = re.compile(r";|\(un\)")


@pytest.fixture(scope="module")
def sources():
    return facts.load().sources.set_index("id", drop=False)


def english(text):
    """List the English function words of a text, but for names."""
    return [found[0] for found in ENGLISH.finditer(NAMES.sub("", text))]


def test_what_we_say_of_a_source_in_spanish_holds_no_english(sources):
    said = told(sources, "es")
    ours = said.title[(sources.title_es != "").to_numpy()]
    # a name alone, where no title is known, is ours too
    alone = said.title[(sources.title == sources.publisher).to_numpy()]
    texts = pd.concat([ours, alone, said.publisher, sources.via, said.access])
    assert len(ours) > 60
    assert {key: text for key, text in texts.items() if english(text)} == {}


def test_what_is_ours_reads_as_english_to_a_reader_of_english(sources):
    said = told(sources, "en")
    ours = sources.title[sources.title_es != ""].str.replace(
        r"^\w+: Monitoreo de [^,]*", "", regex=True
    )
    texts = pd.concat([ours, said.access])
    assert {key: text for key, text in texts.items() if SPANISH.search(text)} == {}


def test_no_title_mixes_two_languages(sources):
    mixed = {
        part
        for title in sources.title[sources.title_es == ""]
        for part in PARTS.split(title)
        if english(part) and SPANISH.search(part)
    }
    assert mixed == set()


def test_no_name_of_a_column_stands_for_a_name(sources):
    for lang in ("es", "en"):
        said = told(sources, lang)
        assert not said.title.str.contains("_").any()
        assert not said.publisher.str.contains("_").any()
        assert not said.publisher.str.fullmatch("onpe|devida|derived").any()


def test_who_quotes_a_source_is_said_in_the_reader_s_language(sources):
    asked = sources.loc[["unodc_simci_2020_2021"]]
    name = "Colombia: Monitoreo de territorios afectados por cultivos ilícitos 2020"
    assert told(asked, "es").title.item() == f"{name}, según Portafolio"
    assert told(asked, "en").title.item() == f"{name}, as quoted by Portafolio"
    assert told(asked, "es").publisher.item() == "UNODC y SIMCI"


@pytest.mark.parametrize(
    "source",
    [
        "emcdda_unodc_price_tables_2019",
        "inei_enaco_academic_papers_2018",
        "minagri_midagri_ico_icco_2018",
        "national_strategy_against_drugs_2012",
        "ondcp_incsr_annual_estimates_2021",
        "unodc_bolivia_coca_monitoring_2018",
        "unodc_world_drug_reports_2018",
        "us_country_reports_on_2018",
    ],
)
def test_what_was_recalled_says_so(source, sources):
    asked = sources.loc[[source]]
    assert asked.access.item() == "recalled"
    assert told(asked, "es").access.item() == "recordada de memoria, no releída"
    assert told(asked, "en").access.item() == "recalled from memory, not read again"


def test_the_tables_of_devida_have_the_name_of_its_surveys(sources):
    asked = sources.loc[["devida_2025"]]
    assert asked.title.item() == "Perú: Monitoreo de cultivos de coca 2021, 2022, 2024"
    assert asked.access.item() == "quoted"


def test_figures_carry_their_source_in_both_languages():
    known = facts.load()
    rows = cited(facts.figures(known), known)
    parts = ["title_es", "title_en", "publisher_es", "publisher_en", "access", "url"]
    assert rows[parts].notna().all(None)
    assert (rows.title_es != rows.title_en).any()


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("title", "World Drug Reports (recalled, not read here)"),
        ("title", "SIMCI 2020 as quoted by Portafolio"),
        ("title", "Verification reported by El Mundo"),
        ("publisher", "AFP via a page"),
        ("title_es", "Cifras de SIMCI, citadas por Portafolio"),
        ("via", "Portafolio"),
    ],
)
def test_a_remark_in_a_title_and_a_quotation_called_read_are_found(field, said, tmp_path):
    copy = shutil.copytree(tables.FOLDER, tmp_path / "package")
    path = copy / "sources.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    at = rows.index[rows.id == "abadie_2015"][0]
    rows.loc[at, field] = said
    rows.to_csv(path, index=False, lineterminator="\n")
    found = [p for p in facts.check(copy) if p.table == "sources" and p.line == at + 2]
    assert [p.field for p in found] == ["access" if field == "via" else field]
