"""Pay: amounts, currency, period and kind from what a posting states, and nothing from what it does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.document import read_document
from extractor.fields.pay import find_pay
from extractor.schema import Pay

Row = tuple[str, str | None, str]

# Text, country, and each pay as "min max currency period kind" ("-" for none).
ENGLISH: list[Row] = [
    ("Salary: $80k–$120k", "US", "80000 120000 USD year base"),
    ("Emoluments: Rs. 31,000/- per month", "IN", "31000 31000 INR month base"),
    ("Rs.15000/- to Rs.18000/- per month", "IN", "15000 18000 INR month base"),
    ("Salary: $80k–$120k", "CA", "80000 120000 CAD year base"),
    ("Base salary $95,000 - $120,000 per year plus equity", None, "95000 120000 USD year base"),
    ("The pay range is $62,400.00 to $78,000.00 annually.", "US", "62400 78000 USD year base"),
    ("Pay: $18.50 - $22.75 per hour", "US", "18.50 22.75 USD hour base"),
    ("$80,000.00/yr - $95,000.00/yr", "US", "80000 95000 USD year base"),
    ("$20/hr - $25/hr, paid every Friday", "US", "20 25 USD hour base"),
    ("Hourly rate: 25 - 30", "US", "25 30 USD hour base"),
    ("Compensation: USD 140K", None, "140000 140000 USD year base"),
    ("Senior Engineer ($120k-$150k), New York", None, "120000 150000 USD year base"),
    ("£14000 - £16000/annum", None, "14000 16000 GBP year base"),
    ("Salary 28000 - 30000", "GB", "28000 30000 GBP year base"),
    ("Salary: up to 8.20 p.h., up to 44 hours p.w.", "GB", "- 8.20 GBP hour base"),
    ("£12.21ph, weekends off", None, "12.21 12.21 GBP hour base"),
    ("Earnings: up to £43,000 OTE", "GB", "- 43000 GBP year total"),
    ("Salary: Basic to 48,000 + excellent bonus", "GB", "- 48000 GBP year base"),
    ("£30,000 DOE + benefits", None, "30000 30000 GBP year base"),
    ("Day rate: £450 - £500 outside IR35", "GB", "450 500 GBP day base"),
    ("£25-30k depending on experience", None, "25000 30000 GBP year base"),
    ("£40k basic, £60k OTE", None, "40000 40000 GBP year base; 60000 60000 GBP year total"),
    (
        "Salary: 36000 - 42000/annum OTE 61,000 - 66,000",
        "GB",
        "36000 42000 GBP year base; 61000 66000 GBP year total",
    ),
    ("from 25 USD/hr", None, "25 - USD hour base"),
    ("Pay starts at $17 an hour", "US", "17 - USD hour base"),
    ("Salary: $55,000+", "US", "55000 - USD year base"),
    ("$25+/hr", "US", "25 - USD hour base"),
    ("Total compensation of $1.2M a year", None, "1200000 1200000 USD year total"),
    ("AUD 110,000 - 130,000 + super", None, "110000 130000 AUD year base"),
    ("Salary package of $95,000 plus superannuation", "AU", "95000 95000 AUD year base"),
    ("A$85,000.00\n- A$98,500.00\n", None, "85000 98500 AUD year base"),
    ("CAD $50,000 to $60,000 per annum", None, "50000 60000 CAD year base"),
    ("Across the country we pay $91,000 - $117,000 CAD.", "US", "91000 117000 CAD year base"),
    ("Salary: S$3,200 - S$4,000", None, "3200 4000 SGD month base"),
    ("The salary for this position is $12,100 monthly.", None, "12100 12100 USD month base"),
    ("6 days ago · 27–33 an hour · Part-time", "US", "27 33 USD hour base"),
    ("2 days ago · 88K–97K a year · Contract", "US", "88000 97000 USD year base"),
    ("Annual Salary:\n$118,000 — $146,000 USD\n", None, "118000 146000 USD year base"),
    ("Pay\n $12 - $18 an hour - Evenings", "SG", "12 18 SGD hour base"),
    ("Salary offered: $13.25 - $14.80 (Hourly)", None, "13.25 14.80 USD hour base"),
    ("NightsRATE OF PAY: £14.15 per hourCall us", None, "14.15 14.15 GBP hour base"),
    ("Rates in USD: 19 per hour", None, "19 19 USD hour base"),
    ("Minimum: $50,000 Maximum: $70,000 salary", "US", "50000 70000 USD year base"),
    ("We pay between $70,000 and $85,000 a year.", "US", "70000 85000 USD year base"),
    ("Salary: €55,000 gross per annum", "IE", "55000 55000 EUR year base"),
    ("Stipend: $1,500 per month", "US", "1500 1500 USD month stipend"),
    ("$5,000 signing bonus", "US", "5000 5000 USD once bonus"),
    (
        "sign-on bonus of $5,000 and base salary of $90,000 - $100,000",
        "US",
        "5000 5000 USD once bonus; 90000 100000 USD year base",
    ),
    (
        "Base $120,000, annual bonus of $15,000",
        "US",
        "120000 120000 USD year base; 15000 15000 USD year bonus",
    ),
    ("You earn £350 for every placement made", None, "350 350 GBP once commission"),
    ("$8 per booked appointment", "SG", "8 8 SGD once commission"),
    ("`$65,000 – $85,000` a year, remote", "US", "65000 85000 USD year base"),
    ("a quarterly bonus worth up to $12,000 per year", "US", "- 12000 USD year bonus"),
    ("Completion bonus $1,500", "US", "1500 1500 USD once bonus"),
    ("Travel RN: $2,300/wk, 13 weeks", "US", "2300 2300 USD week base"),
    ("We offer salary and $40,000 in RSUs", "US", "40000 40000 USD - equity"),
]
ELSEWHERE: list[Row] = [
    ("Taux horaire : 13,50 à 14,80 € selon profil + paniers", "FR", "13.50 14.80 EUR hour base"),
    ("Se paga bien, 780 € limpios al mes", "ES", "780 780 EUR month base"),
    ("Entgeltgruppe 6 (monatlich 3.110 bis 3.690 Euro)", "DE", "3110 3690 EUR month base"),
    ("Salary: 3,50,000 - 4,20,000 per annum", None, "350000 420000 INR year base"),
    ("Gehalt: 80.000 - 95.000 €", "DE", "80000 95000 EUR year base"),
    ("5.000 bis 6.000 Euro brutto", "DE", "5000 6000 EUR month base"),
    ("Stundenlohn ab 13,50 Euro", "DE", "13.50 - EUR hour base"),
    ("14,20 €/Std. plus Zuschläge", "DE", "14.20 14.20 EUR hour base"),
    ("Bruttojahresgehalt zwischen 45.000 und 55.000 Euro", "DE", "45000 55000 EUR year base"),
    ("Gehalt: 45 TEUR – 55 TEUR", "DE", "45000 55000 EUR year base"),
    ("Wir zahlen dir 2.800 € brutto im Monat", "AT", "2800 2800 EUR month base"),
    ("Vergütung: bis zu 60.000 € p.a.", "DE", "- 60000 EUR year base"),
    ("Zielgehalt 90.000 €", "DE", "90000 90000 EUR year total"),
    ("Tagessatz: 800 €", "DE", "800 800 EUR day base"),
    ("Lohn: CHF 4'500.- bis 5'000.- pro Monat", "CH", "4500 5000 CHF month base"),
    ("CHF 120'000", "CH", "120000 120000 CHF year base"),
    ("35-45k€ brut annuel", "FR", "35000 45000 EUR year base"),
    ("2 300 € brut/mois", "FR", "2300 2300 EUR month base"),
    ("Salaire : Annuel de 31000.0 Euros à 36500.0 Euros", "FR", "31000 36500 EUR year base"),
    ("Salaire : Mensuel de 1900.0 Euros à 2150.0 Euros sur 12.0 mois", "FR", "1900 2150 EUR month base"),
    ("Rémunération entre 41000 et 46000\n", "FR", "41000 46000 EUR year base"),
    ("Rémunération : 38 à 45 K€ selon profil", "FR", "38000 45000 EUR year base"),
    ("12,02 € de l'heure", "FR", "12.02 12.02 EUR hour base"),
    ("TJM : 450-550 €", "FR", "450 550 EUR day base"),
    ("Gratification de 700 € par mois", "FR", "700 700 EUR month stipend"),
    ("Salario: 24.000 - 28.000 € b/a", "ES", "24000 28000 EUR year base"),
    ("30.000€ brutos anuales", "ES", "30000 30000 EUR year base"),
    ("Sueldo de 1.400 € al mes", "ES", "1400 1400 EUR month base"),
    ("Sueldo: $18,000.00 a $22,000.00 mensuales", "MX", "18000 22000 MXN month base"),
    ("hasta 40 mil euros brutos al año", "ES", "- 40000 EUR year base"),
    ("Salário: R$ 5.000", "BR", "5000 5000 BRL month base"),
    ("Remuneração de R$ 3.500,00 por mês", "BR", "3500 3500 BRL month base"),
    ("RAL 28.000-32.000€", "IT", "28000 32000 EUR year base"),
    ("Retribuzione: 1.600 euro lordi mensili", "IT", "1600 1600 EUR month base"),
    ("€ 2.800 - € 3.600 bruto per maand", "NL", "2800 3600 EUR month base"),
    ("Salaris tussen € 3.000,- en € 4.200,- per maand", "NL", "3000 4200 EUR month base"),
    ("Uurloon vanaf € 14,50", "NL", "14.50 - EUR hour base"),
    ("Lön mellan 40 och 50 000 kr", "SE", "40000 50000 SEK month base"),
    ("SEK 35 000/mån", None, "35000 35000 SEK month base"),
    ("Timlön: 150-170 kr", "SE", "150 170 SEK hour base"),
    ("månadslön från 28 000 kr", "SE", "28000 - SEK month base"),
    ("Lønn: kr 500 000 - 600 000", "NO", "500000 600000 NOK year base"),
    ("190 kr. i timen", "DK", "190 190 DKK hour base"),
    ("Wynagrodzenie: 10 000–15 000 zł brutto", "PL", "10000 15000 PLN month base"),
    ("zarobki od 3.200 na rękę, premie", "PL", "3200 - PLN month base"),
    ("Stawka: od 5 tys. do 7 tys. zł miesięcznie", "PL", "5000 7000 PLN month base"),
    ("Wynagrodzenie do 9000 zł netto", "PL", "- 9000 PLN month base"),
    ("27 zł na godzinę", "PL", "27 27 PLN hour base"),
    ("€ 14,20 p/u (vanaf)", "NL", "14.20 - EUR hour base"),
    ("Je verdient tussen € 2.400 en € 2.900 bruto per maand", "NL", "2400 2900 EUR month base"),
    ("Stipendio netto 950€", "IT", "950 950 EUR month base"),
    ("Retribuzione lorda: da 1.500 a 1.800 euro al mese", "IT", "1500 1800 EUR month base"),
    ("Remuneração: 2750,40", "BR", "2750.40 2750.40 BRL month base"),
    (
        "Pleno: R$ 6 mil a R$ 9 mil / Sênior: R$ 10 mil a R$ 14 mil",
        "BR",
        "6000 9000 BRL month base; 10000 14000 BRL month base",
    ),
    ("Ordenado: 1.100 € mensais", "PT", "1100 1100 EUR month base"),
    ("Løn: 28.000 kr. pr. måned", "DK", "28000 28000 DKK month base"),
    ("Timelønn: 210 kr", "NO", "210 210 NOK hour base"),
    ("Mzda: 30 000 Kč měsíčně", "CZ", "30000 30000 CZK month base"),
    ("rémunération 2300€\nSalaire : à partir de 2 300,00 € par mois", "FR", "2300 - EUR month base"),
    (
        "Salary: Grade 5 - $61,000 to Grade 9 - $75,000\nBase pay $61,000 to $75,000",
        "US",
        "61000 75000 USD year base",
    ),
    ("25 000 - 32 000 Kč měsíčně, mzda", "CZ", "25000 32000 CZK month base"),
    ("Pay: up to 42,000 ETB per month", "ET", "- 42000 ETB month base"),
    ("Wage: 18,500 ETB Monthly", "ET", "18500 18500 ETB month base"),
    ("Salaire\nMensuel de 2 150,00 Euros à 2 400,00 Euros sur 12 mois", "FR", "2150 2400 EUR month base"),
    ("Sueldo: 780,50 € netos al mes", "ES", "780.50 780.50 EUR month base"),
    ("een salaris tussen de € 2.900,- en € 3.700,- bruto per maand", "NL", "2900 3700 EUR month base"),
    (
        "Was du bekommst (brutto im Monat):\n1. Lehrjahr: 850 €\n2. Lehrjahr: 970 €\n3. Lehrjahr: 1.120 €",
        "DE",
        "850 850 EUR month base; 970 970 EUR month base; 1120 1120 EUR month base",
    ),
    ("RAL tra i 25.000 e i 30.000 euro", "IT", "25000 30000 EUR year base"),
    ("月給25万円〜30万円", "JP", "250000 300000 JPY month base"),
    (
        "Rémunération : 40K€ fixe + variable 10K€",
        "FR",
        "40000 40000 EUR year base; 10000 10000 EUR year bonus",
    ),
    ("Rs. 25,000 pm", "IN", "25000 25000 INR month base"),
    ("₹8-12 LPA", "IN", "800000 1200000 INR year base"),
    ("CTC: 12,00,000 - 15,00,000 INR", "IN", "1200000 1500000 INR year total"),
    ("Salary: 6 lakhs per annum", "IN", "600000 600000 INR year base"),
    ("R25 000 - R35 000 per month", "ZA", "25000 35000 ZAR month base"),
    ("N150,000 - N200,000 monthly salary", "NG", "150000 200000 NGN month base"),
    ("Gross salary KES 80,000 – 100,000", None, "80000 100000 KES month base"),
    ("AED 8,000 - 10,000/month", None, "8000 10000 AED month base"),
    ("Salary: RM 3,000 - RM 4,500", "MY", "3000 4500 MYR month base"),
]
NOTHING: list[str] = [
    "It comes with a staff flat at $145 p/w, power included",
    "Pay: $0.62 a mile, paid weekly in full",
    "Reiskostenvergoeding van € 0,23 per kilometer",
    "Buoni pasto da 8 € al giorno",
    "Auxílio creche de R$ 400 por mês",
    "Dofinansowanie 100 zł miesięcznie do karty sportowej",
    "Obroty firmy: 300 000 zł miesięcznie",
    "The maximum of the pay system is $180,000",
    "We are a $2 billion company.",
    "Investors have put $85 million into us",
    "our members turn over €3 billion a year",
    "Raised $22mm in a Series B",
    "Platform for $70B of yearly card spending",
    "manage budgets of $500,000 - $1,000,000",
    "an average deal size of $50k - $200k",
    "$500 wellness stipend",
    "a personal growth budget of $750 a year",
    "Weiterbildungsbudget: 1.200 € pro Jahr",
    "€50 voucher per month",
    "relocation up to $5000",
    "Relocation package: $10,000",
    "401(k) match up to $3,000",
    "401k, 403(b) and a $0 deductible",
    "Refer a colleague and get up to £750",
    "Friskvårdsbidrag 5 000 kr per år",
    "Family planning HRA ($6,000 per year)",
    "Tuition reimbursement of up to $5,250 per year",
    "Monthly phone allowance of $75",
    "$75 per month cell phone reimbursement",
    "Mitarbeiter erhalten einen Zuschuss von 50 € im Monat",
    "Tickets restaurant de 9 €",
    "Competitive salary of £**,*** per annum",
    "We pay **** p.h. for **** Hours p.w.",
    "$XX,000 per year",
    "Competitive salary, 40 hours per week, 25 days of holiday",
    "Talk about salaries\n512K members\n",
    "Plumber salaries in Leipzig 04109",
    "Salary grade 12, reference 20345",
    "Salary 2024: to be negotiated",
    "Salary: call 555-123-4567",
    "Grew revenue by 250% to €12M",
    "Founded in 1998 with 250 employees",
    "Process 60 per hour",
    "Make 100 calls per day and 3 visits a week",
    "over 10,000 customers in 40 countries",
    "18 years or older, 6+ years on the job",
    "PLZ 10115 Berlin, Tel. 030 123456",
    "Månadslön enligt avtal, 3 av 5 dagar",
    "Rémunération selon profil, 35 heures par semaine",
    "Lunch vouchers of €8 per day",
    "Our software costs $20 per month",
    "You answer for $7 million in annual sales",
    "a fund of $300 million",
    "AutoCAD 2020 and SAP R3",
    "Window 10, 16 GB of RAM, 4K screens",
    "Join 792K members",
    "The average salary in this area is $60,000 per year",
    "Life insurance of $50,000",
    "You will get €500 per year for training",
    "Go Pro for $9/month. Cancel anytime.",
    "€15 a day for your food",
    "a paid task ($300), then references",
    "Werbeprämie 1.500 € für neue Kolleginnen",
    "£100 refer-a-friend bonus",
    "Post a job from $99",
    "tips average $5-7/hr",
    "Health insurance (company pays $400/month)",
    "Boot allowance $150/yr",
    "Nights + $4.25/hr, weekends + $3.00/hr",
    "",
]


def _write(pay: Pay) -> str:
    parts = (pay.min, pay.max, pay.currency, pay.period, pay.kind)
    return " ".join("-" if part is None else str(part) for part in parts)


@pytest.mark.parametrize(("text", "country", "expected"), ENGLISH + ELSEWHERE)
def test_stated_pay_is_read(text: str, country: str | None, expected: str) -> None:
    """Amounts, currency, period and kind come from the words at the amount, and from the country."""
    found = find_pay(text, country=country)
    assert "; ".join(_write(f.value) for f in found) == expected


IN_BOLD: list[Row] = [
    ("Ein Taschengeld von **350,-€** pro Monat", "DE", "350 350 EUR month stipend"),
    (
        "La rémunération mensuelle brute est de **2210,50 €**. Un bilan",
        "BE",
        "2210.50 2210.50 EUR month base",
    ),
]


@pytest.mark.parametrize(("text", "country", "expected"), IN_BOLD)
def test_pay_in_bold_type_is_read(text: str, country: str | None, expected: str) -> None:
    """Reading a document takes Markdown's stars off, so that here a star only masks digits."""
    read = read_document(text, kind="text").text
    test_stated_pay_is_read(read, country, expected)
    test_the_quote_holds_the_words_that_were_read(read, country, expected)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Pay is €15/hr. The café next door also wants staff, €14/hr.", "€15/hr"),
        ("We're also looking for a cook (€14/hr).\nYou get €15/hr.", "€15/hr"),
        (
            "Wir zahlen 16 € die Stunde. Der Wirt nebenan sucht auch Leute, 14 € die Stunde.",
            "16 € die Stunde",
        ),
        ("On paie 14 € de l'heure. Le voisin recrute aussi, 13 € de l'heure.", "14 € de l'heure"),
        ("Si paga 10 € l'ora. Il bar accanto cerca anche camerieri, 9 € l'ora.", "10 € l'ora"),
        ("Betalar 170 kr i timmen. Grannen söker även folk, 160 kr i timmen.", "170 kr i timmen"),
        ("We also want you to sleep well. We pay €15/hr.", "€15/hr"),
    ],
)
def test_another_job_s_pay_beside_this_one_is_none(text: str, quote: str) -> None:
    """Where a sentence says who else is wanted, its amount is theirs."""
    assert [text[found.span.start : found.span.end] for found in find_pay(text)] == [quote]


@pytest.mark.parametrize("text", NOTHING)
def test_other_figures_are_no_pay(text: str) -> None:
    """Revenue, funding, budgets, benefits, counts, phones and masked digits give nothing."""
    assert find_pay(text, country="US") == []


@pytest.mark.parametrize(("text", "country", "expected"), ENGLISH + ELSEWHERE)
def test_the_quote_holds_the_words_that_were_read(text: str, country: str | None, expected: str) -> None:
    """The text of a pay is a part of its span, and the span lies in the text."""
    for found in find_pay(text, country=country):
        quote = text[found.span.start : found.span.end]
        assert found.value.text
        assert found.value.text in quote


def test_bands_by_place_carry_their_places() -> None:
    """Each band of a list by place names the places it holds for, as written."""
    found = find_pay("NYC: $120,000–$150,000; Remote: $100,000–$130,000")
    assert [(f.value.max, f.value.locations) for f in found] == [
        (Decimal(150000), ["NYC"]),
        (Decimal(130000), ["Remote"]),
    ]


def test_bands_under_a_heading_name_the_places_in_brackets() -> None:
    """Zones under the line that says what they are; a village counts beside a known town."""
    zones = "The base salary range is:\nZone 1 (Denver, Austin): $169,200 - $203,000 USD\n"
    wages = "Pay\nWrexham and Little Nowhere: £12.90 per hour\n"
    assert [f.value.locations for f in find_pay(zones)] == [["Denver", "Austin"]]
    assert [f.value.locations for f in find_pay(wages, country="GB")] == [["Wrexham", "Little Nowhere"]]


def test_bands_under_lines_of_places() -> None:
    """A line of places above each band belongs to it; a town and its state are one place."""
    bands = {
        "CA, NY": "$210,000—$222,500",
        "Austin, TX": "$190,000—$202,500",
        "All other states": "$170,000—$182,500",
    }
    text = "".join(f"{places}\n\n{pay} USD\n\n" for places, pay in bands.items())
    assert [f.value.locations for f in find_pay(text)] == [["CA", "NY"], ["Austin, TX"], ["All other states"]]


def test_the_place_of_the_job_is_no_band() -> None:
    """One pay below the line of the job's place holds for the job, not for a band."""
    assert find_pay("Toronto, ON\n$60,000 - $70,000 a year")[0].value.locations == []


def test_a_place_in_the_label_is_kept() -> None:
    """A pay whose label names a place holds for that place."""
    assert find_pay("WA Base Pay Range\n\n$98,400—$126,000 USD")[0].value.locations == ["WA"]


def test_the_same_pay_printed_twice_is_one() -> None:
    """A header and the text repeat the pay: the fuller statement is kept."""
    found = find_pay("Pay: 27 - 33 an hour\nWe pay you $27.00 - $33.00 per hour", country="US")
    assert [_write(f.value) for f in found] == ["27 33 USD hour base"]


def test_a_lone_sum_far_below_the_pay_is_none() -> None:
    """Vouchers stand among what is offered, without a period."""
    found = find_pay(
        "We offer:\nBase salary $9,100 a month\n$600 in food vouchers\nPay $600 on your card", country="US"
    )
    assert [_write(f.value) for f in found] == ["9100 9100 USD month base"]


def test_a_band_says_more_than_its_ends() -> None:
    """ "At least" and "at most" in the text add nothing to the band in the header."""
    found = find_pay(
        "€ 2.611 - € 3.704 p/m\n\nminimaal € 2.611,- bruto per maand", language="nl", country="NL"
    )
    assert [_write(f.value) for f in found] == ["2611 3704 EUR month base"]


def test_a_rounded_header_gives_way_to_the_exact_pay() -> None:
    """ "$4K - $7K" is what a board makes of "$4,000 - $6,600"."""
    found = find_pay("$4K - $7K\n\nPay: $4,000.00 - $6,600.00 per month", country="SG")
    assert [_write(f.value) for f in found] == ["4000 6600 SGD month base"]


def test_the_span_reaches_back_to_the_label_that_states_the_period() -> None:
    """Where a label says "annual", it is part of the quote."""
    text = "Apply now. Annual salary: $60,000"
    (found,) = find_pay(text)
    assert text[found.span.start : found.span.end] == "Annual salary: $60,000"
    assert found.value.text == "$60,000"


@pytest.mark.parametrize(
    ("text", "country", "currency"),
    [
        ("Salary: $70,000", None, "USD"),
        ("Salary: $70,000", "AU", "AUD"),
        ("Salary: $70,000", "DE", "USD"),
        ("Lön: 30 000 kr", None, None),
        ("Lön: 30 000 kr", "NO", "NOK"),
        ("Salary: ¥300,000", "JP", "JPY"),
        ("Salary: 50,000", None, None),
        ("Salary: 50,000", "GB", "GBP"),
        ("Salary (EUR): 50,000", "GB", "EUR"),
        ("Rate: 12 an hour\nPay: 15 USD per hour", "CR", "USD"),
    ],
)
def test_currency_only_where_stated_or_unmistakable(
    text: str, country: str | None, currency: str | None
) -> None:
    """A shared mark is settled by the country; a bare amount takes the country's currency."""
    assert find_pay(text, country=country)[0].value.currency == currency


@pytest.mark.parametrize(
    ("text", "country", "period"),
    [
        ("Salary: $4,000", "US", None),
        ("Salary: $85,000", "US", "year"),
        ("Salary: $21", "US", "hour"),
        ("Gehalt: 3.200 €", "DE", "month"),
        ("Gehalt: 12.000 €", "DE", None),
        ("Pay: £400", "GB", None),
    ],
)
def test_period_from_size_only_without_doubt(text: str, country: str, period: str | None) -> None:
    """A size that fits one period only states it; anything between stays open."""
    assert find_pay(text, country=country)[0].value.period == period
